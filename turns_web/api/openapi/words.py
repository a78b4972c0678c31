"""A JSON schema in words, for the page: `text of at most 50, or null`."""

from __future__ import annotations

import json
from typing import Any

from turns_web.api.openapi.shapes import Schema

_FORMATS = {"uuid": "UUID", "date": "date, 2026-03-12", "date-time": "time with its zone, 2026-03-12T09:30:00+00:00"}


def say(schema: Schema) -> str:
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "const" in schema:
        return _literal(schema["const"])
    if "oneOf" in schema:
        return schema["title"]
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    plain = [_of_type(kind, schema) for kind in types if kind != "null"]
    return ", or ".join(plain + ["null"] * ("null" in types)) or "anything"


def _of_type(kind: str, schema: Schema) -> str:
    if "enum" in schema:
        return f"one of {', '.join(_literal(word) for word in schema['enum'] if word is not None)}"
    match kind:
        case "array":
            return f"several of: {say(schema['items'])}"
        case "integer" | "number":
            return _number("whole number" if kind == "integer" else "number", schema)
        case "boolean":
            return "true or false"
        case "string":
            return _text(schema)
    return kind


def _number(kind: str, schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    return kind if least is None or most is None else f"{kind} from {least:,} to {most:,}"


def _text(schema: Schema) -> str:
    if "format" in schema:
        return _FORMATS[schema["format"]]
    if "examples" in schema:
        return f'text like "{schema["examples"][0]}"'
    return f"text of at most {schema['maxLength']:,}" if "maxLength" in schema else "text"


def _literal(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
