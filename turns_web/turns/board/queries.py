"""What the board shows: heads of columns, windows of cards, and what changed of them. One statement each."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.core import clock
from turns_web.settings.queries import zone
from turns_web.turns import order
from turns_web.turns.board.cards import SELECTED, Row, StageFacts
from turns_web.turns.filters import AT_RISK, LATE, Filters
from turns_web.turns.stages import Stage, Way, keep

WINDOW = 25
_SQL = Path(__file__).parent / "sql"
_HOME = "JOIN properties p ON p.id = t.property_id"
_ASKS_HOME = re.compile(r"\bp\.")


class Here(NamedTuple):
    """Where and when one looks: today's date, and the zone whose day that is."""

    today: date
    zone: ZoneInfo


_FRAME = text(
    f"SELECT {', '.join(Stage.__slots__)}, setting('timezone') AS zone, setting('completed_days')::integer AS days "  # noqa: S608
    "FROM turn_stages ORDER BY display_order, id"
)


class Frame(NamedTuple):
    """What every board is drawn in. completed_days: how long completed turns stay on it."""

    stages: Way
    here: Here
    completed_days: int


def frame(session: Session) -> Frame:
    """In one statement a transaction, and never from a longer memory: a page's number of statements is always the
    same."""
    if "frame" not in session.info:
        session.info["frame"] = _frame(session)
    return session.info["frame"]


def _frame(session: Session) -> Frame:
    rows = session.execute(_FRAME).all()
    stages = Way(tuple(Stage(*row[: len(Stage.__slots__)]) for row in rows))
    keep(session, stages)
    return Frame(stages, Here(clock.today(rows[0].zone), ZoneInfo(rows[0].zone)), rows[0].days)


def here(session: Session) -> Here:
    name = zone.name(session, time.monotonic())
    return Here(clock.today(name), ZoneInfo(name))


@dataclass(frozen=True, slots=True)
class Head:
    """A column's figures under the filter in force."""

    count: int = 0
    amount: Decimal = Decimal(0)
    late: int = 0
    at_risk: int = 0
    open: int = 0
    rent_lost_a_month: Decimal = Decimal(0)


class Window(NamedTuple):
    """Cards of one column. next: the cursor of those that follow, or None. left: how many those are."""

    rows: list[Row]
    next: list[Any] | None
    left: int


NONE = Window([], None, 0)


@dataclass(frozen=True, slots=True)
class Column:
    stage: Stage
    head: Head
    window: Window


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of all columns together. lost_a_day: rent of the vacant homes, an estimate."""

    count: int
    late: int
    at_risk: int
    lost_a_day: Decimal

    @classmethod
    def of(cls, heads: Iterable[Head]) -> Summary:
        heads = list(heads)
        return cls(
            sum(head.count for head in heads),
            sum(head.late for head in heads),
            sum(head.at_risk for head in heads),
            sum((head.rent_lost_a_month for head in heads), Decimal(0)) / 30,
        )


@dataclass(frozen=True, slots=True)
class Changed:
    """A card that changed, and what the board may be grouped by."""

    row: Row
    property_manager_id: UUID | None
    vendor_id: UUID | None
    property_id: UUID


# Reading a long statement for its parameters takes as long as rendering some cards.
prepared = lru_cache(maxsize=200)(text)


@cache
def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def filled(
    name: str, filters: Filters, here: Here, after: str = "true", beside: str = "", lane: str | None = None
) -> tuple[str, dict[str, Any]]:
    """The statement of sql/<name>.sql and its parameters. lane: the column of turns that the board is grouped by."""
    where, given = filters.where()
    statement = (
        _sql(name)
        .replace("/* where */", where)
        # Only where a filter asks for the home: with every turn joined to its own of 100,000, the rest waits for that.
        .replace("/* home */", _HOME if _ASKS_HOME.search(where + beside) else "")
        .replace("/* late */", LATE)
        .replace("/* at risk */", AT_RISK)
        .replace("/* order */", order.URGENCY)
        .replace("/* lane */", lane or "NULL::uuid")
        # A sort by one more key is dear, even where all are null.
        .replace("/* column */", "stage_id, lane" if lane else "stage_id")
        .replace("/* after */", after)
        .replace("/* columns */", SELECTED)
    )
    return statement, {**given, "today": here.today}


def heads(session: Session, filters: Filters, here: Here) -> dict[UUID, Head]:
    statement, given = filled("heads", filters, here)
    rows = session.execute(prepared(statement), given).mappings()
    return {row.pop("stage_id"): Head(**row) for row in map(dict, rows)}


def columns(session: Session, stages: Way, filters: Filters, here: Here) -> list[Column]:
    """Every active stage as a column with its figures and first window; a retired one while turns are in it."""
    rows = _rows(session, filters, here)
    found = _figures(rows[0].heads) if rows else {}
    windows = _by_stage(rows)
    return [
        Column(stage, found.get(stage.id, Head()), windows.get(stage.id, NONE))
        for stage in stages
        if stage.is_active or stage.id in found
    ]


def window(session: Session, filters: Filters, stage_id: UUID, after: list[Any] | None, here: Here) -> Window:
    """The cards of one column after a cursor; without one, the first."""
    return _by_stage(_rows(session, filters.at("stage_id", stage_id), here, after)).get(stage_id, NONE)


def _rows(session: Session, filters: Filters, here: Here, after: list[Any] | None = None) -> list[Any]:
    statement, given = filled("cards", filters, here, order.AFTER if after else "true")
    if after:
        given |= {f"after_{name}": value for name, value in zip(order.KEY, after, strict=True)}
    return list(session.execute(prepared(statement), {**given, "size": WINDOW}))


def _figures(found: list[dict[str, Any]]) -> dict[UUID, Head]:
    """What cards.sql says of the columns; money comes as text, for JSON's own numbers are not exact."""
    return {
        UUID(one.pop("stage_id")): Head(
            **{name: Decimal(value) if isinstance(value, str) else value for name, value in one.items()}
        )
        for one in found
    }


def _by_stage(rows: list[Any]) -> dict[UUID, Window]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.stage_id, []).append(row)
    return {stage_id: cut(some, WINDOW) for stage_id, some in found.items()}


def cut(rows: list[Any], size: int) -> Window:
    """A window of `size` from rows of cards.sql that may be one more."""
    shown = rows[:size]
    more = len(rows) > size
    cards = [Row._make(row[: len(Row._fields)]) for row in shown]
    return Window(cards, order.key_of(shown[-1]) if more else None, shown[0].remaining - len(shown))


def changed(session: Session, filters: Filters, ids: list[UUID], here: Here) -> list[Changed]:
    """Those of `ids` that are in the view now."""
    statement, given = filled("changed", filters, here)
    rows = session.execute(prepared(statement), {**given, "ids": ids})
    return [Changed(Row._make(row[: (n := len(Row._fields))]), *row[n:]) for row in rows]


def stage_facts(stages: Way) -> Mapping[UUID, StageFacts]:
    return {
        stage.id: StageFacts(stage.is_vendor_required, stages.is_walk(stage), stage.is_complete_stage)
        for stage in stages
    }
