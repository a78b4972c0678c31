"""What the page of reports is asked: a period by its name or its days, what it is held against, the lists' filters.

`period=month` is this month so far, whenever the address is opened; `from` and `to` are days that stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

from turns_web.core.errors import Senseless
from turns_web.core.listing import Asked as Address
from turns_web.reports import calendar
from turns_web.reports.asking import Asked
from turns_web.reports.calendar import UNITS, Unit
from turns_web.reports.period import Against, Period
from turns_web.turns.filters import Filters

AGAINST: dict[Against, str] = {"before": "the time before", "year": "a year ago"}
Pairs = list[tuple[str, str]]
Name = TypeVar("Name", bound=str)


class Way(NamedTuple):
    """A link to another period."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Frame:
    asked: Asked
    against: Against

    @classmethod
    def of(cls, address: Address, asked: Asked) -> Frame:
        """Raises Senseless for a value that is none."""
        unit = _one(address, "period", UNITS)
        if unit and not any(any(address.getlist(name)) for name in ("from", "to")):
            asked = replace(asked, period=calendar.until_today(unit, asked.today, asked.today))
        return cls(asked, _one(address, "against", AGAINST) or "before")

    @property
    def period(self) -> Period:
        return self.asked.period

    @property
    def other(self) -> Period:
        return self.period.against(self.against)

    @property
    def unit(self) -> Unit | None:
        return calendar.unit_of(self.period, self.asked.today)

    @property
    def name(self) -> str:
        return calendar.name(self.period, self.asked.today)

    @property
    def other_name(self) -> str:
        return calendar.name(self.other, self.asked.today)

    @property
    def filters(self) -> Filters:
        """Those that were asked for; that past turns are in goes without saying."""
        return self.asked.filters.without("is_active")

    def units(self) -> list[tuple[Unit, Way]]:
        """The week, month, quarter and year that hold the period's last day."""
        today = self.asked.today
        return [(unit, self._to(calendar.until_today(unit, self.period.last, today))) for unit in UNITS]

    def steps(self) -> tuple[Way, Way | None]:
        """Before and after: the neighbouring month, say, or as many days. None where that is still to come."""
        today, length = self.asked.today, timedelta(days=self.period.days)
        if self.unit is None:
            later = Period(self.period.first + length, self.period.last + length)
            return self._to(self.period.before), self._to(later) if later.last <= today else None
        before = calendar.before(self.unit, self.period.first)
        after = calendar.after(self.unit, self.period.first)
        following = self._to(calendar.until_today(self.unit, after, today)) if after <= today else None
        return self._to(calendar.until_today(self.unit, before, today)), following

    def pairs(self) -> Pairs:
        """The query string that asks for just this."""
        return self._days(self.period) + self._rest()

    def beside(self, *names: str) -> Pairs:
        """The same but `names`: what a form carries along."""
        return [(name, value) for name, value in self.pairs() if name not in names]

    def at(self, query: str) -> str:
        """The address of this period under the filters of `query`."""
        return _address(urlencode(self._days(self.period) + self._held()), query)

    def _to(self, period: Period) -> Way:
        words = calendar.name(period, self.asked.today)
        return Way(words, _address(urlencode(self._days(period) + self._rest())))

    def _days(self, period: Period) -> Pairs:
        unit = calendar.unit_of(period, self.asked.today)
        if unit and period.last == self.asked.today:
            return [("period", unit)]
        return [("from", period.first.isoformat()), ("to", period.last.isoformat())]

    def _rest(self) -> Pairs:
        return self._held() + self.filters.pairs()

    def _held(self) -> Pairs:
        return [("against", self.against)] if self.against != "before" else []


def _one(address: Address, name: str, known: Mapping[Name, str]) -> Name | None:
    typed = [value for value in address.getlist(name) if value]
    if not typed:
        return None
    for one in known:
        if one == typed[-1]:
            return one
    raise Senseless(name, f"Choose one of: {', '.join(known)}.")


def _address(*queries: str) -> str:
    return "/reports?" + "&".join(query for query in queries if query)
