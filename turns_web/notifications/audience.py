"""The turns that notices are about, and the people around them: read for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Session

from turns_web.core.outbox import Event
from turns_web.schema import turn_stages

_UUIDS = ARRAY(PG_UUID(as_uuid=True))

_TURNS = text(
    "SELECT t.id, t.turn_id, coalesce(t.approved_turn_amount + coalesce(t.change_order_amount, 0) "
    "+ coalesce(o.amount, 0), t.turn_amount) AS amount, t.submitted_by, "
    "coalesce(t.ho_approval_user_id, t.dfo_approval_user_id) AS approved_by, t.is_archived, t.property_manager_id, "
    "t.sr_property_manager_id, t.turns_superintendent_id, t.vendor_id, t.flooring_vendor_id, "
    "p.street_address, p.unit, s.name AS stage_name, said.asked_by, said.asked, said.answered, said.rejected, "
    "ordered.created_by AS ordered_by, ordered.amount AS ordered, ordered.reason AS ordered_because "
    "FROM turns t JOIN properties p ON p.id = t.property_id JOIN turn_stages s ON s.id = t.stage_id "
    "LEFT JOIN change_orders o ON o.turn_id = t.id AND o.status = 'NEEDED' "
    # The latest of each act, read only where somebody is to be told of one.
    "LEFT JOIN LATERAL (SELECT (array_agg(approver_id ORDER BY number DESC) FILTER (WHERE decision = 'ASK'))[1] "
    "AS asked_by, (array_agg(reason ORDER BY number DESC) FILTER (WHERE decision = 'ASK'))[1] AS asked, "
    "(array_agg(reason ORDER BY number DESC) FILTER (WHERE decision = 'ANSWER'))[1] AS answered, "
    "(array_agg(reason ORDER BY number DESC) FILTER (WHERE decision = 'REJECT'))[1] AS rejected "
    "FROM approval_decisions d WHERE d.turn_id = t.id) AS said ON :talks "
    "LEFT JOIN LATERAL (SELECT created_by, amount, reason FROM change_orders c WHERE c.turn_id = t.id "
    "ORDER BY number DESC LIMIT 1) AS ordered ON :talks "
    "WHERE t.id = ANY(:ids)"
).bindparams(bindparam("ids", type_=_UUIDS))
_PEOPLE = text(
    "SELECT id, email, role::text AS role, preferences, vendor_id, "
    "coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name "
    "FROM users WHERE is_active AND (id = ANY(:ids) OR vendor_id = ANY(:vendors) AND role = 'VENDOR')"
).bindparams(bindparam("ids", type_=_UUIDS), bindparam("vendors", type_=_UUIDS))
_DECIDERS = text("SELECT turn_id, user_id FROM who_decides(:ids)").bindparams(bindparam("ids", type_=_UUIDS))
_COMPANIES = text(
    "SELECT id, nullif(btrim(email), '') AS email FROM vendors WHERE id = ANY(:ids) AND is_active AND NOT is_archived"
).bindparams(bindparam("ids", type_=_UUIDS))
_SEES = text("SELECT turn_id, user_id FROM who_sees(:turns, :people)").bindparams(
    bindparam("turns", type_=_UUIDS), bindparam("people", type_=_UUIDS)
)
_LOST = text("SELECT lost_sight(:turns, :people)").bindparams(
    bindparam("turns", type_=_UUIDS), bindparam("people", type_=_UUIDS)
)
_ACCOUNTS_OF = text("SELECT id, vendor_id FROM users WHERE vendor_id = ANY(:vendors)").bindparams(
    bindparam("vendors", type_=_UUIDS)
)

# Kinds that tell who said or did what.
_TALKS = {"asked", "answered", "rejected", "change_order"}
_HOLDERS = ("property_manager_id", "sr_property_manager_id", "turns_superintendent_id")
_INVOLVED = ("submitted_by", "asked_by", "ordered_by")
_VENDORS = ("vendor_id", "flooring_vendor_id")


@dataclass(frozen=True, slots=True)
class Around:
    """By id: the turns, as text; the active people; companies' addresses.
    seen: the pairs that row security shows."""

    turns: Mapping[str, Row[Any]]
    people: Mapping[UUID, Row[Any]]
    people_by_text: Mapping[str, Row[Any]]
    vendors: Mapping[str, str | None]
    stages: Mapping[str, Row[Any]]
    deciders: Mapping[UUID, list[UUID]]
    seen: Collection[tuple[UUID, UUID]]

    def sees(self, person: UUID, turn: Row[Any]) -> bool:
        """Who holds a turn sees it, and who may decide on it; of the others the database says it."""
        holds = person in (getattr(turn, name) for name in _HOLDERS)
        return holds or person in self.deciders.get(turn.id, ()) or (turn.id, person) in self.seen


def around(session: Session, told: Sequence[Any], stages: Mapping[str, Row[Any]]) -> Around:
    """told: pairs of a kind of notice and its event."""
    kinds = {one.kind for one in told}
    ids = list({UUID(one.event["id"]) for one in told})
    rows = session.execute(_TURNS, {"ids": ids, "talks": bool(kinds & _TALKS)})
    turns = {str(row.id): row for row in rows}
    waiting = [UUID(one.event["id"]) for one in told if one.kind == "approval_waiting"]
    deciders = who_decides(session, waiting) if waiting else {}
    vendors = {id for row in turns.values() for id in (row.vendor_id, row.flooring_vendor_id) if id}
    wanted = {getattr(row, name) for row in turns.values() for name in (*_HOLDERS, *_INVOLVED)}
    wanted |= {person for several in deciders.values() for person in several}
    wanted |= {UUID(one.event["by"]) for one in told if "by" in one.event}
    people = people_of(session, wanted - {None}, vendors if kinds & {"job_stage", "assigned"} else ())
    return Around(
        turns=turns,
        people=people,
        people_by_text={str(id): person for id, person in people.items()},
        vendors=companies(session, vendors) if "job_stage" in kinds else {},
        stages=stages,
        deciders=deciders,
        seen=_seen(session, turns.values(), people),
    )


def stages(session: Session) -> dict[str, Row[Any]]:
    """By id, as text."""
    return {str(row.id): row for row in session.execute(select(turn_stages))}


def people_of(session: Session, ids: Collection[UUID], vendors: Collection[UUID] = ()) -> dict[UUID, Row[Any]]:
    """The active among these, and the people of these companies."""
    found = session.execute(_PEOPLE, {"ids": list(ids), "vendors": list(vendors)})
    return {row.id: row for row in found}


def who_decides(session: Session, turn_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Who may decide now on each of the turns that wait for approval."""
    found: dict[UUID, list[UUID]] = {}
    for row in session.execute(_DECIDERS, {"ids": list(turn_ids)}):
        found.setdefault(row.turn_id, []).append(row.user_id)
    return found


