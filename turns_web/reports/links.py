"""The lists that the figures count: each figure leads to just the rows that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from turns_web.reports.asking import Asked
from turns_web.reports.period import Period
from turns_web.turns.filters import Filters


@dataclass(frozen=True, slots=True)
class Lists:
    """Addresses of lists, under the report's own filters."""

    asked: Asked

    def homes(self) -> str:
        asked = self.asked.homes
        pairs = [("q", asked.q)] if asked.q else []
        for name, values in asked.values.items():
            pairs += [(name, _text(asked.kinds[name].text(value), value)) for value in values]
        return _address("/properties", urlencode(pairs))

    def open(self, **also: Any) -> str:
        return self._turns({"is_open": True, **also})

    def completed(self, within: Period | None = None, **also: Any) -> str:
        return self._turns(_done(within or self.asked.period) | also)

    def rows(self) -> str:
        """The completed turns as a query alone, for an export of them."""
        return self._held(_done(self.asked.period)).query()

    def of_home(self, id: UUID) -> str:
        """All its turns, whatever the report's filters say of turns."""
        return _address("/board", urlencode([("property_id", str(id)), ("is_active", "any"), ("view", "table")]))

    def _turns(self, wanted: Mapping[str, Any]) -> str:
        return _address("/board", self._held(wanted).query(view="table"))

    def _held(self, wanted: Mapping[str, Any]) -> Filters:
        filters = self.asked.filters
        for name, value in wanted.items():
            filters = filters.at(name, _narrower(name, filters.chosen.get(name, ()), value))
        return filters


def _done(within: Period) -> dict[str, Any]:
    days = {"turn_completion_date_from": within.first, "turn_completion_date_to": within.last}
    return {"is_completed": True, **days}


def _narrower(name: str, chosen: tuple[Any, ...], wanted: Any) -> Any:
    """Where the report is held to some days already, the list is too."""
    days = [day for day in (*chosen, wanted) if isinstance(day, date)]
    if name.endswith("_from"):
        return max(days)
    return min(days) if name.endswith("_to") else wanted


def _text(text: str, value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else text


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
