"""What hangs on somebody, and giving it to others: set-based, with one audit row for each row that changed hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from turns_web.admin.people import rules
from turns_web.admin.people.fields import HAND_OVER, Taker
from turns_web.admin.people.queries import called, colleagues
from turns_web.core.errors import Invalid
from turns_web.core.identity import Role
from turns_web.core.outbox import EVERYTHING, emit
from turns_web.schema import properties, turns

_HELD = text("SELECT * FROM held_by(:person)")
_VIEWS = text("SELECT hand_over_views(:person, :taker)")

# By field: whose roles may take it over (none: anybody's but a vendor's), and the list of what there is.
_OVERSEERS = frozenset({Role.INSPECTOR, Role.PROPERTY_MANAGER, Role.SR_PROPERTY_MANAGER})
_TAKERS = {
    "property_manager_id": frozenset({Role.PROPERTY_MANAGER}),
    "sr_property_manager_id": frozenset({Role.SR_PROPERTY_MANAGER}),
    "turns_superintendent_id": _OVERSEERS,
    "views_owner_id": frozenset(Role) - {Role.VENDOR},
}
_LISTS = {
    "property_manager_id": "/properties?property_manager_id=",
    "sr_property_manager_id": "/properties?sr_property_manager_id=",
    "turns_superintendent_id": "/board?view=table&turns_superintendent_id=",
}


@dataclass(frozen=True, slots=True)
class Holding:
    """count of what, which `field` gives to one of `takers`: (id, name). href: the list of it, where there is one."""

    field: str
    count: int
    what: str
    href: str | None
    takers: list[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class Held:
    """holdings: what can be handed over. waiting: turns they sent that wait for approval, and go on waiting.
    delegations: from them and to them, which end with the account."""

    holdings: list[Holding]
    waiting: int
    delegations: int

    @property
    def is_any(self) -> bool:
        return bool(self.holdings or self.waiting or self.delegations)

    @property
    def homes(self) -> int:
        return sum(one.count for one in self.holdings if one.what == "home")


def held(session: Session, person: UUID) -> Held:
    """What hangs on this person; what there is none of is left out."""
    row = session.execute(_HELD, {"person": person}).one()
    counts = {
        "property_manager_id": row.managed,
        "sr_property_manager_id": row.senior,
        "turns_superintendent_id": row.overseen,
        "views_owner_id": row.views,
    }
    others = [one for one in colleagues(session) if one["id"] != person] if any(counts.values()) else []
    return Held(
        [
            Holding(
                field=field,
                count=count,
                what=HAND_OVER[field].what,
                href=f"{_LISTS[field]}{person}" if field in _LISTS else None,
                takers=[(one["id"], called(one)) for one in others if one["role"] in _TAKERS[field]],
            )
            for field, count in counts.items()
            if count
        ],
        row.submitted,
        row.delegations,
    )


def hand_over(session: Session, person: UUID, takers: Mapping[str, Taker]) -> Held:
    """Give what hangs on `person` to `takers`, by field. Returns what there was. Raises Invalid by field."""
    there = held(session, person)
    faults = {one.field: fault for one in there.holdings if (fault := _fault(one, takers[one.field], person))}
    if faults:
        raise Invalid(faults)
    given = {one.field: taker for one in there.holdings if (taker := takers[one.field].id)}
    for field, taker in given.items():
        _GIVE[field](session, person, taker)
    if given.keys() - {"views_owner_id"}:
        emit(session, EVERYTHING)
    return there


def _fault(holding: Holding, taker: Taker, person: UUID) -> str:
    fault = rules.taker_fault(holding.count, holding.what, taker.id, person, is_left=taker.is_left)
    if not fault and taker.id and taker.id not in dict(holding.takers):
        return "Choose somebody active whose role fits, from the list."
    return fault


_ASSIGN = text(
    "SELECT count(*) FROM assign_managers(CAST(:ids AS uuid[]), CAST(:versions AS integer[]), "
    "CAST(:manager AS uuid), CAST(:senior AS uuid))"
)


def _give_homes(session: Session, is_theirs: ColumnElement[bool], manager: UUID | None, senior: UUID | None) -> None:
    """Locked in the order of their ids, so that none is stale and nobody waits in a circle."""
    chosen = select(properties.c.id, properties.c.version).where(is_theirs).order_by(properties.c.id)
    rows = session.execute(chosen.with_for_update(key_share=True)).all()
    given = {"ids": [row.id for row in rows], "versions": [row.version for row in rows]}
    session.execute(_ASSIGN, {**given, "manager": manager, "senior": senior})


def _give_managed(session: Session, person: UUID, taker: UUID) -> None:
    _give_homes(session, properties.c.property_manager_id == person, taker, None)


def _give_senior(session: Session, person: UUID, taker: UUID) -> None:
    _give_homes(session, properties.c.sr_property_manager_id == person, None, taker)


def _give_turns(session: Session, person: UUID, taker: UUID) -> None:
    theirs = select(turns.c.id).where(turns.c.turns_superintendent_id == person, turns.c.is_open).order_by(turns.c.id)
    ids = session.execute(theirs.with_for_update(key_share=True)).scalars().all()
    is_one = turns.c.id == func.any(ids)
    session.execute(update(turns).where(is_one).values(turns_superintendent_id=taker))


def _give_views(session: Session, person: UUID, taker: UUID) -> None:
    session.execute(_VIEWS, {"person": person, "taker": taker})


_GIVE: Mapping[str, Any] = {
    "property_manager_id": _give_managed,
    "sr_property_manager_id": _give_senior,
    "turns_superintendent_id": _give_turns,
    "views_owner_id": _give_views,
}