def companies(session: Session, ids: Collection[UUID]) -> dict[str, str | None]:
    return {str(row.id): row.email for row in session.execute(_COMPANIES, {"ids": list(ids)})}


def address(home: Row[Any]) -> str:
    return f"{home.street_address}, {home.unit}" if home.unit else home.street_address


def _seen(session: Session, turns: Iterable[Row[Any]], people: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    pairs = {
        (row.id, person)
        for row in turns
        for person in (getattr(row, name) for name in _INVOLVED)
        if person in people and person not in (getattr(row, name) for name in _HOLDERS)
    }
    if not pairs:
        return set()
    turn_ids, person_ids = zip(*pairs, strict=True)
    return {tuple(row) for row in session.execute(_SEES, {"turns": list(turn_ids), "people": list(person_ids)})}


def forget_lost(session: Session, events: Iterable[Event]) -> None:
    """What these events took out of somebody's sight is no news to them any more."""
    changed = [event for event in events if event.get("before")]
    gone = [(event["id"], person) for event in changed for person in _lost(event, _HOLDERS)]
    left = [(event["id"], vendor) for event in changed for vendor in _lost(event, _VENDORS)]
    if left:
        accounts = list(session.execute(_ACCOUNTS_OF, {"vendors": [UUID(vendor) for _, vendor in left]}))
        gone += [(turn, str(one.id)) for turn, vendor in left for one in accounts if str(one.vendor_id) == vendor]
    if gone:
        turn_ids, person_ids = zip(*((UUID(turn), UUID(person)) for turn, person in gone), strict=True)
        session.execute(_LOST, {"turns": list(turn_ids), "people": list(person_ids)})


def _lost(event: Event, names: Iterable[str]) -> set[str]:
    before, now = event["before"], event["concerns"]
    return {before[name] for name in names if before.get(name)} - {now.get(name) for name in names}
