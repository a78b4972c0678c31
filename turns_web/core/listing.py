"""What an address asks of a list: `q` contains, all other filters are exact, `sort` orders, with `-` the other way.

A name that the list does not know asks nothing, nor does an empty value; a value that is none is refused by its name. A
filter may come more than once: any of its values will do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import FromClause

from turns_web.core.errors import Senseless
from turns_web.core.fields import Choice, Field, FieldError, Fields, Text
from turns_web.core.keyset import Order

SEARCH = Text(label="Search", max=200)


class Asked(Protocol):
    """A query string, as werkzeug has it."""

    def getlist(self, key: str) -> list[str]: ...

    def __contains__(self, key: object) -> bool: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked, parsed. values: {filter: the values asked for}; all filters must hold."""

    kinds: Fields
    sort: str
    q: str = ""
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.values)

    def text(self, name: str) -> str:
        """What a select of this filter shows as chosen; empty where nothing or several are."""
        values = self.values.get(name, ())
        if len(values) != 1:
            return ""
        return str(int(values[0])) if isinstance(values[0], bool) else self.kinds[name].text(values[0])


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list can be asked. sorts: {column: whether a row may be without it}."""

    filters: Fields
    sorts: Mapping[str, bool]
    default_sort: str

    def parse(self, asked: Asked) -> Filter:
        """Raises Senseless for a value that is none."""
        values = {name: values_of(asked, name, kind) for name, kind in self.filters.items() if name in asked}
        return Filter(
            kinds=self.filters,
            sort=sort_of(asked, self.sorts) or self.default_sort,
            q=search_of(asked) or "",
            values={name: found for name, found in values.items() if found},
        )

    def order(self, sort: str, of: FromClause) -> Order:
        name = sort.removeprefix("-")
        return Order(of.c[name], of.c.id, descending=sort.startswith("-"), nullable=self.sorts[name])


def values_of(asked: Asked, name: str, kind: Field) -> list[Any]:
    """What a filter was given, each value once. Raises Senseless."""
    return list(dict.fromkeys(_value(name, kind, typed) for typed in asked.getlist(name) if typed.strip()))


def _value(name: str, kind: Field, typed: str) -> Any:
    try:
        return kind.parse(typed)
    except FieldError as refused:
        # An address holds what is stored, not its words.
        says = f"Choose one of: {', '.join(kind.options)}." if isinstance(kind, Choice) else str(refused)
        raise Senseless(name, says) from None


def search_of(asked: Asked) -> str | None:
    found = values_of(asked, "q", SEARCH)
    return found[-1] if found else None


def sort_of(asked: Asked, sorts: Collection[str]) -> str | None:
    """The column that is asked for, with its sign. Raises Senseless for one that the list is not sorted by."""
    asked_for = [typed for typed in asked.getlist("sort") if typed]
    if not asked_for:
        return None
    if asked_for[-1].removeprefix("-") not in sorts:
        raise Senseless("sort", f"Sort by one of: {', '.join(sorts)}.")
    return asked_for[-1]
