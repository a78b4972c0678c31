"""The list of properties: one window of it, and how many it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, text, true
from sqlalchemy.orm import Session

from turns_web.core import keyset
from turns_web.core.identity import Identity
from turns_web.core.keyset import Key
from turns_web.core.listing import Filter
from turns_web.properties import filters
from turns_web.properties.fields import STATUSES
from turns_web.properties.filters import LISTING
from turns_web.schema import people, properties, turns

WINDOW = 50

# Built once: a request would spend as long on making them as on rendering its rows.
_manager, _senior = people.alias("manager"), people.alias("senior")
_open_turn, _done = turns.alias("open_turn"), turns.alias("done")
_MANAGER = func.concat_ws(" ", _manager.c.first_name, _manager.c.last_name).label("manager")
_SENIOR = func.concat_ws(" ", _senior.c.first_name, _senior.c.last_name).label("sr_manager")
_LAST_DONE = (
    select((_done.c.approved_turn_amount + func.coalesce(_done.c.change_order_amount, 0)).label("cost"))
    .where(_done.c.turn_completion_date.is_not(None), ~_done.c.is_open, ~_done.c.is_archived)
    .order_by(_done.c.turn_completion_date.desc(), _done.c.id)
    .limit(1)
)

_COLUMNS = (
    "id",
    "version",
    "property_id",
    "name",
    "street_address",
    "unit",
    "community",
    "city",
    "state",
    "zip_code",
    "market",
    "bedrooms",
    "bathrooms",
    "area_sqft",
    "year_built",
    "monthly_rent",
    "move_in_date",
    "move_out_date",
    "is_section_8",
    "in_disposition",
    "has_insurance",
    "has_squatters",
    "is_archived",
)


@dataclass(frozen=True, slots=True)
class ListRow:
    """status: a key of STATUSES. turn: id of the open turn, turn_code what people call it. last_cost: committed of the
    last completed turn."""

    id: UUID
    version: int
    property_id: str
    name: str
    street_address: str
    unit: str | None
    community: str | None
    city: str | None
    state: str | None
    zip_code: str | None
    market: str | None
    bedrooms: Decimal | None
    bathrooms: Decimal | None
    area_sqft: int | None
    year_built: int | None
    monthly_rent: Decimal | None
    move_in_date: date | None
    move_out_date: date | None
    is_section_8: bool
    in_disposition: bool
    has_insurance: bool
    has_squatters: bool
    is_archived: bool
    manager: str | None
    sr_manager: str | None
    status: str
    turn: UUID | None
    turn_code: str | None
    last_cost: Decimal | None

    @property
    def line(self) -> str:
        """What a phone shows under the address: `SAC-0422 · Folsom · 3 bd · Ana Ruiz`."""
        beds = "" if self.bedrooms is None else f"{self.bedrooms.normalize():f} bd"
        return " · ".join(part for part in (self.property_id, self.city, beds, self.manager) if part)

    @property
    def status_words(self) -> str:
        return STATUSES[self.status]


@dataclass(frozen=True, slots=True)
class Found:
    """rows: one more than WINDOW where there are more. total: of all windows, where it was counted on the way."""

    rows: list[ListRow]
    total: int | None = None


def window(session: Session, asked: Filter, after: Key | None, today: date, who: Identity) -> Found:
    """The rows that follow `after`. One statement; two where it crosses to the rows without a value in the sorted
    column."""
    if asked.q:
        return _searched(session, asked, after, today, who)
    columns = (*(properties.c[name] for name in _COLUMNS), *_managers())

    def make(beyond: list[ColumnElement[bool]], by: list[ColumnElement[Any]], limit: int) -> Select[Any]:
        chosen = (
            select(*columns)
            .where(*filters.conditions(asked, today, who), *beyond)
            .order_by(*by)
            .limit(limit)
            .subquery("chosen")
        )
        return _with_company(chosen, asked.sort, today)

    rows = keyset.fetch(session, LISTING.order(asked.sort, properties), after, WINDOW + 1, make)
    return Found([ListRow(**row._mapping) for row in rows])


def _searched(session: Session, asked: Filter, after: Key | None, today: date, who: Identity) -> Found:
    """The same for a search: its hits are found once, for the window and for their number."""
    hits = (
        select(*(properties.c[name] for name in _COLUMNS), *_managers())
        .where(*filters.conditions(asked, today, who))
        .cte("hits")
        .prefix_with("MATERIALIZED")
    )
    total = select(func.count()).select_from(hits).scalar_subquery()

    def make(beyond: list[ColumnElement[bool]], by: list[ColumnElement[Any]], limit: int) -> Select[Any]:
        chosen = select(hits).where(*beyond).order_by(*by).limit(limit).subquery("chosen")
        return _with_company(chosen, asked.sort, today).add_columns(total.label("total"))

    rows = keyset.fetch(session, LISTING.order(asked.sort, hits), after, WINDOW + 1, make)
    listed = [ListRow(**{name: row._mapping[name] for name in ListRow.__slots__}) for row in rows]
    return Found(listed, rows[0].total if rows else 0)


def _managers() -> list[ColumnElement[Any]]:
    return [properties.c.property_manager_id, properties.c.sr_property_manager_id]


def _with_company(chosen: Any, sort: str, today: date) -> Select[Any]:
    """The chosen rows with their people, open turn and last cost: joined after the window is cut, so that only its rows
    are looked up."""
    last = _last_cost(chosen)
    return (
        select(
            *(chosen.c[name] for name in _COLUMNS),
            _MANAGER,
            _SENIOR,
            filters.status(_open_turn.c.id.is_not(None), today, of=chosen).label("status"),
            _open_turn.c.id.label("turn"),
            _open_turn.c.turn_id.label("turn_code"),
            last.c.cost.label("last_cost"),
        )
        .select_from(chosen)
        .outerjoin(_manager, _manager.c.id == chosen.c.property_manager_id)
        .outerjoin(_senior, _senior.c.id == chosen.c.sr_property_manager_id)
        .outerjoin(_open_turn, (_open_turn.c.property_id == chosen.c.id) & _open_turn.c.is_open)
        .outerjoin(last, true())
        .order_by(*LISTING.order(sort, chosen).clauses())
    )


def _last_cost(chosen: Any) -> Any:
    return _LAST_DONE.where(_done.c.property_id == chosen.c.id).lateral("last")


_COUNT_OF_ALL = text("SELECT count_of_properties()")


def count(session: Session, asked: Filter, today: date, who: Identity) -> int:
    """How many rows all windows hold, exactly."""
    if who.sees_all and not asked.narrows:
        return session.execute(_COUNT_OF_ALL).scalar_one()
    statement = select(func.count()).select_from(properties).where(*filters.conditions(asked, today, who))
    return session.execute(statement).scalar_one()
