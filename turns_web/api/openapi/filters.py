"""What a list takes in its address, as OpenAPI parameters: made of the filters that the pages have."""

from __future__ import annotations

from turns_web.api.collections import Collection
from turns_web.api.openapi.fields import shape
from turns_web.api.openapi.shapes import Schema
from turns_web.api.reads import LIMIT, USUAL
from turns_web.core.fields import Field, Flag, Money, Text
from turns_web.core.listing import SEARCH
from turns_web.turns.filters import ANY, FlagOrAny


def parameters(collection: Collection) -> list[Schema]:
    filters = [filter_of(name, kind) for name, kind in collection.filters.items()]
    usual = collection.default_sort
    sorts = [sign + name for name in collection.sorts for sign in ("", "-")]
    return [
        parameter("q", "Contains, without case and accents.", {"type": "string", "maxLength": SEARCH.max}),
        *filters,
        parameter(
            "sort",
            f"Ascending; with a leading `-` descending; `{usual}` unless told. Rows without a value come last.",
            {"type": "string", "enum": sorts, "default": usual},
        ),
        parameter(
            "limit",
            f"Rows of a window; {USUAL} unless told.",
            {"type": "integer", "minimum": LIMIT.least, "maximum": LIMIT.most, "default": USUAL},
        ),
        parameter(
            "cursor",
            "`next` of the answer before, under the same filters and sort.",
            {"type": "string", "minLength": 1},
        ),
    ]


def parameter(name: str, description: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def filter_of(name: str, kind: Field) -> Schema:
    """One that may come more than once: any of its values will do."""
    schema = {"type": "array", "minItems": 1, "items": value(kind)}
    return {**parameter(name, f"{kind.label}.", schema), "style": "form", "explode": True}


def value(kind: Field) -> Schema:
    """One value of a filter, as it stands in an address: all text, and never empty."""
    match kind:
        case FlagOrAny():
            return {"type": "string", "enum": [*Flag.WORDS, ANY]}
        case Flag():
            return {"type": "string", "enum": list(Flag.WORDS)}
        case Money():
            return {"type": "string", "pattern": r"^\d{1,8}(\.\d{1,2})?$"}
        case Text(pattern=str()):
            return {"type": "string", "pattern": f"^{kind.pattern}$", "maxLength": kind.max}
        case Text():
            return {"type": "string", "pattern": r"\S", "maxLength": kind.max}
    return shape(kind)
