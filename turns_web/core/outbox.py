"""What must happen after a commit is first a row of that commit.

`emit` has the row written as the last thing of the transaction, and hands the event to the listeners once it is
committed; the relay repeats what is older than a second and not marked, so that neither a crash nor an absent Redis
loses an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.core.db import after_commit, before_commit

# So many rows changed at once (an import, an undo of one) that every open page fetches anew.
EVERYTHING = "refetch"
# Somebody's session or rights ended: told to processes, not to people.
SESSIONS = "sessions"
# Somebody was told something: said to their own pages alone.
NOTICE = "notification"
# Work for the workers (core/queue.py): not told, but handed over by the relay.
JOB = "job"
# What is to be sent to one webhook (turns_web/webhooks): made by the relay, of events that have `names`.
WEBHOOK = "webhook"
# A message to one address (turns_web/notifications/mail.py), sent by the workers.
MAIL = "mail"

Event = dict[str, Any]
Listener = Callable[[list[Event]], None]

_listeners: list[Listener] = []

_RECORD = text(
    "INSERT INTO outbox (id, kind, payload) SELECT CAST(event ->> 'outbox_id' AS uuid), event ->> 'kind', event "
    "FROM jsonb_array_elements(:events) AS event"
).bindparams(bindparam("events", type_=JSONB))


def on_commit(listener: Listener) -> None:
    """Have `listener` called with the events of each transaction, after its commit. It must not raise or block."""
    if listener not in _listeners:
        _listeners.append(listener)


def emit(session: Session, kind: str, **payload: Any) -> None:
    """Record an event of this transaction. Ids and versions only: an event says what changed, never data.

    payload: JSON-able; UUIDs become text. `by` and `act` are added, so that nobody is told of what they did themselves,
    and once of many rows that one act changed.
    """
    event = {
        "outbox_id": str(uuid4()),
        "kind": kind,
        **session.info.get("done", {}),
        **{name: _plain(value) for name, value in payload.items()},
    }
    waiting = session.info.setdefault("events", [])
    if not waiting:
        before_commit(session, lambda: _record(session, waiting))
        after_commit(session, lambda: _tell(waiting))
    waiting.append(event)


def _record(session: Session, events: list[Event]) -> None:
    """All of a transaction's in one statement: a batch has as many as it has operations."""
    session.execute(_RECORD, {"events": events})


def concerning(names: Sequence[str], row: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The columns that decide who sees the row, as an event carries them; those of `before` where they were others."""
    now = {name: _plain(row[name]) for name in names}
    was = {name: _plain(before[name]) for name in names} if before is not None else now
    return {"concerns": now} if was == now else {"concerns": now, "before": was}


def announce(session: Session, kind: str, **payload: Any) -> None:
    """Tell after the commit, at once or never: for what is found out a moment later anyhow."""
    after_commit(session, lambda: announce_now(kind, **payload))


def announce_now(kind: str, **payload: Any) -> None:
    _tell([{"kind": kind, **payload}])


def _tell(events: list[Event]) -> None:
    for listener in _listeners:
        listener(events)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
