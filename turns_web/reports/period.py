"""The days that a report is about, and those that it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from turns_web.core.errors import Senseless
from turns_web.core.fields import Day
from turns_web.core.listing import Asked, values_of

Against = Literal["before", "year"]

KINDS: Mapping[str, Day] = {"from": Day(label="From"), "to": Day(label="To")}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included."""

    first: date
    last: date

    @classmethod
    def of(cls, asked: Asked, today: date) -> Period:
        """This month so far unless told; with a last day alone, its month until then. Raises Senseless."""
        given = {name: values_of(asked, name, kind) for name, kind in KINDS.items()}
        last = given["to"][-1] if given["to"] else today
        first = given["from"][-1] if given["from"] else last.replace(day=1)
        if first > last:
            raise Senseless(
                "to" if given["to"] else "from", f"The period begins on {first}: end it on that day or later."
            )
        return cls(first, last)

    def against(self, other: Against) -> Period:
        return self.before if other == "before" else self.a_year_ago

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As long, ending the day before; for whole months the months before, however long they are."""
        if self.first.toordinal() <= self.days:
            # Time itself begins too late for a period of this length before it.
            return Period(date.min, date.min)
        last = self.first - _DAY
        if self._is_whole_months:
            return Period(_months_back(self.first, self._months), last)
        return Period(self.first - timedelta(days=self.days), last)

    @property
    def a_year_ago(self) -> Period:
        return Period(_year_back(self.first), _year_back(self.last))

    @property
    def _is_whole_months(self) -> bool:
        return self.first.day == 1 and (self.last == date.max or (self.last + _DAY).day == 1)

    @property
    def _months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1


def _months_back(first: date, months: int) -> date:
    """The first of the month so many before; never before time begins."""
    year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(year, month + 1, 1) if year >= 1 else date.min


def _year_back(day: date) -> date:
    if day.year == 1:
        return day
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
