"""What the list of properties can be asked, and as which conditions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, FromClause, case, func, select

from turns_web.core.fields import Choice
from turns_web.core.identity import Identity, Role
from turns_web.core.listing import Filter, Listing
from turns_web.properties.fields import ALL_FIELDS, STATUSES
from turns_web.schema import properties, turns

# What a header sorts by, and whether a row may be without it. Those that people ask for often have an index on
# (column, id), see migration 0008; the others are sorted on asking.
SORTS = {
    "property_id": False,
    "name": False,
    "street_address": False,
    "city": True,
    "community": True,
    "market": True,
    "zip_code": True,
    "bedrooms": True,
    "bathrooms": True,
    "area_sqft": True,
    "year_built": True,
    "monthly_rent": True,
    "move_in_date": True,
    "move_out_date": True,
}

LISTING = Listing(
    filters={**ALL_FIELDS, "status": Choice(label="Status", options=STATUSES)},
    sorts=SORTS,
    default_sort="street_address",
)


def conditions(asked: Filter, today: date, who: Identity) -> list[ColumnElement[bool]]:
    """Archived ones only where they are asked for."""
    found = _sight(who)
    found += [properties.c[name].in_(values) for name, values in asked.values.items() if name != "status"]
    if "is_archived" not in asked.values:
        found.append(~properties.c.is_archived)
    if asked.q:
        # The function has the policy inside, so that the trigram index serves it; docs/data.md says why.
        found.append(properties.c.id.in_(select(func.search_property_ids(asked.q))))
    if "status" in asked.values:
        in_turn = properties.c.id.in_(select(turns.c.property_id).where(turns.c.is_open))
        found.append(status(in_turn, today).in_(asked.values["status"]))
    return found


def _sight(who: Identity) -> list[ColumnElement[bool]]:
    """What row security says of managers anyhow, said once more where the planner can read it: it cannot see into the
    policy, and walked all properties in the list's order for somebody who has two hundred of them."""
    if who.role is Role.PROPERTY_MANAGER:
        return [properties.c.property_manager_id == who.user_id]
    if who.role is Role.SR_PROPERTY_MANAGER:
        return [properties.c.sr_property_manager_id == who.user_id]
    return []


def status(in_turn: ColumnElement[bool], today: date, of: FromClause = properties) -> ColumnElement[str]:
    """In turn, or by the dates: notice until the day of the move-out, vacant until the next resident has moved in."""
    moves_out, moves_in = of.c.move_out_date, of.c.move_in_date
    lived_in_again = moves_in.is_not(None) & (moves_in >= moves_out) & (moves_in <= today)
    return case(
        (in_turn, "turn"),
        (moves_out > today, "notice"),
        (moves_out.is_not(None) & ~lived_in_again, "vacant"),
        (moves_out.is_(None) & (moves_in > today), "vacant"),
        else_="occupied",
    )
