"""Of one event, a row of the outbox for every webhook that asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.core.clock import now
from turns_web.core.outbox import WEBHOOK, Event
from turns_web.schema import webhooks
from turns_web.webhooks.fields import PING

_INSERT = text("INSERT INTO outbox (id, kind, payload) VALUES (:id, :kind, :payload)").bindparams(
    bindparam("payload", type_=JSONB)
)
# Ids and versions only: what else there is, a receiver reads by the API, with rights of its own.
_TOLD = ("id", "version", "stage_id")


def fan_out(session: Session, events: Iterable[tuple[Event, datetime]]) -> None:
    """events: each with the moment it was written. To be called in the transaction that marks them as told, so that
    each is fanned out once."""
    named = [(name, event, at) for event, at in events for name in event.get("names", ())]
    if not named:
        return
    asked = session.execute(select(webhooks.c.id, webhooks.c.events).where(webhooks.c.disabled_at.is_(None))).all()
    _keep(
        session,
        [
            _delivery(webhook.id, name, at, {key: event[key] for key in _TOLD if key in event})
            for name, event, at in named
            for webhook in asked
            if name in webhook.events
        ],
    )


def ping(session: Session, webhook_id: UUID) -> None:
    """A test that says nothing but that it arrived."""
    _keep(session, [_delivery(webhook_id, PING, now(), {"id": str(webhook_id)})])


def _delivery(webhook_id: UUID, name: str, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    timestamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = {"type": name, "timestamp": timestamp, "data": data}
    return {"id": uuid4(), "kind": WEBHOOK, "payload": {"webhook_id": str(webhook_id), "body": body}}


def _keep(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(_INSERT, rows)
