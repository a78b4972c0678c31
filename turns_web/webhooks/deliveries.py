"""Deliveries as rows of the outbox: which are due, and what becomes of one that was tried.

An address is sent one delivery after another, the oldest first: its `resume_at` says when it may be asked again, a
delivery's own `available_at` when that one may be tried again. Whoever makes an attempt sets both a lease ahead first,
so that nobody else asks there meanwhile, and that the same one is made again where the process dies over it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.webhooks import rules
from turns_web.webhooks.sending import GONE, WHOLE_S, Outcome

_LEASE = timedelta(seconds=6 * WHOLE_S)
# Receivers that went down together are not all asked again together.
_SPREAD = 0.1

_DUE = text(
    "SELECT id FROM webhooks w WHERE disabled_at IS NULL AND resume_at <= now() AND EXISTS (SELECT FROM outbox "
    "WHERE kind = 'webhook' AND payload ->> 'webhook_id' = w.id::text AND done_at IS NULL AND available_at <= now())"
)
# The address's row first: of two that want to ask there, the second waits for it, and then finds it taken.
_TAKE = text(
    "WITH due AS (SELECT id FROM outbox WHERE kind = 'webhook' AND payload ->> 'webhook_id' = CAST(:id AS text) "
    "AND done_at IS NULL AND available_at <= now() ORDER BY created_at, id LIMIT 1), "
    "address AS (UPDATE webhooks SET resume_at = now() + :lease WHERE id = :id AND disabled_at IS NULL "
    "AND resume_at <= now() AND EXISTS (SELECT FROM due) RETURNING id, url) "
    "UPDATE outbox o SET available_at = now() + :lease, attempts = o.attempts + 1 FROM address a "
    "WHERE o.id = (SELECT id FROM due) "
    "RETURNING o.id, o.attempts, o.payload -> 'body' AS body, a.url, webhook_secret(a.id) AS secret"
)
_DELIVERED = text(
    "UPDATE outbox SET done_at = now(), error = NULL, payload = payload || jsonb_build_object('status', "
    "CAST(:status AS integer)) WHERE id = :id"
)
_WORKS = text("UPDATE webhooks SET failures = 0, resume_at = now() WHERE id = :id")
_FAILED = text("UPDATE webhooks SET failures = failures + 1 WHERE id = :id RETURNING failures")
_PAUSE = text("UPDATE webhooks SET resume_at = now() + :wait WHERE id = :id")
_TRY_AGAIN = text("UPDATE outbox SET available_at = now() + :wait, error = :error WHERE id = :id")
_GIVE_UP = text("UPDATE outbox SET done_at = now(), error = :error WHERE id = :id")
_HURRY = text(
    "UPDATE outbox SET available_at = now() WHERE kind = 'webhook' "
    "AND payload ->> 'webhook_id' = CAST(:id AS text) AND done_at IS NULL AND available_at > now()"
)
_DISABLE = text(
    "UPDATE webhooks SET disabled_at = now(), disabled_because = :because WHERE id = :id AND disabled_at IS NULL "
    "RETURNING id"
)
# One that was tried keeps what came of it.
_DROP = text(
    "UPDATE outbox SET done_at = now(), error = coalesce(error, 'not sent: the webhook was switched off') "
    "WHERE kind = 'webhook' AND payload ->> 'webhook_id' = CAST(:id AS text) AND done_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """An attempt about to be made. attempts: with this one."""

    id: UUID
    webhook_id: UUID
    url: str
    secret: str
    body: dict[str, Any]
    attempts: int


def due(session: Session) -> list[UUID]:
    """The webhooks for which something is to be sent now."""
    return list(session.execute(_DUE).scalars())


def take(session: Session, webhook_id: UUID) -> Delivery | None:
    """The oldest delivery that is due there, leased; None where there is none. As the system user."""
    row = session.execute(_TAKE, {"id": webhook_id, "lease": _LEASE}).mappings().first()
    return Delivery(webhook_id=webhook_id, **row) if row else None


def settle(session: Session, delivery: Delivery, outcome: Outcome) -> str | None:
    """Why the webhook was switched off by this outcome; None where it was not."""
    if outcome.error:
        return _settle_failure(session, delivery, outcome)
    # The address's row first, as all do who write both: switching it off meanwhile waits, and never in a circle.
    session.execute(_WORKS, {"id": delivery.webhook_id})
    session.execute(_DELIVERED, {"id": delivery.id, "status": outcome.status})
    return None


def _settle_failure(session: Session, delivery: Delivery, outcome: Outcome) -> str | None:
    """What waits there waits behind this one, and what comes meanwhile too."""
    failures = session.execute(_FAILED, {"id": delivery.webhook_id}).scalar_one_or_none()
    if failures is None:  # deleted meanwhile, and its deliveries with it
        return None
    why_off = rules.why_off(failures, outcome.error, is_gone=outcome.status == GONE)
    # One for both waits: where it is the address that fails they end together, and this one is the oldest still.
    spread = 1 + random.random() * _SPREAD  # noqa: S311 # spreads load, guards nothing
    if why_off or delivery.attempts >= rules.MOST_ATTEMPTS:
        session.execute(_GIVE_UP, {"id": delivery.id, "error": outcome.error})
    else:
        wait = rules.wait_after(delivery.attempts) * spread
        session.execute(_TRY_AGAIN, {"id": delivery.id, "wait": wait, "error": outcome.error})
    if why_off is None:
        session.execute(_PAUSE, {"id": delivery.webhook_id, "wait": rules.wait_after(failures) * spread})
        return None
    was_on = session.execute(_DISABLE, {"id": delivery.webhook_id, "because": why_off}).first()
    drop(session, delivery.webhook_id)
    return why_off if was_on else None


def hurry(session: Session, webhook_id: UUID) -> None:
    """Have all that waits for another attempt tried now, in its order."""
    session.execute(_HURRY, {"id": webhook_id})


def drop(session: Session, webhook_id: UUID) -> None:
    """Send nothing of what waits there: it is switched off."""
    session.execute(_DROP, {"id": webhook_id})
