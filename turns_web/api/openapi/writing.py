"""POST /api/write/<table>, PUT /api/write/<table>/<id> and POST /api/write/batch."""

from __future__ import annotations

from turns_web.api.openapi import fields
from turns_web.api.openapi.reading import row_parameter, words
from turns_web.api.openapi.refusals import refusals
from turns_web.api.openapi.security import WRITES
from turns_web.api.openapi.shapes import Schema, answered, component, record, sent, title
from turns_web.api.writes.envelope import MOST_OPERATIONS, NEWEST_VERSION
from turns_web.api.writes.operations import Operation, Resource
from turns_web.api.writes.registry import RESOURCES
from turns_web.core.idempotency import LONGEST
from turns_web.core.versioned import readable

_ID: Schema = {"type": "string", "format": "uuid"}
_NEW_ID: Schema = {**_ID, "description": "Made by the client; left out, the database makes one."}
_VERSION: Schema = {"type": "integer", "minimum": 1, "maximum": NEWEST_VERSION, "description": "As you read the row."}
_WRITE_ID: Schema = {
    "writeId": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST,
        "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$",
        "description": "Makes the write safe to repeat: the second time it answers what the first did.",
    }
}
ROOM: Schema = {
    "RateLimit-Policy": {"description": "How many in how many seconds.", "schema": {"type": "string"}},
    "RateLimit": {"description": "How many are left, and for how many seconds.", "schema": {"type": "string"}},
}
_REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422, 429)
_ABOUT = (
    "The row may be sent back whole: what is not set here has to be as it is. Another version than the row's is 409, "
    "and nothing is merged."
)


def paths() -> dict[str, Schema]:
    single: dict[str, Schema] = {}
    for resource in RESOURCES.values():
        name = resource.table.name
        single[f"/api/write/{name}"] = {"post": _write(resource)}
        single[f"/api/write/{name}/{{id}}"] = {"put": _put(resource), "parameters": [row_parameter("id")]}
    return {**single, "/api/write/batch": {"post": _batch()}}


def components() -> dict[str, Schema]:
    """What `data` holds, by the name that `_data` refers to."""
    return {
        _data_name(resource, name): _data(resource, operation)
        for resource in RESOURCES.values()
        for name, operation in resource.operations.items()
    }


def _write(resource: Resource) -> Schema:
    bodies = [_body(resource, name, {"operation": {"const": name}}, _WRITE_ID) for name in resource.operations]
    return {
        "operationId": f"write_{resource.row}",
        "tags": [resource.table.name],
        "summary": f"Write a {words(resource.row)}",
        "description": _ABOUT,
        "security": WRITES,
        "requestBody": sent({"oneOf": bodies}),
        "responses": _responses(_answer(resource)),
    }


def _put(resource: Resource) -> Schema:
    update = resource.operations["update"]
    keys = {**_what(resource, "update", update), **_WRITE_ID}
    return {
        "operationId": f"put_{resource.row}",
        "tags": [resource.table.name],
        "summary": f"Update a {words(resource.row)}",
        "description": f"The operation `update` by another address. {_ABOUT}",
        "security": WRITES,
        "requestBody": sent(record(keys, _required(keys, update))),
        "responses": _responses(_answer(resource)),
    }


def _batch() -> Schema:
    operations = [
        _body(resource, name, {"table": {"const": resource.table.name}, "operation": {"const": name}}, {})
        for resource in RESOURCES.values()
        for name in resource.operations
    ]
    body = {
        "operations": {
            "type": "array",
            "items": {"oneOf": operations, "title": "what the table's own address takes, with its `table`"},
            "minItems": 1,
            "maxItems": MOST_OPERATIONS,
            "description": "Of several tables, too. All are done in order, or none.",
        },
        **_WRITE_ID,
    }
    results = {"type": "array", "items": {"anyOf": [_answer(resource) for resource in RESOURCES.values()]}}
    return {
        "operationId": "write_batch",
        "tags": ["batch"],
        "summary": "Write many rows",
        "description": f"All or nothing, up to {MOST_OPERATIONS} operations; ten count as one write. A refusal names "
        "the `index` of the operation that it is about.",
        "security": WRITES,
        "requestBody": sent(record(body, required=["operations"])),
        "responses": _responses(record({"success": {"const": True}, "results": results})),
    }


def _body(resource: Resource, name: str, first: Schema, last: Schema) -> Schema:
    """An operation on a row that the body names. first, last: keys that stand before and behind its own."""
    operation = resource.operations[name]
    keys = {**first, "id": _NEW_ID if operation.makes else _ID, **_what(resource, name, operation), **last}
    return {**record(keys, _required(keys, operation)), "title": name}


def _what(resource: Resource, name: str, operation: Operation) -> Schema:
    keys: Schema = {} if operation.makes else {"version": _VERSION}
    keys["data"] = component(_data_name(resource, name))
    if operation.metadata:
        keys["metadata"] = record(fields.settable(operation.metadata), required=())
    return keys


def _required(keys: Schema, operation: Operation) -> list[str]:
    """Without data an update says nothing; other operations need it where they have fields that must be there."""
    needs_data = operation.partial or any(kind.required for kind in operation.fields.values())
    optional = {"metadata", "writeId", *(["id"] if operation.makes else []), *([] if needs_data else ["data"])}
    return [name for name in keys if name not in optional]


def _data(resource: Resource, operation: Operation) -> Schema:
    """The fields that may be set, and the columns that may be sent as they are."""
    settable = fields.settable(operation.fields)
    others = {
        str(column.name): {"readOnly": True} for column in readable(resource.table) if column.name not in settable
    }
    needed = [] if operation.partial else [name for name, kind in operation.fields.items() if kind.required]
    return record({**settable, **({} if operation.makes else others)}, needed)


def _data_name(resource: Resource, operation: str) -> str:
    return title(f"{resource.row}_{operation}")


def _answer(resource: Resource) -> Schema:
    return record({"success": {"const": True}, resource.row: component(title(resource.row))})


def _responses(answer: Schema) -> Schema:
    done = {**answered("Done, with the new version.", answer), "headers": ROOM}
    return {"200": done, **refusals(*_REFUSALS)}
