"""Files that a view says yes to: the answer with its name, kind and range, as RFC 6266 and RFC 9110 have them.

The bytes are not the pages' business: there are few threads, and whoever reads slowly would hold one. The front
(web/streamed.py) leaves a place in the request where the view puts which bytes of which file they are; without a front
the answer reads them itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from flask import Response, request
from werkzeug.utils import send_file

from turns_web.core.errors import NotFound
from turns_web.web.render import private

# Of the ASGI scope, where the front has made one.
PLACE = "turns.bytes"

# What is asked in another way is answered whole, as the standard allows.
_ONE_RANGE = re.compile(r"bytes=(?:\d{1,18}-\d{0,18}|-\d{1,18})")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Bytes(NamedTuple):
    """`length` of them from `start`. file: open, so that it may be put away while it is read; the reader closes it."""

    file: BinaryIO
    start: int
    length: int


def sent(path: Path, name: str, mimetype: str) -> Response:
    """The file as an attachment called `name`, or the part of it that was asked for.

    Raises NotFound where the file is gone, and the 416 of a range that lies outside.
    """
    environ = dict(request.environ)
    if not _ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", "")):
        environ.pop("HTTP_RANGE", None)
    try:
        found = path.stat()
        if environ.get("HTTP_RANGE", "").startswith("bytes=-") and int(environ["HTTP_RANGE"][7:]) > found.st_size:
            # The last so many bytes of a file that has fewer are all of it; Werkzeug finds them outside.
            environ["HTTP_RANGE"] = "bytes=0-"
        answer = send_file(
            path,
            environ,
            mimetype=mimetype,
            as_attachment=True,
            download_name=_UNPRINTABLE.sub("", name).replace("/", "-") or "file",
            conditional=True,
            etag=f"{found.st_mtime_ns:x}-{found.st_size:x}",
            response_class=Response,
        )
        place = request.environ.get("asgi.scope", {}).get(PLACE)
        if place is not None:
            _hand_over(answer, path, place)
    except FileNotFoundError:
        raise NotFound() from None
    return private(answer)


def _hand_over(answer: Any, path: Path, place: list[Bytes]) -> None:
    opened: Iterable[bytes] = answer.response
    if answer.status_code in (200, 206) and request.method == "GET":
        start = answer.content_range.start if answer.status_code == 206 else 0
        place.append(Bytes(path.open("rb"), start, answer.content_length))
    answer.response = ()
    getattr(opened, "close", lambda: None)()
