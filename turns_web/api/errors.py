"""Every refusal and fault as a program is told it: `{"success": false, "error": {"type", "message", …}}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from turns_web.api.answers import answer
from turns_web.api.rows import as_json, value_as_json
from turns_web.core.errors import (
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Senseless,
    Stale,
    Unavailable,
    Unsure,
    WriteIdReused,
)

if TYPE_CHECKING:
    from sqlalchemy import Table

# status: (type, message where the refusal has none of its own)
TYPES = {
    400: ("BAD_REQUEST", "The request cannot be read."),
    401: ("AUTH", "Sign in first: send a token as Authorization: Bearer."),
    403: ("PERMISSION", "Your role does not do this."),
    # The same for a row that is not there and one that may not be seen.
    404: ("NOT_FOUND", "There is nothing here that you may see."),
    405: ("METHOD", "This address does not take that method."),
    409: ("CONFLICT", "Somebody saved this while you had it open."),
    413: ("TOO_LARGE", "Send at most 1 MB, a file of at most 25 MB."),
    415: ("MEDIA_TYPE", "Send application/json, not compressed."),
    416: ("RANGE", "The file is shorter than where the part begins."),
    422: ("VALIDATION", "Some fields cannot be taken."),
    429: ("RATE_LIMIT", "Too many at once."),
    500: ("FAULT", "Something broke on our side. Nothing half-done was kept; the fault has been noted."),
    503: ("UNAVAILABLE", "The database is away for a moment. Nothing was saved; try again."),
}
_FORGED = "Send the session's token as X-CSRF-Token, or sign in with a bearer token."
_UNSURE = (
    "The database went away while this was being saved: it may stand, or not. Send it again with the same writeId; "
    "without one, look first."
)
_RETRY_AFTER_S = 2


class Failed(Exception):
    """An operation that was refused. table: whose row it is about, None before that is known; index: its place in a
    batch, None outside of one."""

    def __init__(self, refused: Refusal, table: Table | None, index: int | None = None):
        self.refused, self.table, self.index = refused, table, index
        super().__init__(str(refused))


def told(error: Exception) -> Response:
    """The answer to any exception."""
    match error:
        case HTTPException(response=Response() as response):
            return response
        case CSRFError():
            return refuse(403, _FORGED)
        case HTTPException():
            return _http(error)
        case Failed(refused=Stale() as stale):
            return refuse(409, stale.message, **_place(error), **_versions(error.table, stale))
        case Failed():
            return _refusal(error.refused, **_place(error))
        case Refusal():
            return _refusal(error)
    return refuse(500)


def refuse(status: int, message: str | None = None, type: str | None = None, **more: Any) -> Response:
    """more: further keys of the error."""
    usual_type, usual = TYPES.get(status) or TYPES[400 if status < 500 else 500]
    said = {"type": type or usual_type, "message": message or usual, **more}
    return answer({"success": False, "error": said}, status)


def _http(error: HTTPException) -> Response:
    # Werkzeug's own descriptions speak of pages and browsers; ours are given where there is something to say.
    own = error.description if error.description != error.__class__.description else None
    response = refuse(error.code or 500, own)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "content-range", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    return response


def _refusal(refused: Refusal, **more: Any) -> Response:
    match refused:
        case Invalid():
            return refuse(422, fields=refused.fields, **more)
        case Senseless():
            return refuse(422, fields={refused.name: [refused.message]}, **more)
        case WriteIdReused():
            return refuse(409, "This writeId was used for another change.", "WRITE_ID_REUSED", **more)
        case Forbidden():
            return refuse(403, refused.message, **more)
        case NotFound():
            return refuse(404, **more)
        case Unavailable():
            response = refuse(503, _unavailable(refused), **more)
            response.headers["Retry-After"] = str(_RETRY_AFTER_S)
            return response
    return refuse(500, **more)


def _unavailable(refused: Unavailable) -> str | None:
    if isinstance(refused, Unsure):
        return _UNSURE
    return str(refused) if isinstance(refused, Busy) else None


def _place(failed: Failed) -> dict[str, int]:
    return {} if failed.index is None else {"index": failed.index}


def _versions(table: Table, stale: Stale) -> dict[str, Any]:
    """What a program needs to put its change on top of the other's."""
    return {
        "localVersion": stale.local_version,
        "serverVersion": stale.server_version,
        "serverData": as_json(table, stale.server),
        "conflicts": {one.field: _sides(table, one) for one in stale.conflicts},
    }


def _sides(table: Table, conflict: Conflict) -> dict[str, Any]:
    sides = {"base": conflict.base, "local": conflict.local, "server": conflict.server}
    return {side: value_as_json(table, conflict.field, value) for side, value in sides.items()}
