"""What the list of vendors can be asked, and as which conditions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from turns_web.core.fields import Choice, Many, Text
from turns_web.core.listing import Filter, Listing
from turns_web.schema import vendors
from turns_web.vendors.fields import ALL_FIELDS, INSURANCE, TAX_ID
from turns_web.vendors.rules import SOON_DAYS

# What a header sorts by, and whether a row may be without it.
SORTS = {"company_name": False, "city": True, "insurance_expiry": True, "average_rating": True}

# One name of those that a vendor has several of.
_ONE_OF_MANY = {name: Text(label=kind.label, max=100) for name, kind in ALL_FIELDS.items() if isinstance(kind, Many)}

LISTING = Listing(
    filters={
        **{name: kind for name, kind in ALL_FIELDS.items() if name not in TAX_ID},
        **_ONE_OF_MANY,
        "insurance": Choice(label="Insurance", options=INSURANCE),
    },
    sorts=SORTS,
    default_sort="company_name",
)


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
    if name in _ONE_OF_MANY:
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
