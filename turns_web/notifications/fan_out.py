"""Of the events of turns, who is to be told of what. For many events at once: never a query an event.

Nobody is told of what they did themselves, and only who sees the turn by now. Files that were asked for: files.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from turns_web.core import money
from turns_web.core.identity import Role
from turns_web.core.outbox import Event
from turns_web.notifications import audience
from turns_web.notifications.audience import Around
from turns_web.notifications.delivery import Notice, Recipient, deliver, recipient
from turns_web.notifications.files import of_files

# What webhooks are told of, too -> the kind of notice.
_BY_NAME = {
    "turn.approved": "approved",
    "turn.rejected": "rejected",
    "turn.asked": "asked",
    "turn.answered": "answered",
    "turn.change_order": "change_order",
}
_WAITING = {"DFO_APPROVAL_NEEDED": "DFO", "HO_APPROVAL_NEEDED": "HO"}
# Where the words of each kind stand in a turn's row.
_REASONS = {"rejected": "rejected", "asked": "asked", "answered": "answered", "change_order": "ordered_because"}
_VENDORS = ("vendor_id", "flooring_vendor_id")
_HOLDERS = ("property_manager_id", "sr_property_manager_id", "turns_superintendent_id")


# Kinds of a stage's own, and the flag by which an administrator wants them.
_FLAGS = {"stage_entered": "send_email_to_users", "job_stage": "send_email_to_vendor"}


class Told(NamedTuple):
    """One kind of notice that an event makes."""

    kind: str
    event: Event


def fan_out(session: Session, events: Collection[Event]) -> set[UUID]:
    """Tell people of these events, in the transaction that marks them as told; who has something new in the page."""
    return _of_turns(session, events) | of_files(session, events)


def _of_turns(session: Session, events: Iterable[Event]) -> set[UUID]:
    turns = [event for event in events if event["kind"] == "turn"]
    audience.forget_lost(session, turns)
    told = [one for event in turns for one in _kinds(event)]
    if not told:
        return set()
    stages = audience.stages(session)
    # Most moves tell nobody: what stands around their turns need not be read.
    told = [one for one in told if one.kind not in _FLAGS or getattr(stages.get(_stage(one)), _FLAGS[one.kind], False)]
    if not told:
        return set()
    around = audience.around(session, told, stages)
    return deliver(session, (notice for one in told for notice in _notices(one, around)))


def _kinds(event: Event) -> Iterator[Told]:
    names = event.get("names", ())
    for name in names:
        if name in _BY_NAME:
            yield Told(_BY_NAME[name], event)
    if event.get("approval") in _WAITING:
        yield Told("approval_waiting", event)
    if "turn.stage_changed" in names:
        yield Told("stage_entered", event)
        yield Told("job_stage", event)
    if _given_to(event):
        yield Told("assigned", event)


def _given_to(event: Event) -> set[str]:
    """The companies that this event gave the turn to."""
    now = {event["concerns"].get(name) for name in _VENDORS}
    if event["change"] != "created":
        before = event.get("before")
        if before is None:
            return set()
        now -= {before.get(name) for name in _VENDORS}
    return {vendor for vendor in now if vendor}


def _notices(told: Told, around: Around) -> Iterator[Notice]:
    turn = around.turns.get(told.event["id"])
    if turn is None or turn.is_archived:
        return
    values, by = _values(told, turn, around), told.event.get("by")
    act = told.event.get("act")
    for to in _recipients(told, turn, around):
        if to.user_id is None or str(to.user_id) != by:
            yield Notice(
                to=to,
                kind=told.kind,
                key=f"{told.kind}:{_part(told)}{act or told.event['outbox_id']}",
                link=f"/portal#turn-{turn.id}" if told.kind in ("job_stage", "assigned") else f"/turns/{turn.id}",
                values=values,
                turn_id=turn.id,
                adds=True,
            )


def _part(told: Told) -> str:
    """What one act did is told together, but for each stage apart: a mail about many names one."""
    return f"{_stage(told)}:" if told.kind in _FLAGS else ""


def _stage(told: Told) -> str:
    return told.event["stage_id"]


def _recipients(told: Told, turn: Row[Any], around: Around) -> Iterator[Recipient]:
    match told.kind:
        case "approval_waiting":
            people = around.deciders.get(turn.id, [])
        case "approved":
            people = [turn.submitted_by, *_managers(turn)]
        case "rejected":
            # Of a change order: who recorded it; the turn then is as it was before.
            people = [turn.submitted_by, turn.ordered_by, *_managers(turn)]
        case "change_order":
            people = _managers(turn)
        case "asked":
            people = [turn.submitted_by]
        case "answered":
            people = [turn.asked_by]
        case "stage_entered":
            people = [getattr(turn, name) for name in _HOLDERS]
        case "job_stage":
            yield from _company(told.kind, {str(turn.vendor_id)}, around)
            return
        case "assigned":
            yield from _company(told.kind, _given_to(told.event), around, by_mail=False)
            return
        case _:
            return
    for id in dict.fromkeys(people):
        person = around.people.get(id)
        if person is not None and around.sees(person.id, turn):
            yield recipient(person, told.kind)


def _company(kind: str, vendors: set[str], around: Around, *, by_mail: bool = True) -> Iterator[Recipient]:
    """A company's own address, else the accounts of its people, whom the portal tells in any case."""
    for vendor in vendors:
        address = around.vendors.get(vendor)
        if address and by_mail:
            yield Recipient(None, address, by_page=False, by_mail=True)
        for person in around.people.values():
            if person.role == Role.VENDOR and str(person.vendor_id) == vendor:
                yield recipient(person, kind, by_mail=not (address and by_mail))


def _values(told: Told, turn: Row[Any], around: Around) -> Mapping[str, str]:
    by = around.people_by_text.get(told.event.get("by", ""))
    is_by_rule = told.kind == "approved" and turn.approved_by is None
    stage = around.stages.get(_stage(told))
    return {
        "address": audience.address(turn),
        "turn": turn.turn_id,
        "person": "The rule" if is_by_rule else by.name if by else "Turns",
        "amount": _amount(turn.ordered if told.kind == "change_order" else turn.amount),
        "stage": stage.name if stage else turn.stage_name,
        "reason": getattr(turn, _REASONS.get(told.kind, ""), None) or "",
    }


def _amount(amount: Decimal | None) -> str:
    return "no amount" if amount is None else money.exact(amount)


def _managers(turn: Row[Any]) -> list[UUID | None]:
    return [turn.property_manager_id, turn.sr_property_manager_id]
