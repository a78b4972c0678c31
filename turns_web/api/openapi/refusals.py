"""The answers that are no success, by status: what a program has to be ready for."""

from __future__ import annotations

from turns_web.api.errors import TYPES
from turns_web.api.openapi.shapes import Schema, answered, record

_TEXTS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
}
_INDEX: Schema = {"type": "integer", "minimum": 0, "description": "Which operation of a batch was refused."}
_SIDES = record({"base": {}, "server": {}, "local": {}})
_VERSIONS: Schema = {
    "localVersion": {"type": "integer", "description": "The version that was sent."},
    "serverVersion": {"type": "integer"},
    "serverData": {"type": "object", "description": "The row as it is now."},
    "conflicts": {
        "type": "object",
        "additionalProperties": _SIDES,
        "description": "Fields that both sides changed to different values: what was there, what the other saved, "
        "what was sent.",
    },
}
_SECONDS: Schema = {
    "Retry-After": {"required": True, "description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}
_HEADERS: dict[int, Schema] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string", "pattern": "^Bearer"}}},
    429: _SECONDS,
    503: _SECONDS,
}

_SAID = {
    400: "The request cannot be read: malformed JSON, a key twice, deeper than 64 levels, a cursor that is none.",
    401: "Nobody is signed in: no token, or one that is wrong, ended or revoked.",
    403: "The row may be seen, but this person may not do this to it; or the CSRF token beside a cookie is missing.",
    404: "There is no such row, or this person may not know that there is: both are answered the same.",
    409: "Somebody saved the row meanwhile, or the `writeId` was used for another change.",
    413: "The body is larger than 1 MB.",
    415: "The body is not application/json, or compressed.",
    422: "Some fields cannot be taken; each is named with what would be right.",
    429: "Too many writes, or attempts to sign in.",
    503: "The database is away for a moment; the message says whether nothing was saved, or that it may have been.",
}


def told() -> list[tuple[str, str]]:
    """(status and type, when) of each."""
    return [(f"{status} {TYPES[status][0]}", says) for status, says in _SAID.items()]


def responses() -> dict[str, Schema]:
    """Components, by the name that `refusals` refers to."""
    return {_name(status): _response(status) for status in _SAID}


def refusals(*statuses: int) -> dict[str, Schema]:
    """The responses of an operation that may be refused in these ways; every one may find the database away."""
    return {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in (*statuses, 503)}


def refused(type: str, says: str) -> Schema:
    """The response of a refusal that one address alone has."""
    return answered(says, _error(type, {}, {}))


def _name(status: int) -> str:
    return TYPES[status][0].title().replace("_", "")


def _response(status: int) -> Schema:
    answer = answered(_SAID[status], _schema(status))
    return {**answer, "headers": _HEADERS[status]} if status in _HEADERS else answer


def _schema(status: int) -> Schema:
    usual = TYPES[status][0]
    if status == 422:
        return _error(usual, {"fields": _TEXTS}, {"index": _INDEX})
    if status == 409:
        reused = _error("WRITE_ID_REUSED", {}, {})
        return {"oneOf": [_error(usual, _VERSIONS, {"index": _INDEX}), reused]}
    return _error(usual, {}, {"index": _INDEX} if status in (403, 404) else {})


def _error(type: str, always: Schema, sometimes: Schema) -> Schema:
    said = {"type": {"const": type}, "message": {"type": "string", "minLength": 1}, **always}
    error = record({**said, **sometimes}, required=said)
    return record({"success": {"const": False}, "error": error})
