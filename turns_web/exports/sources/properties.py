"""Properties, with their people and type by name, their open turn and what the last one cost."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.core.fields import Fields
from turns_web.core.identity import Identity
from turns_web.core.versioned import readable
from turns_web.exports.sheet import Column, Kind, Source
from turns_web.exports.sources.asking import Query, chosen, has_bom
from turns_web.exports.sources.columns import WHO, in_order, joined, named, plain, selected
from turns_web.exports.sources.listed import order_by, words_of
from turns_web.exports.sources.statement import written
from turns_web.properties import filters
from turns_web.properties.fields import ALL_FIELDS
from turns_web.properties.filters import LISTING
from turns_web.schema import properties, turns

_PEOPLE = {
    "property_manager_id": "pm",
    "sr_property_manager_id": "sm",
    "archived_by": "arc",
    "created_by": "cre",
    "updated_by": "upd",
}
_REFERENCES = {
    "property_type_id": "ty.name",
    **{name: f"{alias}.email" for name, alias in _PEOPLE.items()},
}
_MADE = (
    Column("status", "Status", Kind.TEXT, "p.status"),
    Column("open_turn", "Open turn", Kind.TEXT, "p.open_turn"),
    Column("last_cost", "Last cost", Kind.MONEY, "last.cost", is_summed=True),
)
_LAST_COST = """LEFT JOIN (
    SELECT DISTINCT ON (property_id) property_id, approved_turn_amount + coalesce(change_order_amount, 0) AS cost
    FROM turns WHERE turn_completion_date IS NOT NULL AND NOT is_open AND NOT is_archived
    ORDER BY property_id, turn_completion_date DESC, id
) last ON last.property_id = p.id"""
_JOINS = {
    "ty": "LEFT JOIN property_types ty ON ty.id = p.property_type_id",
    **{alias: f"LEFT JOIN who {alias} ON {alias}.id = p.{name}" for name, alias in _PEOPLE.items()},
    "last": _LAST_COST,
}
_FIRST = (
    "property_id", "name", "street_address", "unit", "community", "city", "state", "zip_code", "county", "country",
    "market", "property_type_id", "bedrooms", "bathrooms", "area_sqft", "year_built", "monthly_rent",
    "property_manager_id", "sr_property_manager_id", "status", "move_out_date", "move_in_date", "open_turn",
    "last_cost",
)  # fmt: skip
_LAST = (
    "is_active", "is_archived", "archived_at", "archived_by", "created_at", "created_by", "updated_at", "updated_by",
    "version", "id",
)  # fmt: skip


def _columns() -> list[Column]:
    every = named(plain(properties, "p", ALL_FIELDS, ("monthly_rent",)), _REFERENCES)
    every |= {column.name: column for column in _MADE}
    return in_order(every, _FIRST, _LAST)


COLUMNS = _columns()


def filters_known() -> Fields:
    return LISTING.filters


def source(session: Session, who: Identity, asked: Query, today: date) -> Source:
    told = LISTING.parse(asked)
    columns = chosen(asked, COLUMNS)
    open_turn = turns.alias("open_turn")
    homes = (
        select(
            *readable(properties),
            filters.status(open_turn.c.id.is_not(None), today).label("status"),
            open_turn.c.turn_id.label("open_turn"),
        )
        .outerjoin(open_turn, (open_turn.c.property_id == properties.c.id) & open_turn.c.is_open)
        .where(*filters.conditions(told, today, who))
    )
    statement, given = written(homes)
    what = selected(columns)
    return Source(
        "properties",
        "Properties",
        columns,
        f"WITH {WHO} SELECT {what} FROM ({statement}) p"  # noqa: S608
        f" {joined(_JOINS, what)} ORDER BY {order_by(told.sort, 'p')}",
        f"SELECT count(*) FROM ({statement}) p",  # noqa: S608
        given,
        words_of(session, told),
        has_bom(asked),
    )
