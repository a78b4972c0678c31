"""What a decision on one turn needs beside its row."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from turns_web.approvals.standing import with_standing
from turns_web.core import versioned
from turns_web.schema import properties, turns
from turns_web.settings.fields import SETTINGS


def turn_to_decide(session: Session, turn_id: UUID) -> tuple[Mapping[str, Any], str]:
    """(the turn's row with its standing, its address). Raises NotFound."""
    row = versioned.load(session, turns, turn_id)
    home = session.execute(
        select(properties.c.street_address, properties.c.unit).where(properties.c.id == row["property_id"])
    ).one()
    return with_standing(session, row), ", ".join(part for part in home if part)


def limits(session: Session, market: str | None) -> tuple[Decimal, Decimal]:
    """(DFO's, HO's) limit in force in a market."""
    row = session.execute(
        text("SELECT setting('dfo_limit', :market) AS dfo, setting('ho_limit', :market) AS ho"), {"market": market}
    ).one()
    return limit("dfo_limit", row.dfo), limit("ho_limit", row.ho)


def limit(name: str, stored: str | None) -> Decimal:
    return Decimal(stored or SETTINGS[name].default)
