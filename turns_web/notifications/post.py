"""Mails as rows of the outbox: which is due, and what becomes of one that was tried.

Whoever tries one sets a lease ahead first: where the process dies over it, it is tried again when the lease ends. But
for one that was being handed over at that very moment (`state` is `sending`): it may have arrived, so it is not sent
again by itself, but said to be doubted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.notifications.smtp import Answer

# Longer than any step of handing over one mail.
_LEASE = timedelta(seconds=60)
# Within some two days: a mailbox that is full, a server that is moved are borne.
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
MOST_ATTEMPTS = len(_WAITS) + 1
# Mail that waited longer, as no server was set, is no use to anybody when one is.
OLDEST = timedelta(days=7)

_TAKE = text(
    "WITH due AS (SELECT id FROM outbox WHERE kind = 'mail' AND done_at IS NULL AND available_at <= now() "
    "AND NOT payload ? 'items' AND NOT payload ? 'state' ORDER BY available_at, created_at LIMIT 1 "
    "FOR UPDATE SKIP LOCKED) "
    "UPDATE outbox o SET available_at = now() + :lease, attempts = o.attempts + 1 FROM due WHERE o.id = due.id "
    "RETURNING o.id, o.payload, o.attempts, "
    "coalesce((o.payload ->> 'again_at')::timestamptz, o.created_at) < now() - :oldest AS is_old, "
    "coalesce((SELECT is_active FROM users u WHERE u.id = (o.payload ->> 'user_id')::uuid), true) AS is_active"
)
_SENDING = text(
    'UPDATE outbox SET payload = payload || \'{"state": "sending"}\', available_at = now() + :lease '
    "WHERE id = :id AND attempts = :attempts AND done_at IS NULL AND NOT payload ? 'state' RETURNING id"
)
_SENT = text("UPDATE outbox SET done_at = now(), error = NULL, payload = payload - 'state' WHERE id = :id")
_AGAIN = text(
    "UPDATE outbox SET available_at = now() + :wait, error = :error, payload = payload - 'state' WHERE id = :id"
)
_FAILED = text("UPDATE outbox SET done_at = now(), error = :error, payload = payload - 'state' WHERE id = :id")
_DOUBTED = text(
    'UPDATE outbox SET done_at = now(), error = :error, payload = payload || \'{"state": "doubted"}\' WHERE id = :id'
)
_PUT_BACK = text(
    "UPDATE outbox SET available_at = now() + :wait, error = :error, attempts = greatest(attempts - 1, 0), "
    "payload = payload - 'state' WHERE id = :id"
)
_LEFT = text(
    'UPDATE outbox SET done_at = now(), payload = payload || \'{"state": "doubted"}\', error = '
    "'the worker stopped while it handed this over: it may have arrived, or not' "
    "WHERE kind = 'mail' AND done_at IS NULL AND payload ->> 'state' = 'sending' AND available_at <= now() RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """An attempt about to be made. attempts: with this one."""

    id: UUID
    payload: dict[str, Any]
    attempts: int


class Lost(Exception):
    """Somebody else has taken the mail: this attempt had held it for longer than its lease."""


def take(session: Session) -> Mail | None:
    """The mail that has been due for longest, leased; None where there is none."""
    while row := session.execute(_TAKE, {"lease": _LEASE, "oldest": OLDEST}).first():
        if row.is_old:
            session.execute(_FAILED, {"id": row.id, "error": f"not sent: it had waited for {OLDEST.days} days"})
        elif not row.is_active:
            session.execute(_FAILED, {"id": row.id, "error": "not sent: the account is closed"})
        else:
            return Mail(row.id, row.payload, row.attempts)
    return None


def sending(session: Session, mail: Mail) -> None:
    """From here on it may arrive. Raises Lost."""
    held = session.execute(_SENDING, {"id": mail.id, "attempts": mail.attempts, "lease": _LEASE})
    if held.first() is None:
        raise Lost()


def settle(session: Session, mail: Mail, answer: Answer) -> None:
    if not answer.error:
        session.execute(_SENT, {"id": mail.id})
    elif answer.is_doubted:
        session.execute(_DOUBTED, {"id": mail.id, "error": answer.error})
    elif answer.is_final or mail.attempts >= MOST_ATTEMPTS:
        session.execute(_FAILED, {"id": mail.id, "error": answer.error})
    else:
        session.execute(_AGAIN, {"id": mail.id, "error": answer.error, "wait": _WAITS[mail.attempts - 1]})


def put_back(session: Session, mail: Mail, error: str, wait: timedelta) -> None:
    """It was no fault of this mail's: the attempt does not count."""
    session.execute(_PUT_BACK, {"id": mail.id, "error": error, "wait": wait})


def doubt_left(session: Session) -> int:
    """Say of those whose worker stopped in between that they are doubted; how many there were."""
    return len(session.execute(_LEFT).all())
