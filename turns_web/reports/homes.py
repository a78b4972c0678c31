"""The homes that are turned most, from the summary that the worker renews every few minutes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.core.identity import Identity
from turns_web.properties.filters import conditions
from turns_web.reports.asking import Asked
from turns_web.schema import properties, property_turns

MOST = 8


@dataclass(frozen=True, slots=True)
class Home:
    """avg_turn_cost: of the amounts of all its turns."""

    id: UUID
    street_address: str
    unit: str | None
    total_turns: int
    avg_turn_cost: Decimal | None

    @property
    def address(self) -> str:
        return " ".join(part for part in (self.street_address, self.unit) if part)


def most_turned(session: Session, who: Identity, asked: Asked) -> list[Home]:
    """Under those of the filters that the list of homes knows too."""
    turned, home = property_turns.c, properties.c
    found = (
        select(
            home.id,
            home.street_address,
            home.unit,
            turned.total_turns,
            turned.avg_turn_cost,
        )
        .join_from(property_turns, properties, turned.id == home.id)
        .where(turned.total_turns > 0, *conditions(asked.homes, asked.today, who))
        .order_by(turned.total_turns.desc(), turned.id)
        .limit(MOST)
    )
    return [Home(*row) for row in session.execute(found)]
