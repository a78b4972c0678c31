"""Sending a turn for approval, taking it back, deciding. The database's functions do it; nothing here merges.

A decision is about the version that the person saw: any newer one is a conflict, told with the difference.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
from turns_web.core import money, versioned
from turns_web.core.errors import ALL, Forbidden, Invalid, Stale
from turns_web.core.identity import Identity
from turns_web.schema import turns
from turns_web.turns.events import turn_changed

Decision = Literal["approve", "reject"]

_SUBMIT = text("SELECT submit_approval(:id, :version, :note)")
_WITHDRAW = text("SELECT withdraw_approval(:id, :version, :note)")
_LOCK = text("SELECT lock_turns_to_decide(:ids)").bindparams(bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))))
_DECIDE = text("SELECT decide_approval(:id, :version, :decision, :reason)")


def submit(session: Session, turn_id: UUID, version: int, note: str | None) -> Mapping[str, Any]:
    """Send a turn for approval; at or below the DFO's limit it is approved by rule.

    Returns the row. Raises NotFound, Stale, Invalid (no amount, or nothing to send), Forbidden.
    """
    seen = _seen(session, turn_id, version)
    why = rules.why_not_submit(asked_of(seen))
    if why:
        raise Invalid({"turn_amount" if seen["turn_amount"] is None else ALL: why})
    return _act(session, seen, _SUBMIT, note=note)


def withdraw(session: Session, turn_id: UUID, version: int, note: str | None) -> Mapping[str, Any]:
    """Take back what waits for approval. Raises NotFound, Stale, Invalid where nothing waits, Forbidden."""
    seen = _seen(session, turn_id, version)
    if asked_of(seen).level is None:
        raise Invalid({ALL: "Nothing waits for approval here, so there is nothing to take back."})
    return _act(session, seen, _WITHDRAW, note=note)


def decide(
    session: Session,
    who: Identity,
    turn_id: UUID,
    version: int,
    decision: Decision,
    reason: str | None,
    level: str | None = None,
) -> Mapping[str, Any]:
    """Approve or reject at the level the turn waits at. level: the one that is meant, where that was said.

    Raises NotFound, Stale, Forbidden, Invalid (no reason).
    """
    seen = _seen(session, turn_id, version)
    waits_for = asked_of(seen).level
    if level and waits_for and level != waits_for:
        raise _moved_on(session, seen, version, f"This turn waits for {waits_for}, not for {level}.")
    check_decision(session, who, seen, decision)
    return _act(session, seen, _DECIDE, decision=decision, reason=reason)


def lock(session: Session, ids: Collection[UUID]) -> None:
    """Keep the turns from other writers until the transaction ends, before several of them are decided on."""
    session.execute(_LOCK, {"ids": list(ids)})


def check_decision(session: Session, who: Identity, seen: Mapping[str, Any], decision: Decision) -> None:
    """Raises Stale where it does not wait at this person's level, Forbidden where somebody else has to approve.

    Rejecting is open to whoever sent it, too: that is a withdrawal.
    """
    asked = asked_of(seen)
    if not rules.decides_at(who.role, asked.level):
        raise _moved_on(session, seen, seen["version"], _as_it_stands(asked))
    why = rules.why_not_decide(who.user_id, who.role, asked)
    if why and decision == "approve":
        raise Forbidden(why)


def _as_it_stands(asked: Asked) -> str:
    if asked.level:
        return f"This turn now waits for {asked.level}, not for you."
    if asked.status in rules.APPROVED:
        return f"This turn is approved already, at {money.exact(asked.approved_amount or Decimal(0))}."
    if asked.status == "REJECTED":
        return "This turn is rejected already."
    return "This turn does not wait for approval any more."


def seen_at(session: Session, turn_id: UUID, version: int) -> Mapping[str, Any]:
    """The row, where it still has the version that the person saw. Raises NotFound, Stale with the difference."""
    return _seen(session, turn_id, version)


def _seen(session: Session, turn_id: UUID, version: int) -> Mapping[str, Any]:
    row = versioned.load(session, turns, turn_id)
    if row["version"] != version:
        raise _moved_on(session, row, version)
    return row


def _moved_on(session: Session, server: Mapping[str, Any], version: int, message: str | None = None) -> Stale:
    """The conflict of a decision: no field is merged; what the row was, and is, is shown side by side."""
    base = versioned.as_of(session, turns, server, version)
    said = {"message": message} if message else {}
    return Stale(server=server, local_version=version, base=base, **said)


def _act(session: Session, seen: Mapping[str, Any], statement: Any, **values: Any) -> Mapping[str, Any]:
    try:
        # A savepoint, so that the row can still be read where somebody was quicker.
        with session.begin_nested():
            session.execute(statement, {"id": seen["id"], "version": seen["version"], **values})
    except DBAPIError as refused:
        if isinstance(refused.orig, pg.SerializationFailure):
            raise _moved_on(session, versioned.load(session, turns, seen["id"]), seen["version"]) from refused
        raise
    row = versioned.load(session, turns, seen["id"])
    turn_changed(session, row, "updated", seen)
    return row
