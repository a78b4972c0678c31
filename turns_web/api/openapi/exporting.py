"""/api/reports/export and /api/reports/exports."""

from __future__ import annotations

from collections.abc import Sequence

from turns_web.api.exporting import MOMENT_FORM
from turns_web.api.openapi import filters
from turns_web.api.openapi.reading import row_parameter
from turns_web.api.openapi.refusals import refusals, refused
from turns_web.api.openapi.security import WRITES
from turns_web.api.openapi.shapes import Schema, answered, component, nullable, record, sent
from turns_web.api.openapi.words import say
from turns_web.api.openapi.writing import ROOM
from turns_web.audit.filters import Moment
from turns_web.core.fields import Choice, Field, Flag
from turns_web.core.listing import SEARCH
from turns_web.exports.formats import FORMATS
from turns_web.exports.sources import TYPES, columns_of, filters_of

_ABOUT = """\
The file is made by a worker, with the rights that you have at that moment: ask for the export until its status is \
`done`, then for its `url`. The same one asked for twice is one while it is under way, and does not count. Without \
filters it holds every row that you may see and that is not archived, past turns too."""
_ID: Schema = {"type": "string", "format": "uuid"}
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_STATUSES = ("queued", "running", "done", "failed", "cancelled", "expired")


def component_schema() -> Schema:
    """An export as it is answered."""
    return record(
        {
            "id": _ID,
            "user_id": _ID,
            "type": _one_of(TYPES),
            "format": _one_of(list(FORMATS)),
            "status": _one_of(_STATUSES),
            "progress": record({"done": _COUNT, "total": nullable(_COUNT)}),
            "url": {**_TEXT, "description": "Where the file is, once it is done."},
            "as_of": nullable(_MOMENT),
            "source": nullable(_one_of(("replica", "primary"))),
            "file_name": nullable(_TEXT),
            "size_bytes": nullable(_COUNT),
            "created_at": _MOMENT,
            "finished_at": nullable(_MOMENT),
            "expires_at": nullable(_MOMENT),
            "error": nullable(_TEXT),
        }
    )


def paths() -> dict[str, Schema]:
    one = record({"export": component("Export")})
    export_id = [row_parameter("export_id")]
    return {
        "/api/reports/export": {"get": _list(), "post": _make(one)},
        "/api/reports/exports/{export_id}": {"get": _read(one), "parameters": export_id},
        "/api/reports/exports/{export_id}/file": {"get": _file(), "parameters": export_id},
    }


def _make(one: Schema) -> Schema:
    return {
        "operationId": "make_export",
        "tags": ["reports"],
        "summary": "Have an export made",
        "description": _ABOUT,
        "security": WRITES,
        "requestBody": sent({"oneOf": [_body(type) for type in TYPES]}),
        "responses": {
            "202": {**answered("Asked for, or under way already.", one), "headers": ROOM},
            **refusals(400, 401, 403, 404, 413, 415, 422, 429),
        },
    }


def _list() -> Schema:
    exports = record({"exports": {"type": "array", "items": component("Export")}})
    return {
        "operationId": "list_exports",
        "tags": ["reports"],
        "summary": "Read the latest exports",
        "description": "Your own; an administrator's answer holds everybody's.",
        "responses": {"200": answered("The newest first.", exports), **refusals(400, 401, 404)},
    }


def _read(one: Schema) -> Schema:
    return {
        "operationId": "read_export",
        "tags": ["reports"],
        "summary": "Read how far an export is",
        "responses": {"200": answered("The export.", one), **refusals(400, 401, 404)},
    }


def _file() -> Schema:
    content = {
        format.mimetype.split(";")[0]: {"schema": {"type": "string", "format": "binary"}} for format in FORMATS.values()
    }
    return {
        "operationId": "read_export_file",
        "tags": ["reports"],
        "summary": "Read the file of an export",
        "description": "A part of it with `Range`.",
        "responses": {
            "200": {"description": "The file.", "content": content},
            "206": {"description": "The part that was asked for.", "content": content},
            "304": {"description": "The file is as `If-None-Match` has it."},
            "409": refused("NOT_READY", "There is no file yet, or none any more; the message says why."),
            "416": refused("RANGE", "The file is shorter than where the part begins."),
            **refusals(400, 401, 404),
        },
    }


def _body(type: str) -> Schema:
    known = {name: _filter(name, kind) for name, kind in filters_of(type).items()}
    beside: dict[str, Schema] = {
        "q": {"type": "string", "maxLength": SEARCH.max, "pattern": r"\S", "description": "Contains."},
        "sort": {"type": "string", "pattern": "^-?[a-z_]{1,63}$", "description": "As the list is sorted."},
        "columns": {
            "type": "array",
            "items": _one_of([column.name for column in columns_of(type)]),
            "minItems": 1,
            "description": "In this order; all unless told.",
        },
        "bom": {**_flag(Flag(label="")), "description": "A CSV begins with a byte order mark."},
    }
    keys: dict[str, Schema] = {
        "type": {"const": type},
        "format": _one_of(list(FORMATS)),
        "filters": record({**beside, **known}, required=()),
    }
    return {**record(keys, required=("type", "format")), "title": type}


def _filter(name: str, kind: Field) -> Schema:
    """A value, or several of which any will do."""
    value = _value(name, kind)
    several = {"type": "array", "items": value, "minItems": 1}
    return {"oneOf": [value, several], "title": f"{say(value)}; or a list of such", "description": f"{kind.label}."}


def _value(name: str, kind: Field) -> Schema:
    match kind:
        case Flag():
            return _flag(kind)
        case Moment():
            return {"type": "string", "pattern": f"^{MOMENT_FORM.pattern}$", "examples": ["2026-03-12"]}
        case Choice() if name == "table_name":
            return {"type": "string", "pattern": "^[a-z_]+$", "examples": ["turns"]}
    return filters.value(kind)


def _flag(kind: Flag) -> Schema:
    """As JSON says it, or as an address does."""
    return {"oneOf": [{"type": "boolean"}, filters.value(kind)], "title": "true or false"}


def _one_of(words: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(words)}
