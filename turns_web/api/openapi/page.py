"""The description as /api/docs shows it: the same document, in the order that a person reads."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from turns_web.api.openapi.document import document
from turns_web.api.openapi.shapes import Schema
from turns_web.api.openapi.words import say


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter, or a key of an object."""

    name: str
    value: str
    says: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """An object by its keys. name: what tells it from the others that may stand in its place."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    says: str


@dataclass(frozen=True, slots=True)
class Operation:
    """filters: the parameters that narrow a list, of which there are too many to stand among the others."""

    id: str
    method: str
    path: str
    summary: str
    says: str
    parameters: tuple[Line, ...]
    filters: tuple[Line, ...]
    bodies: tuple[Shape, ...]
    examples: tuple[str, ...]
    answers: tuple[Answer, ...]


@cache
def groups() -> dict[str, list[Operation]]:
    """The operations by what they are about."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document()["tags"]}
    for path, item in document()["paths"].items():
        for method in ("get", "post", "put"):
            if method in item:
                told = item[method]
                found[told["tags"][0]].append(_operation(method, path, told, item.get("parameters", [])))
    return found


@cache
def rows() -> list[Shape]:
    """The rows that answers hold, by name."""
    schemas = document()["components"]["schemas"]
    return [Shape(name, tuple(_lines(schema, ()))) for name, schema in schemas.items()]


def _operation(method: str, path: str, told: Schema, shared: list[Schema]) -> Operation:
    parameters = [*shared, *told.get("parameters", [])]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        says=told.get("description", ""),
        parameters=tuple(_parameter(one) for one in parameters if not _may_repeat(one)),
        filters=tuple(_parameter(one) for one in parameters if _may_repeat(one)),
        bodies=tuple(_bodies(_resolved(body))),
        examples=tuple(json.dumps(one, indent=2, ensure_ascii=False) for one in body.get("examples", [])),
        answers=tuple(Answer(status, _resolved(said)["description"]) for status, said in told["responses"].items()),
    )


def _may_repeat(parameter: Schema) -> bool:
    return parameter["schema"].get("type") == "array"


def _parameter(told: Schema) -> Line:
    schema = told["schema"].get("items", told["schema"])
    if told["name"] == "sort":
        # The other way round is said beside them.
        schema = {**schema, "enum": [word for word in schema["enum"] if not word.startswith("-")]}
    return Line(told["name"], say(schema), told.get("description", ""), told.get("required", False))


def _bodies(schema: Schema) -> list[Shape]:
    """One for each operation that the address takes; of a batch, one for each operation of a table."""
    if "oneOf" in schema:
        return [_shape(one["title"], one) for one in schema["oneOf"]]
    return [_shape("", schema)] if schema else []


def _shape(name: str, schema: Schema) -> Shape:
    return Shape(name, tuple(_lines(schema, schema["required"])))


def _lines(schema: Schema, required: Collection[str], within: str = "") -> Iterator[Line]:
    """The keys of an object, and of those inside it; what may only be sent as it is stands in the row already."""
    for key, told in schema["properties"].items():
        inner = _resolved(told)
        if "properties" in inner:
            yield from _lines(inner, inner["required"], f"{key}.")
        elif not inner.get("readOnly"):
            says = " ".join(f"{part.rstrip('.')}." for part in (told.get("title"), told.get("description")) if part)
            yield Line(within + key, say(told), says, key in required)


def _resolved(schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Any = document()
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found
