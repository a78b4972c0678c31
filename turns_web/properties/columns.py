"""The columns of the list, and which of them a person has chosen. The address of the home always stands there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from turns_web.core.identity import Identity


@dataclass(frozen=True, slots=True)
class Column:
    """sort: the name that its header sorts by, empty where it cannot. figures: set to the right."""

    name: str
    label: str
    sort: str = ""
    figures: bool = False


COLUMNS = (
    Column("property_id", "Code", "property_id"),
    Column("name", "Name", "name"),
    Column("community", "Community", "community"),
    Column("city", "City", "city"),
    Column("zip_code", "ZIP", "zip_code"),
    Column("market", "Market", "market"),
    Column("bedrooms", "Bd", "bedrooms", figures=True),
    Column("bathrooms", "Ba", "bathrooms", figures=True),
    Column("area_sqft", "Sq ft", "area_sqft", figures=True),
    Column("year_built", "Built", "year_built", figures=True),
    Column("monthly_rent", "Rent a month", "monthly_rent", figures=True),
    Column("manager", "Manager"),
    Column("sr_manager", "Senior manager"),
    Column("status", "Status"),
    Column("move_out_date", "Move-out", "move_out_date"),
    Column("move_in_date", "Next move-in", "move_in_date"),
    Column("turn", "Turn"),
    Column("last_cost", "Last cost", figures=True),
    Column("flags", "Flags"),
)

DEFAULT = (
    "property_id",
    "city",
    "bedrooms",
    "bathrooms",
    "area_sqft",
    "manager",
    "status",
    "turn",
    "last_cost",
    "flags",
)


def chosen(who: Identity) -> list[Column]:
    """The columns that this person sees, in their order."""
    names = who.preferences.get("property_columns")
    return [column for column in COLUMNS if column.name in (DEFAULT if names is None else names)]


def known(names: Iterable[str]) -> list[str]:
    """Of `names`, those that are columns."""
    asked = set(names)
    return [column.name for column in COLUMNS if column.name in asked]
