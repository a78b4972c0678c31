"""The homes that are turned most, from the summary that the worker renews every few minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from turns_web.core import db
from turns_web.core.identity import Identity
from turns_web.properties.filters import conditions
from turns_web.reports.asking import Asked
from turns_web.reports.remembered import LONGEST_S, remembered
from turns_web.schema import properties, property_turns

MOST = 8


@dataclass(frozen=True, slots=True)
class Turned:
    """avg_turn_cost: of the amounts of all its turns."""

    id: UUID
    total_turns: int
    avg_turn_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Home:
    address: str
    turned: Turned


@dataclass(frozen=True, slots=True)
class _Counted:
    as_of: datetime
    homes: list[Turned]


_COUNTED = TypeAdapter(_Counted)


def most_turned(who: Identity, asked: Asked) -> list[Home]:
    """Under those of the filters that the list of homes knows too."""
    with db.snapshot(who, has_all=False, longest_s=LONGEST_S) as found:

        def count() -> _Counted:
            return _Counted(found.as_of, _most_turned(found.session, who, asked))

        # All that one sees are sorted for these few. No address is kept: whoever lost a home since reads none of it.
        turned = remembered(found, who, asked, "homes", _COUNTED, count).homes
        addresses = _addresses(found.session, [one.id for one in turned])
    return [Home(addresses[one.id], one) for one in turned if one.id in addresses]


def _most_turned(session: Session, who: Identity, asked: Asked) -> list[Turned]:
    turned = property_turns.c
    found = (
        select(turned.id, turned.total_turns, turned.avg_turn_cost)
        .join_from(property_turns, properties, turned.id == properties.c.id)
        .where(turned.total_turns > 0, *conditions(asked.homes, asked.today, who))
        .order_by(turned.total_turns.desc(), turned.id)
        .limit(MOST)
    )
    return [Turned(*row) for row in session.execute(found)]


def _addresses(session: Session, ids: list[UUID]) -> dict[UUID, str]:
    """Of those that this person sees now."""
    home = properties.c
    found = select(home.id, func.concat_ws(" ", home.street_address, home.unit)).where(home.id.in_(ids))
    return {id: address for id, address in session.execute(found)}
