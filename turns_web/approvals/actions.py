"""Sending a turn for approval, taking it back, deciding. The database's functions do it; nothing here merges.

A decision is about the version that the person saw: any newer one is a conflict, told with the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import psycopg.errors as pg
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from turns_web.approvals import rules
from turns_web.approvals.card import asked_of
from turns_web.approvals.rules import Asked
from turns_web.approvals.standing import with_standing
from turns_web.core import money, versioned
from turns_web.core.errors import ALL, Forbidden, Invalid, Stale
from turns_web.core.identity import Identity, Role
from turns_web.schema import turns
from turns_web.turns.events import turn_changed

Decision = Literal["approve", "reject", "override"]
Row = Mapping[str, Any]
Told = Callable[[Row], Sequence[str] | None]

_SUBMIT = text("SELECT submit_approval(:id, :version, :note)")
_WITHDRAW = text("SELECT withdraw_approval(:id, :version, :note)")
_LOCK = text("SELECT lock_turns_to_decide(:ids)").bindparams(bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))))
_DECIDE = text("SELECT decide_approval(:id, :version, :decision, :reason)")
_ASK = text("SELECT ask_approval(:id, :version, :words)")
_ANSWER = text("SELECT answer_approval(:id, :version, :words)")


def submit(session: Session, turn_id: UUID, version: int, note: str | None) -> Row:
    """Send a turn for approval; at or below the DFO's limit it is approved by rule.

    Returns the row. Raises NotFound, Stale, Invalid (no amount, or nothing to send), Forbidden.
    """
    seen = _seen(session, turn_id, version)
    why = rules.why_not_submit(asked_of(seen))
    if why:
        raise Invalid({"turn_amount" if seen["turn_amount"] is None else ALL: why})
    return act(session, seen, _SUBMIT, note=note)


def withdraw(session: Session, turn_id: UUID, version: int, note: str | None) -> Row:
    """Take back what waits for approval. Raises NotFound, Stale, Invalid where nothing waits, Forbidden."""
    seen = _seen(session, turn_id, version)
    _refuse_archived(seen)
    if asked_of(seen).level is None:
        raise Invalid({ALL: "Nothing waits for approval here, so there is nothing to take back."})
    return act(session, seen, _WITHDRAW, lambda row: ["turn.updated"], note=note)


def decide(
    session: Session,
    who: Identity,
    turn_id: UUID,
    version: int,
    decision: Decision,
    reason: str | None,
    level: str | None = None,
) -> Row:
    """Approve or reject at the level the turn waits at, or override what it waits for.

    level: the one that is meant, where that was said. Raises NotFound, Stale, Forbidden, Invalid (no reason).
    """
    seen = _seen(session, turn_id, version)
    waits_for = asked_of(seen).level
    if level and waits_for and level != waits_for:
        raise _moved_on(session, seen, version, f"This turn waits for {waits_for}, not for {level}.")
    check_decision(session, who, seen, decision)
    return act(session, seen, _DECIDE, lambda row: _decided(who, seen, row, decision), decision=decision, reason=reason)


def _decided(who: Identity, before: Row, row: Row, decision: Decision) -> list[str] | None:
    """What is told of it where the statuses would say something else: a change order that is refused leaves the turn
    approved, as it was before."""
    if decision != "reject" or row["scope_approval_status"] not in rules.APPROVED:
        return None
    return ["turn.updated" if before["submitted_by"] == who.user_id else "turn.rejected"]


def ask(session: Session, who: Identity, turn_id: UUID, version: int, question: str) -> Row:
    """Ask whoever sent it, without deciding: the clock of the approval stands still until it is answered.

    Raises NotFound, Stale where it does not wait for this person, Forbidden, Invalid.
    """
    seen = _seen(session, turn_id, version)
    check_decision(session, who, seen, "ask")
    return act(session, seen, _ASK, lambda row: ["turn.asked"], words=question)


def answer(session: Session, who: Identity, turn_id: UUID, version: int, answer: str) -> Row:
    """Answer an approver's question. Raises NotFound, Stale, Forbidden, Invalid where none is open."""
    seen = _seen(session, turn_id, version)
    return act(session, seen, _ANSWER, lambda row: ["turn.answered"], words=answer)


def lock(session: Session, ids: Collection[UUID]) -> None:
    """Keep the turns from other writers until the transaction ends, before several of them are decided on."""
    session.execute(_LOCK, {"ids": list(ids)})


def check_decision(session: Session, who: Identity, seen: Row, decision: Decision | Literal["ask"]) -> None:
    """Raises Stale where it does not wait at this person's level, Forbidden where somebody else has to decide.

    Rejecting is open to whoever sent it, too: that is a withdrawal. An override is asked of the role alone.
    """
    _refuse_archived(seen)
    asked = asked_of(with_standing(session, seen))
    if asked.level is None or (decision != "override" and asked.level not in rules.levels_of(who)):
        raise _moved_on(session, seen, seen["version"], _as_it_stands(asked))
    if decision == "override":
        if who.role is not Role.SUPER_ADMIN:
            raise Forbidden("Only a super administrator overrides.")
        return
    why = rules.why_not_decide(who, asked)
    if why and decision != "reject":
        # Whose it is was read after the row: somebody who changed it in between is the reason, and none of the rules.
        seen_at(session, seen["id"], seen["version"])
        raise Forbidden(why)


def _refuse_archived(seen: Row) -> None:
    if seen["is_archived"]:
        raise Invalid({ALL: "This turn is archived: restore it first."})


def _as_it_stands(asked: Asked) -> str:
    if asked.level:
        return f"This turn now waits for {asked.level}, not for you."
    if asked.status in rules.APPROVED:
        return f"This turn is approved already, at {money.exact(asked.approved_amount or Decimal(0))}."
    if asked.status == "REJECTED":
        return "This turn is rejected already."
    return "This turn does not wait for approval any more."


def seen_at(session: Session, turn_id: UUID, version: int) -> Row:
    """The row, where it still has the version that the person saw. Raises NotFound, Stale with the difference."""
    return _seen(session, turn_id, version)


def _seen(session: Session, turn_id: UUID, version: int) -> Row:
    row = versioned.load(session, turns, turn_id)
    if row["version"] != version:
        raise _moved_on(session, row, version)
    return row


def _moved_on(session: Session, server: Row, version: int, message: str | None = None) -> Stale:
    """The conflict of a decision: no field is merged; what the row was, and is, is shown side by side."""
    base = versioned.as_of(session, turns, server, version)
    said = {"message": message} if message else {}
    return Stale(server=server, local_version=version, base=base, **said)


def act(session: Session, seen: Row, statement: Any, told: Told | None = None, **values: Any) -> Row:
    """One of the database's acts on the version that was seen. told: what is told of it, by the row as written."""
    try:
        # A savepoint, so that the row can still be read where somebody was quicker.
        with session.begin_nested():
            session.execute(statement, {"id": seen["id"], "version": seen["version"], **values})
    except DBAPIError as refused:
        if isinstance(refused.orig, pg.SerializationFailure):
            raise _moved_on(session, versioned.load(session, turns, seen["id"]), seen["version"]) from refused
        raise
    row = versioned.load(session, turns, seen["id"])
    turn_changed(session, row, "updated", seen, told(row) if told else None)
    return row
