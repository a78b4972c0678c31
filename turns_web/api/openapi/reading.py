"""GET /api/<table> and /api/<table>/<id>."""

from __future__ import annotations

from typing import Any

from turns_web.api.collections import Collection
from turns_web.api.openapi.filters import parameters
from turns_web.api.openapi.refusals import refusals

Schema = dict[str, Any]

_HELD_BACK = {"turns": "Past turns come with is_active=any, archived ones with is_archived=true."}


def paths(collection: Collection) -> dict[str, Schema]:
    row_id = f"{collection.row}_id"
    return {
        f"/api/{collection.name}": {"get": _list(collection)},
        f"/api/{collection.name}/{{{row_id}}}": {"get": _read(collection), "parameters": [row_parameter(row_id)]},
    }


def row_parameter(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def component(collection: Collection) -> str:
    """The name of the row's schema: `UtilityProvider`."""
    return collection.row.title().replace("_", "")


def row(collection: Collection) -> Schema:
    return {"$ref": f"#/components/schemas/{component(collection)}"}


def _list(collection: Collection) -> Schema:
    cursor = {
        "type": ["string", "null"],
        "description": "What `cursor` takes for the rows that follow; null at the end.",
    }
    window = {"data": {"type": "array", "items": row(collection)}, "next": cursor}
    return {
        "operationId": f"list_{collection.name}",
        "tags": [collection.name],
        "summary": f"List {words(collection.name)}",
        "description": _HELD_BACK.get(collection.name, "Archived ones come with is_archived=true."),
        "parameters": parameters(collection),
        "responses": {"200": success("A window of the rows that you may see.", window), **refusals(400, 401, 404, 422)},
    }


def _read(collection: Collection) -> Schema:
    return {
        "operationId": f"read_{collection.row}",
        "tags": [collection.name],
        "summary": f"Read a {words(collection.row)}",
        "responses": {"200": success("The row.", {"data": row(collection)}), **refusals(400, 401, 404)},
    }


def words(name: str) -> str:
    return name.replace("_", " ")


def success(description: str, properties: Schema) -> Schema:
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"description": description, "content": {"application/json": {"schema": schema}}}
