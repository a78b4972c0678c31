"""The forms that the description repeats."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

Schema = dict[str, Any]


def record(properties: Schema, required: Collection[str] | None = None) -> Schema:
    """An object of these keys and no others; all of them required unless told."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def answered(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def sent(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def component(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def title(name: str) -> str:
    """`utility_provider` as the components call it: `UtilityProvider`."""
    return name.replace("-", "_").title().replace("_", "")


def nullable(schema: Schema) -> Schema:
    with_null = {**schema, "type": [schema["type"], "null"]}
    return {**with_null, "enum": [*schema["enum"], None]} if "enum" in schema else with_null
