"""The files of `static/`, as the browser fetches them: one style sheet, one script, icons.

There is no build. At the start the files of `static/` are read once: the style sheets are joined into one, and so are
the modules (see scripts.py): a page waits for two requests instead of sixty. Each file gets the hash of its content
into its name. What has a hash in its name never changes, so browsers keep it for a year. Bodies are compressed once,
at the first request for them.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli

from turns_web.web import icons, scripts

PREFIX = "/assets/"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
COMPRESSIBLE = {".css", ".js", ".svg", ".webmanifest"}
# A worker is started by the address of its script.
WORKERS = ["js/live-source.js"]


@dataclass(frozen=True)
class Asset:
    """One body under one hashed name. The bodies in br and gzip are made when first asked for."""

    name: str
    body: bytes

    @property
    def content_type(self):
        return TYPES[Path(self.name).suffix]

    @property
    def etag(self):
        return digest(self.body)

    def encoded(self, accepted):
        """The body in the best encoding of `accepted` (names of encodings), and the encoding's name or None."""
        if Path(self.name).suffix in COMPRESSIBLE:
            if "br" in accepted:
                return self._br, "br"
            if "gzip" in accepted:
                return self._gzip, "gzip"
        return self.body, None

    @cached_property
    def _br(self):
        return brotli.compress(self.body)

    @cached_property
    def _gzip(self):
        return gzip.compress(self.body, 9, mtime=0)


class Assets:
    """All files of a static folder under their hashed names."""

    def __init__(self, root):
        sources = {name: (root / name).read_bytes() for name in _single_files(root)}
        sources["turns.css"] = stylesheet(root)
        sources["js/turns.js"] = scripts.script(root / "js").encode()
        self._assets = {}
        self._urls = {}
        for name, body in sources.items():
            asset = Asset(hashed(name, body), body)
            self._assets[asset.name] = asset
            self._urls[name] = PREFIX + asset.name

    def find(self, name):
        """The asset under its hashed name, or None."""
        return self._assets.get(name)

    @property
    def urls(self):
        """Every file's address by its name."""
        return self._urls

    def url(self, name):
        """The address of a file of `static/`, such as `img/mark.svg`, or of the joined `turns.css` or `js/turns.js`."""
        return self._urls[name]


def stylesheet(root):
    """All style sheets joined in the order of their layers."""
    css = root / "css"
    parts = [css / "tokens.css", css / "reset.css", css / "base.css", css / "layout.css"]
    parts += sorted((css / "components").glob("*.css")) + sorted((css / "pages").glob("*.css")) + [css / "print.css"]
    icon_rules = icons.stylesheet((root / "img" / "icons.svg").read_text())
    first, *others = [part.read_text() for part in parts]
    return "\n".join([first, icon_rules, *others]).encode()


def hashed(name, body):
    """`js/turns.js` becomes `js/turns.1f3a….js`."""
    path = Path(name)
    return path.with_name(f"{path.stem}.{digest(body)}{path.suffix}").as_posix()


def digest(body):
    return hashlib.sha256(body).hexdigest()[:12]


def _single_files(root):
    """Every file that is served as it stands: pictures, what is vendored, workers."""
    wanted = [path for folder in ("img", "vendor") for path in (root / folder).rglob("*")]
    found = [path.relative_to(root).as_posix() for path in wanted if path.is_file() and path.suffix in TYPES]
    return sorted([*found, *WORKERS])
