"""What the pages show of webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from turns_web.core.versioned import load, readable
from turns_web.schema import webhooks

_LISTED = 200
_SHOWN = 50
_SOON = timedelta(minutes=1)

_RECENT = text(
    "SELECT o.id, payload -> 'body' ->> 'type' AS type, CAST(payload ->> 'status' AS integer) AS status, "
    "o.created_at, greatest(available_at, w.resume_at) AS next_at, attempts, done_at, error "
    "FROM outbox o JOIN webhooks w ON w.id = :id WHERE kind = 'webhook' "
    "AND payload ->> 'webhook_id' = CAST(:id AS text) ORDER BY o.created_at DESC, o.id LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery as the page shows it. status: of the answer that took it; error: of the last attempt that failed;
    next_at: before when it is not tried again."""

    id: UUID
    type: str
    status: int | None
    created_at: datetime
    next_at: datetime
    attempts: int
    done_at: datetime | None
    error: str | None

    def moves_soon(self, now: datetime) -> bool:
        """Whether somebody who looks will see what becomes of it."""
        return self.done_at is None and self.next_at - now < _SOON

    @property
    def state(self) -> str:
        if self.done_at is not None:
            return "failed" if self.error else "delivered"
        return "retried" if self.error else "waiting"


def registered(session: Session) -> list[Mapping[str, Any]]:
    """All of them, in the order of their addresses."""
    found = select(*readable(webhooks)).order_by(webhooks.c.url, webhooks.c.id).limit(_LISTED)
    return list(session.execute(found).mappings())


def webhook(session: Session, id: UUID) -> Mapping[str, Any]:
    """Raises NotFound."""
    return load(session, webhooks, id)


def recently_sent(session: Session, id: UUID) -> list[Sent]:
    """The newest first; those that are done are kept for two days (workers/housekeeping)."""
    rows = session.execute(_RECENT, {"id": id, "most": _SHOWN}).mappings()
    return [Sent(**row) for row in rows]
