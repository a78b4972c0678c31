"""Median turn days month by month, a year at least, beside the same months a year earlier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import TypeAdapter

from turns_web.core import db
from turns_web.core.db import Snapshot
from turns_web.core.identity import Identity
from turns_web.reports import calendar, charts
from turns_web.reports.asking import Asked
from turns_web.reports.figures import Completed
from turns_web.reports.links import Lists
from turns_web.reports.period import Period
from turns_web.reports.remembered import LONGEST_S, remembered
from turns_web.reports.rules import median, merged
from turns_web.reports.statements import ask
from turns_web.reports.words import days

# A month alone says nothing of where it goes; more than these no chart can show.
LEAST, MOST = 12, 36


@dataclass(frozen=True, slots=True)
class Month:
    turns: int = 0
    median: float | None = None


@dataclass(frozen=True, slots=True)
class _Counted:
    as_of: datetime
    months: dict[date, Month]


_COUNTED = TypeAdapter(_Counted)


@dataclass(frozen=True, slots=True)
class Row:
    """key: of the dashboard's by_month where the month is one of the period's, whose figures these then are."""

    first: date
    key: str | None
    month: Month
    year_before: Month
    href: str

    @property
    def name(self) -> str:
        return f"{self.first:%B %Y}"


@dataclass(frozen=True, slots=True)
class Trend:
    """plot: the year before, then these months; None where no turn has days. labels: a word a place, or none."""

    rows: tuple[Row, ...]
    plot: charts.Plot | None
    labels: tuple[str, ...]

    @property
    def says(self) -> str:
        """The chart in a sentence, for those who do not see it."""
        now = _from_to([(row.name, row.month.median) for row in self.rows])
        then = _from_to([(row.name, row.year_before.median) for row in self.rows])
        return f"Median days to turn a home, by month: {now}; a year earlier {then}."

    @property
    def newest_first(self) -> tuple[Row, ...]:
        return self.rows[::-1]


def trend(who: Identity, asked: Asked, done: Completed) -> Trend:
    firsts = _firsts(asked.period)
    found = _months(who, replace(asked, period=Period(_year_before(firsts[0]), asked.period.last)))
    lists = Lists(asked)
    own = {group.key: Month(group.completed_turns, group.median_turn_days) for group in done.by_month}
    rows = []
    for first in firsts:
        key = f"{first:%Y-%m}"
        rows.append(
            Row(
                first,
                key if key in own else None,
                own.get(key) or found.get(first, Month()),
                found.get(_year_before(first), Month()),
                lists.completed(_within(first, asked.period, key in own)),
            )
        )
    return Trend(
        tuple(rows),
        charts.plot([[row.year_before.median for row in rows], [row.month.median for row in rows]]),
        tuple(charts.thinned([f"{first:%b}" if first.month > 1 else f"{first:%b %y}" for first in firsts])),
    )


def _from_to(months: Sequence[tuple[str, float | None]]) -> str:
    known = [f"{days(median)} in {name}" for name, median in months if median is not None]
    return " and ".join(dict.fromkeys(known[:1] + known[-1:])) or "none"


def _firsts(period: Period) -> list[date]:
    """The first days of the months that are shown, the last of them the one in which the period ends."""
    months = calendar.months(period.first, period.last)
    first = period.last.replace(day=1)
    while len(months) < LEAST:
        months = calendar.months(calendar.before("month", months[0]), first)
    return months[-MOST:]


def _year_before(first: date) -> date:
    return first.replace(year=first.year - 1)


def _within(first: date, period: Period, is_own: bool) -> Period:
    """The days of a month that are counted: of the period's own months those in it."""
    last = min(calendar.end("month", first), period.last)
    return Period(max(first, period.first) if is_own else first, last)


def _months(who: Identity, asked: Asked) -> Mapping[date, Month]:
    with db.snapshot(who, has_all=False, longest_s=LONGEST_S) as found:
        return remembered(found, who, asked, "months", _COUNTED, lambda: _count(found, asked)).months


def _count(found: Snapshot, asked: Asked) -> _Counted:
    counts: dict[date, list[tuple[int | None, int]]] = {}
    for row in ask(found.session, "months", asked):
        counts.setdefault(row.month, []).append((row.days, row.turns))
    months = {month: Month(sum(turns for _, turns in of), median(merged(of))) for month, of in counts.items()}
    return _Counted(found.as_of, months)
