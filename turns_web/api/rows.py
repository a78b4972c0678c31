"""Rows as JSON: money as a string, dates as ISO 8601, ids as UUIDs, under the names of their columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from turns_web.core.versioned import readable

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

_BY_TYPE: dict[type, Callable[[Any], Any]] = {
    UUID: str,
    date: date.isoformat,
    datetime: lambda moment: moment.astimezone(UTC).isoformat(),
}


def as_json(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """All that may be read of a row."""
    return {name: told(row[name]) for name, told in _tellers(table).items()}


def names(table: Table) -> Collection[str]:
    """The columns that may be read."""
    return _tellers(table)


def value_as_json(table: Table, name: str, value: Any) -> Any:
    """One column's value."""
    return _tellers(table)[name](value)


@cache
def _tellers(table: Table) -> dict[str, Callable[[Any], Any]]:
    return {column.name: _teller(column) for column in readable(table)}


def _teller(column: Column) -> Callable[[Any], Any]:
    kind: Any = column.type
    tell = _BY_TYPE.get(kind.python_type)
    if kind.python_type is Decimal:
        tell = str if is_money(kind) else float
    return (lambda value: None if value is None else tell(value)) if tell else (lambda value: value)


def is_money(kind: Any) -> bool:
    """Other decimals are measures, and numbers to JSON too."""
    return (kind.precision, kind.scale) == (10, 2)
