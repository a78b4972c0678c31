"""The query string of the list of vendors, as conditions: `q` contains, all others are exact, unknown ones ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, case, func, or_, select

from turns_web.core.fields import Choice, FieldError, Fields, Many, Text
from turns_web.core.keyset import Order
from turns_web.schema import vendors
from turns_web.vendors.fields import ALL_FIELDS, INSURANCE, TAX_ID
from turns_web.vendors.rules import SOON_DAYS

# What a header sorts by, and whether a row may be without it.
SORTS = {"company_name": False, "city": True, "insurance_expiry": True, "average_rating": True}
DEFAULT_SORT = "company_name"

FILTERS: Fields = {
    **{name: kind for name, kind in ALL_FIELDS.items() if name not in TAX_ID},
    "insurance": Choice(label="Insurance", options=INSURANCE),
}
_SEARCH = Text(label="Search", max=200)


@dataclass(frozen=True, slots=True)
class Filter:
    """values: {column: the values asked for}; `insurance` is one of INSURANCE. All must hold."""

    q: str = ""
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    sort: str = DEFAULT_SORT

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.values)

    def text(self, name: str) -> str:
        """What a select of this filter shows as chosen; empty where nothing or several are."""
        values = self.values.get(name, ())
        if len(values) != 1:
            return ""
        return str(int(values[0])) if isinstance(values[0], bool) else str(values[0])


class Asked(Protocol):
    """A query string, as werkzeug has it."""

    def get(self, key: str) -> str | None: ...
    def getlist(self, key: str) -> list[str]: ...


def parse(asked: Asked) -> Filter:
    """The filter that an address tells. Raises FieldError for a value that is none; an empty one filters nothing."""
    values: dict[str, list[Any]] = {}
    for name, kind in FILTERS.items():
        parsed = [kind.parse(text) for text in asked.getlist(name) if text.strip()]
        if isinstance(kind, Many):
            parsed = [one for several in parsed for one in several]
        if parsed:
            values[name] = list(dict.fromkeys(parsed))
    return Filter(_SEARCH.parse(asked.get("q")) or "", values, _sort(asked.get("sort")))


def _sort(sort: str | None) -> str:
    if not sort:
        return DEFAULT_SORT
    if sort.removeprefix("-") not in SORTS:
        raise FieldError("There is no such column to sort by.")
    return sort


def order(sort: str) -> Order:
    name = sort.removeprefix("-")
    return Order(vendors.c[name], vendors.c.id, descending=sort.startswith("-"), nullable=SORTS[name])


def conditions(asked: Filter, today: date) -> list[ColumnElement[bool]]:
    """Archived ones only where they are asked for."""
    found = [_is_one_of(name, values, today) for name, values in asked.values.items()]
    if "is_archived" not in asked.values:
        found.append(~vendors.c.is_archived)
    if asked.q:
        found.append(vendors.c.id.in_(select(func.search_vendor_ids(asked.q))))
    return found


def _is_one_of(name: str, values: Sequence[Any], today: date) -> ColumnElement[bool]:
    if name == "insurance":
        return insurance(today).in_(values)
    if isinstance(FILTERS[name], Many):
        return or_(*(vendors.c[name].contains([value]) for value in values))
    return vendors.c[name].in_(values)


def insurance(today: date) -> ColumnElement[str]:
    """The state that rules.insurance tells, for a condition."""
    expiry = vendors.c.insurance_expiry
    return case(
        (expiry.is_(None), "none"),
        (expiry < today, "expired"),
        (expiry <= today + timedelta(days=SOON_DAYS), "soon"),
        else_="ok",
    )
