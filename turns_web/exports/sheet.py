"""What an export is made of, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

# Told how many rows are written so far. Raises where the export is not wanted any more; writers let that through.
Tell = Callable[[int], None]


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """name: as in forms, the API and the head of a CSV. label: for people. sql: the expression, of the kind's type.

    is_summed: whether a total of it means something.
    """

    name: str
    label: str
    kind: Kind
    sql: str
    is_summed: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The rows: `statement` selects the columns, in their order, one row of the file a row, in a total order.

    counting: the statement that counts them, without what only the rows need: their order, and most of what is joined.
    given: the parameters of both, by name, as psycopg takes them. filters: what narrows it, in words.
    has_bom: whether a CSV begins with the mark that old spreadsheets tell UTF-8 by.
    """

    type: str
    title: str
    columns: Sequence[Column]
    statement: str
    counting: str
    given: Mapping[str, Any]
    filters: Sequence[tuple[str, str]] = ()
    has_bom: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself. as_of: what was committed until then is in it. total: rows, counted before.

    zone: the time zone that moments are written in.
    """

    as_of: datetime
    source: Literal["replica", "primary"]
    by: str
    total: int
    zone: str
