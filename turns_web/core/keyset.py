"""One window of a long list in a total order, found by the last row's key: page a thousand costs what page one did.

Rows without a value come last in both directions. An index on (column, id) serves all of it: the rows with a value and
those without are two walks of the same index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Enum, Row, Select, literal, tuple_
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Order:
    """By `column`, then by `id`. nullable: whether rows may be without a value."""

    column: ColumnElement[Any]
    id: ColumnElement[UUID]
    descending: bool = False
    nullable: bool = False

    def clauses(self) -> list[ColumnElement[Any]]:
        if self.descending:
            return [self.column.desc(), self.id.desc()]
        return [self.column.asc(), self.id.asc()]


@dataclass(frozen=True, slots=True)
class Key:
    """Where a window ended: the last row's value in the order's column, and its id."""

    value: Any
    id: UUID


def parse_key(order: Order, values: Sequence[Any] | None) -> Key | None:
    """The key that a cursor holds. Raises ValueError for one that is none."""
    if values is None:
        return None
    value, id = values
    if value is None and not order.nullable:
        raise ValueError("a cursor without a value")
    return Key(None if value is None else _typed(order.column, value), UUID(_text(id)))


# More than any amount of money, count or year here, and within what each column takes.
_MOST = Decimal("99999999.995")


def _typed(column: ColumnElement[Any], value: Any) -> Any:
    kind = column.type.python_type
    text = _text(value)
    if isinstance(column.type, Enum) and text not in column.type.enums:
        raise ValueError("none of its words")
    if kind is date:
        return date.fromisoformat(text)
    if kind is datetime:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError("a time of no zone")
        return at
    if kind is Decimal:
        return _number(text)
    return int(_number(text)) if kind is int else text


def _number(text: str) -> Decimal:
    """One that every column of numbers could hold: Postgres would stumble over a larger one."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("no number") from None
    if not number.is_finite() or abs(number) >= _MOST:
        raise ValueError("no number")
    return number


def _text(value: Any) -> str:
    text = str(value)
    text.encode()  # a lone surrogate is none that a row can hold
    if "\x00" in text or len(text) > 5_000:
        raise ValueError("no text")
    return text


Make = Callable[[list[ColumnElement[bool]], list[ColumnElement[Any]], int], Select[Any]]


def fetch(session: Session, order: Order, after: Key | None, count: int, make: Make) -> list[Row[Any]]:
    """Up to `count` rows that follow `after`.

    make(conditions, order_by, limit): the statement for the rows that meet the conditions, in that order.
    """
    rows: list[Row[Any]] = []
    for conditions in _walks(order, after):
        rows += session.execute(make(conditions, order.clauses(), count - len(rows)))
        if len(rows) >= count:
            break
    return rows


# The name under which whole rows carry the value that they are ordered by.
ORDERED_BY = "ordered_by"


def whole_rows(
    session: Session, of: Select[Any], order: Order, after: Key | None, count: int
) -> list[Mapping[str, Any]]:
    """Up to `count` rows of a plain statement that follow `after`, each with the value that it is ordered by."""
    of = of.add_columns(order.column.label(ORDERED_BY))

    def make(beyond: list[ColumnElement[bool]], by: list[ColumnElement[Any]], limit: int) -> Select[Any]:
        return of.where(*beyond).order_by(*by).limit(limit)

    return [row._mapping for row in fetch(session, order, after, count, make)]


def _walks(order: Order, after: Key | None) -> list[list[ColumnElement[bool]]]:
    if not order.nullable:
        return [[_beyond(order, after)] if after else []]
    unknown = order.column.is_(None)
    if after and after.value is None:
        return [[unknown, order.id < after.id if order.descending else order.id > after.id]]
    known = [order.column.is_not(None)]
    return [[*known, _beyond(order, after)] if after else known, [unknown]]


def _beyond(order: Order, after: Key) -> ColumnElement[bool]:
    here = tuple_(order.column, order.id)
    # As the column's own type: a time would be compared without its zone.
    there = tuple_(literal(after.value, order.column.type), after.id)
    return here < there if order.descending else here > there
