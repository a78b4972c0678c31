"""The files of `static/`, as the browser fetches them: one style sheet, hashed modules, icons.

There is no build. At the start the files of `static/` are read once: the style sheets are joined into one
(a page waits for one request instead of thirty), scripts stay modules and get the hash of their content into
their name, and an import map leads `import "./toasts.js"` to the hashed name. What has a hash in its name never
changes, so browsers keep it for a year. Bodies are compressed once, at the first request for them.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from os.path import normpath
from pathlib import Path

import brotli
from markupsafe import Markup

from turns_web.web import icons

PREFIX = "/assets/"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
STATIC_IMPORT = re.compile(r"""^import (?:.+ from )?"(\.{1,2}/[\w./-]+)";""", re.MULTILINE)
# Behaviours of the frame; a page names its own with `{% set behaviours = […] %}`.
ON_EVERY_PAGE = ("menu", "signal")
COMPRESSIBLE = {".css", ".js", ".svg", ".webmanifest"}


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
        self.root = root
        sources = {name: (root / name).read_bytes() for name in _single_files(root)}
        sources["turns.css"] = stylesheet(root)
        self._assets = {}
        self._urls = {}
        for name, body in sources.items():
            asset = Asset(hashed(name, body), body)
            self._assets[asset.name] = asset
            self._urls[name] = PREFIX + asset.name

    def find(self, name):
        """The asset under its hashed name, or None."""
        return self._assets.get(name)

    @cache  # noqa: B019 (one object a process)
    def preloads(self, *behaviours):
        """Addresses of the modules that a page needs at once, so that the browser need not find them in turn."""
        needed = ["js/app.js", *(f"js/behaviours/{name}.js" for name in (*ON_EVERY_PAGE, *behaviours))]
        for name in needed:
            text = (self.root / name).read_text()
            found = [normpath(Path(name).parent / other) for other in STATIC_IMPORT.findall(text)]
            needed += [other for other in found if other not in needed]
        return [self.url(name) for name in needed[1:]]

    @property
    def urls(self):
        """Every file's address by its name."""
        return self._urls

    def url(self, name):
        """The address of a file of `static/`, such as `js/app.js`, or of the joined `turns.css`."""
        return self._urls[name]

    @cached_property
    def import_map(self):
        """The text of the import map, the one inline script of a page."""
        modules = {PREFIX + name: url for name, url in sorted(self._urls.items()) if name.startswith("js/")}
        return Markup(json.dumps({"imports": modules}, separators=(",", ":")))  # noqa: S704 (own file names only)


def stylesheet(root):
    """All style sheets joined in the order of their layers."""
    css = root / "css"
    parts = [css / "tokens.css", css / "reset.css", css / "base.css", css / "layout.css"]
    parts += sorted((css / "components").glob("*.css")) + sorted((css / "pages").glob("*.css")) + [css / "print.css"]
    icon_rules = icons.stylesheet((root / "img" / "icons.svg").read_text())
    first, *others = [part.read_text() for part in parts]
    return "\n".join([first, icon_rules, *others]).encode()


def hashed(name, body):
    """`js/app.js` becomes `js/app.1f3a….js`."""
    path = Path(name)
    return path.with_name(f"{path.stem}.{digest(body)}{path.suffix}").as_posix()


def digest(body):
    return hashlib.sha256(body).hexdigest()[:12]


def _single_files(root):
    """Every file that is served as it stands: scripts, pictures, what is vendored."""
    wanted = [path for folder in ("js", "img", "vendor") for path in (root / folder).rglob("*")]
    return sorted(path.relative_to(root).as_posix() for path in wanted if path.is_file() and path.suffix in TYPES)
