"""GET /api/<table> and /api/<table>/<id>."""

from __future__ import annotations

from turns_web.api.collections import Collection
from turns_web.api.openapi.filters import parameters
from turns_web.api.openapi.refusals import refusals
from turns_web.api.openapi.shapes import Schema, answered, component, record, title

_HELD_BACK = {"turns": "Past turns come with `is_active=any`, archived ones with `is_archived=true`."}


def paths(collection: Collection) -> dict[str, Schema]:
    row_id = f"{collection.row}_id"
    return {
        f"/api/{collection.name}": {"get": _list(collection)},
        f"/api/{collection.name}/{{{row_id}}}": {"get": _read(collection), "parameters": [row_parameter(row_id)]},
    }


def row_parameter(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def _list(collection: Collection) -> Schema:
    cursor = {
        "type": ["string", "null"],
        "description": "What `cursor` takes for the rows that follow; null at the end.",
    }
    window = record({"data": {"type": "array", "items": component(title(collection.row))}, "next": cursor})
    found = answered("A window of the rows that you may see.", window)
    return {
        "operationId": f"list_{collection.name}",
        "tags": [collection.name],
        "summary": f"List {words(collection.name)}",
        "description": _HELD_BACK.get(collection.name, "Archived ones come with `is_archived=true`."),
        "parameters": parameters(collection),
        "responses": {"200": found, **refusals(400, 401, 404, 422)},
    }


def _read(collection: Collection) -> Schema:
    row = record({"data": component(title(collection.row))})
    return {
        "operationId": f"read_{collection.row}",
        "tags": [collection.name],
        "summary": f"Read a {words(collection.row)}",
        "responses": {"200": answered("The row.", row), **refusals(400, 401, 404)},
    }


def words(name: str) -> str:
    return name.replace("_", " ")
