"""GET /api/openapi.json and /api/docs."""

from __future__ import annotations

from turns_web.api.openapi.refusals import refusals
from turns_web.api.openapi.shapes import Schema


def paths() -> dict[str, Schema]:
    return {
        "/api/openapi.json": {"get": _get("describe", "Describe the API", "application/json", {"type": "object"})},
        "/api/docs": {"get": _get("read_docs", "Describe the API as a page", "text/html", {"type": "string"})},
    }


def _get(id: str, summary: str, media_type: str, schema: Schema) -> Schema:
    return {
        "operationId": id,
        "tags": ["description"],
        "summary": summary,
        "security": [],
        "responses": {
            "200": {"description": "This description.", "content": {media_type: {"schema": schema}}},
            **refusals(400),
        },
    }
