"""What a cell says, by the kind of its column: as people read it, the same at any year and for any text."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.types.string import TextLoader

from turns_web.core import money
from turns_web.exports.sheet import Kind

Words = Callable[[Any], str]

# Postgres knows days and moments that Python has no date for: they are taken as it writes them, in the zone asked for.
_AS_WRITTEN = ("date", "timestamp", "timestamptz")


def take_as_written(cursor: psycopg.Cursor[Any] | psycopg.ServerCursor[Any]) -> None:
    for name in _AS_WRITTEN:
        cursor.adapters.register_loader(name, TextLoader)


def words_of(kind: Kind) -> Words:
    return _WORDS.get(kind, str)


def _moment(written: str) -> str:
    """To the minute; infinity as it is."""
    day, _, time = written.partition(" ")
    era = " BC" if time.endswith("BC") else ""
    return f"{day} {time[:5]}{era}".strip()


def amount(value: Decimal) -> str:
    """What is no number, which Postgres keeps in any of its columns, has no sign to ask for."""
    return "NaN" if value.is_nan() else money.exact(value)


def _number(value: Any) -> str:
    """`2`, `2.5`: without the noughts that a column keeps."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _flag(value: bool) -> str:
    return "Yes" if value else "No"


_WORDS: dict[Kind, Words] = {Kind.MONEY: amount, Kind.NUMBER: _number, Kind.FLAG: _flag, Kind.MOMENT: _moment}
