"""What programs read: each table's list under the filters of its page, and who may see it at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from turns_web.api.tables import ROW
from turns_web.core.fields import Fields
from turns_web.core.identity import Identity
from turns_web.core.keyset import Order
from turns_web.core.listing import Asked, Listing
from turns_web.properties import filters as property_filters
from turns_web.properties.queries import providers
from turns_web.properties.queries import rows as property_rows
from turns_web.schema import properties, turns, utility_providers, vendors
from turns_web.turns import filters as turn_filters
from turns_web.turns import rows as turn_rows
from turns_web.vendors import filters as vendor_filters
from turns_web.vendors.queries import rows as vendor_rows

if TYPE_CHECKING:
    from sqlalchemy import Select, Table


@dataclass(frozen=True, slots=True)
class Found:
    """A list as it was asked for. sort: the column, with its sign. statement: its rows, in no order yet."""

    sort: str
    order: Order
    statement: Select[Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """see: the action of those who may read it. find: what an address asks for, as a statement; raises Senseless."""

    table: Table
    see: str
    filters: Fields
    sorts: Iterable[str]
    default_sort: str
    find: Callable[[Asked, date, Identity], Found]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def row(self) -> str:
        """The key of its rows in answers."""
        return ROW[self.name]


def _listed(table: Table, see: str, listing: Listing, rows: Callable[[Any, date, Identity], Select[Any]]) -> Collection:
    def find(asked: Asked, today: date, who: Identity) -> Found:
        told = listing.parse(asked)
        return Found(told.sort, listing.order(told.sort, table), rows(told, today, who))

    return Collection(table, see, listing.filters, listing.sorts, listing.default_sort, find)


def _turns(asked: Asked, today: date, who: Identity) -> Found:
    told = turn_filters.Filters.of(asked)
    sort = told.sort or turn_rows.DEFAULT_SORT
    return Found(sort, turn_rows.order(told, sort, today), turn_rows.rows(told, sort, today))


COLLECTIONS = (
    _listed(properties, "properties.see", property_filters.LISTING, property_rows.rows),
    Collection(turns, "turns.see", turn_filters.KINDS, turn_filters.SORTS, turn_rows.DEFAULT_SORT, _turns),
    _listed(
        vendors,
        "vendors.see",
        vendor_filters.LISTING,
        lambda asked, today, who: vendor_rows.rows(asked, today),
    ),
    _listed(
        utility_providers,
        "properties.see",
        providers.LISTING,
        lambda asked, today, who: providers.rows(asked),
    ),
)
