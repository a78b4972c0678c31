"""What `data` may hold, in JSON Schema: made of the fields that the forms have, as api/strict.py reads them."""

from __future__ import annotations

from functools import singledispatch

from turns_web.api.openapi.shapes import Schema, nullable
from turns_web.core.fields import Choice, Day, Field, Fields, Flag, Many, Money, Number, Ref, Text, Whole

# Control characters are refused, but those that are trimmed away at the ends.
_PRINTED = r"^[^\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f]*$"


def settable(fields: Fields) -> dict[str, Schema]:
    """Each field's value as it may be sent; null for none, where a row can be without."""
    return {name: value(kind) for name, kind in fields.items()}


def value(kind: Field) -> Schema:
    schema = {**shape(kind), "title": kind.label}
    if kind.hint:
        schema["description"] = kind.hint
    return schema if kind.required or isinstance(kind, Flag | Many) else nullable(schema)


@singledispatch
def shape(kind: Field) -> Schema:
    """A value of this kind, whatever it is called and whether a row can be without it."""
    raise TypeError(f"{type(kind).__name__} is sent nowhere yet")


@shape.register
def _(kind: Text) -> Schema:
    schema: Schema = {"type": "string", "maxLength": kind.max}
    if kind.pattern:
        # Empty text is none.
        return {**schema, "pattern": f"^{kind.pattern}$" if kind.required else f"^({kind.pattern})?$"}
    return {**schema, "pattern": r"\S" if kind.required else _PRINTED}


@shape.register
def _(kind: Money) -> Schema:
    pattern = rf"^{'-?' if kind.negative else ''}0*\d{{1,8}}(\.\d{{1,2}})?$"
    return {"type": "string", "pattern": pattern, "examples": ["1234.50"]}


@shape.register
def _(kind: Whole) -> Schema:
    return {"type": "integer", "minimum": kind.least, "maximum": kind.most}


@shape.register
def _(kind: Number) -> Schema:
    return {"type": "number", "minimum": 0, "maximum": float(kind.most)}


@shape.register
def _(kind: Day) -> Schema:
    return {"type": "string", "format": "date"}


@shape.register
def _(kind: Flag) -> Schema:
    return {"type": "boolean"}


@shape.register
def _(kind: Choice) -> Schema:
    return {"type": "string", "enum": list(kind.options)}


@shape.register
def _(kind: Ref) -> Schema:
    return {"type": "string", "format": "uuid"}


@shape.register
def _(kind: Many) -> Schema:
    return {"type": "array", "items": {"type": "string", "pattern": "^[^,]*$", "maxLength": 100}, "maxItems": kind.max}
