"""Deliveries as rows of the outbox: which are due, and what becomes of one that was tried.

`available_at` says when the next attempt may be made. Whoever makes one sets it a lease ahead first, so that nobody
else makes it meanwhile, and that it is made again where the process dies over it.
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
    "SELECT id FROM webhooks w WHERE disabled_at IS NULL AND EXISTS (SELECT FROM outbox "
    "WHERE kind = 'webhook' AND payload ->> 'webhook_id' = w.id::text AND done_at IS NULL AND available_at <= now())"
)
_TAKE = text(
    "UPDATE outbox o SET available_at = now() + :lease, attempts = o.attempts + 1 FROM webhooks w "
    "WHERE o.id = (SELECT id FROM outbox WHERE kind = 'webhook' AND payload ->> 'webhook_id' = CAST(:id AS text) "
    "AND done_at IS NULL AND available_at <= now() ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) "
    "AND w.id = :id AND w.disabled_at IS NULL "
    "RETURNING o.id, o.attempts, o.payload -> 'body' AS body, w.url, webhook_secret(w.id) AS secret"
)
_DELIVERED = text(
    "UPDATE outbox SET done_at = now(), error = NULL, payload = payload || jsonb_build_object('status', "
    "CAST(:status AS integer)) WHERE id = :id"
)
_WORKS = text("UPDATE webhooks SET failures = 0 WHERE id = :id AND failures > 0")
_FAILED = text("UPDATE webhooks SET failures = failures + 1 WHERE id = :id RETURNING failures")
_TRY_AGAIN = text("UPDATE outbox SET available_at = now() + :wait, error = :error WHERE id = :id")
_GIVE_UP = text("UPDATE outbox SET done_at = now(), error = :error WHERE id = :id")
_PUT_OFF = text(
    "UPDATE outbox SET available_at = greatest(available_at, now() + :wait) "
    "WHERE kind = 'webhook' AND payload ->> 'webhook_id' = CAST(:id AS text) AND done_at IS NULL"
)
_DISABLE = text("UPDATE webhooks SET disabled_at = now() WHERE id = :id AND disabled_at IS NULL")
_DROP = text(
    "UPDATE outbox SET done_at = now(), error = 'not sent: the webhook was switched off' "
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


def settle(session: Session, delivery: Delivery, outcome: Outcome) -> None:
    if outcome.error:
        _settle_failure(session, delivery, outcome)
        return
    session.execute(_DELIVERED, {"id": delivery.id, "status": outcome.status})
    session.execute(_WORKS, {"id": delivery.webhook_id})


def _settle_failure(session: Session, delivery: Delivery, outcome: Outcome) -> None:
    """One address that does not answer is asked by one delivery at a time; the others wait behind it."""
    failures = session.execute(_FAILED, {"id": delivery.webhook_id}).scalar_one_or_none()
    if failures is None:  # deleted meanwhile, and its deliveries with it
        return
    is_over = outcome.status == GONE or failures >= rules.MOST_ATTEMPTS
    if is_over or delivery.attempts >= rules.MOST_ATTEMPTS:
        session.execute(_GIVE_UP, {"id": delivery.id, "error": outcome.error})
    else:
        wait = _spread(rules.wait_after(delivery.attempts))
        session.execute(_TRY_AGAIN, {"id": delivery.id, "wait": wait, "error": outcome.error})
    if is_over:
        disable(session, delivery.webhook_id)
    else:
        session.execute(_PUT_OFF, {"id": delivery.webhook_id, "wait": _spread(rules.wait_after(failures))})


def disable(session: Session, webhook_id: UUID) -> None:
    """Send nothing more there, what waits neither, until an administrator switches it on again."""
    session.execute(_DISABLE, {"id": webhook_id})
    session.execute(_DROP, {"id": webhook_id})


def _spread(wait: timedelta) -> timedelta:
    return wait * (1 + random.random() * _SPREAD)  # noqa: S311 # spreads load, guards nothing
