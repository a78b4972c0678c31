"""What the pages of settings show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from turns_web.admin.settings.rules import LIMITS, meaning
from turns_web.core.versioned import readable
from turns_web.schema import settings
from turns_web.settings.fields import SETTINGS

_LISTED = 50
# Turns whose amount lies between the limit in force and the new one, the greatest first. A change order waits with all
# that would be committed.
_TOUCHED = text(
    "WITH waiting AS (SELECT t.id, t.turn_id, t.market, concat_ws(', ', p.street_address, p.unit) AS address, "
    "CASE t.scope_approval_status WHEN 'HO_APPROVAL_NEEDED' THEN 'HO' ELSE 'DFO' END AS level, "
    "coalesce(t.approved_turn_amount + coalesce(t.change_order_amount, 0) + w.amount, t.turn_amount) AS amount, "
    "CAST(coalesce(setting(:name, t.market), :otherwise) AS numeric) AS now "
    "FROM turns t JOIN properties p ON p.id = t.property_id "
    "LEFT JOIN change_orders w ON w.turn_id = t.id AND w.status = 'NEEDED' "
    "WHERE t.scope_approval_status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED') AND NOT t.is_archived "
    "AND CASE WHEN CAST(:market AS text) IS NOT NULL THEN t.market = :market ELSE NOT EXISTS "
    "(SELECT FROM settings o WHERE o.name = :name AND o.market = t.market) END) "
    "SELECT id, turn_id, address, level, amount, amount <= :new AS is_within, count(*) OVER () AS all "
    "FROM waiting WHERE (amount <= now) <> (amount <= :new) ORDER BY amount DESC, id LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Touched:
    """A turn that waits, and what the new limit means for it."""

    id: UUID
    turn_id: str
    address: str
    amount: Decimal
    meaning: str


@dataclass(frozen=True, slots=True)
class Effect:
    """count: all that would be touched; turns: the greatest of them."""

    count: int
    turns: list[Touched]


def values(session: Session) -> dict[str, dict[str | None, Mapping[str, Any]]]:
    """{name: {market: row}} of what is set, a market's own after the one for all (market None)."""
    found = select(*readable(settings)).order_by(settings.c.market.nulls_first())
    listed: dict[str, dict[str | None, Mapping[str, Any]]] = {name: {} for name in SETTINGS}
    for row in session.execute(found).mappings():
        if row["name"] in listed:
            listed[row["name"]][row["market"]] = row
    return listed


def effect(session: Session, name: str, new: str, market: str | None) -> Effect:
    """Which waiting turns a limit of `new` would touch, for all markets without one of their own, or for one."""
    if name not in LIMITS:
        return Effect(0, [])
    asked = {"name": name, "new": Decimal(new), "market": market, "otherwise": SETTINGS[name].default, "most": _LISTED}
    rows = session.execute(_TOUCHED, asked).all()
    turns = [
        Touched(row.id, row.turn_id, row.address, row.amount, meaning(name, row.level, is_within=row.is_within))
        for row in rows
    ]
    return Effect(rows[0].all if rows else 0, turns)
