"""Rows as they are answered, in JSON Schema: made of the tables, as api/rows.py makes the answers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from turns_web.api.openapi.shapes import Schema, nullable, record
from turns_web.api.rows import is_money
from turns_web.core.versioned import readable

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

MONEY: Schema = {"type": "string", "pattern": r"^-?\d{1,8}\.\d{2}$", "examples": ["1234.50"]}
_BY_TYPE: dict[type, Schema] = {
    UUID: {"type": "string", "format": "uuid"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    list: {"type": "array", "items": {"type": "string"}},
    # What SQLAlchemy says of jsonb; every one of ours holds an object.
    object: {"type": "object"},
}


def row(table: Table) -> Schema:
    """All that may be read of a row, every key always there."""
    return record({str(column.name): _column(column) for column in readable(table)})


def _column(column: Column) -> Schema:
    return nullable(_kind(column)) if column.nullable else _kind(column)


def _kind(column: Column) -> Schema:
    kind: Any = column.type
    if kind.python_type is Decimal:
        return MONEY if is_money(kind) else {"type": "number"}
    if kind.python_type is str:
        words = getattr(kind, "enums", None)
        if words:
            return {"type": "string", "enum": list(words)}
        return {"type": "string", "maxLength": kind.length} if kind.length else {"type": "string"}
    return _BY_TYPE[kind.python_type]
