"""POST /api/write/<table>, PUT /api/write/<table>/<id> and POST /api/write/batch."""

from __future__ import annotations

from typing import Any

from turns_web.api.openapi import fields
from turns_web.api.openapi.reading import row_parameter, words
from turns_web.api.openapi.refusals import refusals
from turns_web.api.writes.envelope import MOST_OPERATIONS, NEWEST_VERSION
from turns_web.api.writes.operations import Operation, Resource
from turns_web.api.writes.registry import RESOURCES
from turns_web.core.idempotency import LONGEST
from turns_web.core.versioned import readable

Schema = dict[str, Any]

_ID: Schema = {"type": "string", "format": "uuid"}
_VERSION: Schema = {"type": "integer", "minimum": 1, "maximum": NEWEST_VERSION, "description": "As you read the row."}
_WRITE_ID: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST,
    "pattern": r"^[^\u0000-\u001f\u007f]*$",
    "description": "Makes the write safe to repeat: the second time it answers what the first did.",
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
    bodies = [
        _body(resource, name, operation, {"operation": {"const": name}}, {"writeId": _WRITE_ID})
        for name, operation in resource.operations.items()
    ]
    return {
        "operationId": f"write_{resource.row}",
        "tags": [resource.table.name],
        "summary": f"Write a {words(resource.row)}",
        "description": _ABOUT,
        "requestBody": _json({"oneOf": bodies}),
        "responses": _responses(_answer(resource)),
    }


def _put(resource: Resource) -> Schema:
    body = _body(resource, "update", resource.operations["update"], {}, {"writeId": _WRITE_ID})
    kept = {name: schema for name, schema in body["properties"].items() if name != "id"}
    required = [name for name in body["required"] if name != "id"]
    return {
        "operationId": f"put_{resource.row}",
        "tags": [resource.table.name],
        "summary": f"Update a {words(resource.row)}",
        "description": f"The operation `update` by another address. {_ABOUT}",
        "requestBody": _json({**body, "properties": kept, "required": required}),
        "responses": _responses(_answer(resource)),
    }


def _batch() -> Schema:
    operations = [
        _body(resource, name, operation, {"table": {"const": resource.table.name}, "operation": {"const": name}}, {})
        for resource in RESOURCES.values()
        for name, operation in resource.operations.items()
    ]
    body = {
        "type": "object",
        "properties": {
            "operations": {
                "type": "array",
                "items": {"oneOf": operations},
                "minItems": 1,
                "maxItems": MOST_OPERATIONS,
                "description": "Of several tables, too. All are done in order, or none.",
            },
            "writeId": _WRITE_ID,
        },
        "required": ["operations"],
        "additionalProperties": False,
    }
    results = {"type": "array", "items": {"anyOf": [_answer(resource) for resource in RESOURCES.values()]}}
    return {
        "operationId": "write_batch",
        "tags": ["batch"],
        "summary": "Write many rows",
        "description": f"All or nothing, up to {MOST_OPERATIONS} operations; ten count as one write. A refusal names "
        "the `index` of the operation that it is about.",
        "requestBody": _json(body),
        "responses": _responses(_object({"success": {"const": True}, "results": results})),
    }


def _body(resource: Resource, name: str, operation: Operation, first: Schema, last: Schema) -> Schema:
    """An operation as it is sent. first, last: keys that stand before and behind those that all have."""
    properties: Schema = {**first, "id": _ID}
    required = [*first]
    if operation.makes:
        properties["id"] = {**_ID, "description": "Made by the client; left out, the database makes one."}
    else:
        properties["version"] = _VERSION
        required += ["id", "version"]
    properties["data"] = {"$ref": f"#/components/schemas/{_data_name(resource, name)}"}
    if operation.partial or any(kind.required for kind in operation.fields.values()):
        required.append("data")
    if operation.metadata:
        properties["metadata"] = _object(fields.settable(operation.metadata), required=[])
    return {**_object({**properties, **last}, required), "title": name}


def _data(resource: Resource, operation: Operation) -> Schema:
    """The fields that may be set, and the columns that may be sent as they are."""
    settable = fields.settable(operation.fields)
    others = {
        str(column.name): {"readOnly": True} for column in readable(resource.table) if column.name not in settable
    }
    needed = [] if operation.partial else [name for name, kind in operation.fields.items() if kind.required]
    return _object({**settable, **({} if operation.makes else others)}, needed)


def _data_name(resource: Resource, operation: str) -> str:
    return "".join(part.title() for part in f"{resource.row}_{operation}".replace("-", "_").split("_"))


def _answer(resource: Resource) -> Schema:
    row = {"$ref": f"#/components/schemas/{resource.row.title().replace('_', '')}"}
    return _object({"success": {"const": True}, resource.row: row})


def _responses(answer: Schema) -> Schema:
    done = {"description": "Done, with the new version.", "content": {"application/json": {"schema": answer}}}
    return {"200": done, **refusals(*_REFUSALS)}


def _json(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _object(properties: Schema, required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }
