"""Sending a mail once more, where somebody wants it: one that failed, is doubted, or waits for its next attempt."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.core.errors import Invalid, NotFound

_SEND_AGAIN = text(
    "UPDATE outbox SET done_at = NULL, error = NULL, attempts = 0, available_at = now(), "
    "payload = (payload - 'state') || jsonb_build_object('again_at', now()) "
    "WHERE id = :id AND kind = 'mail' AND NOT payload ? 'items' AND coalesce(payload ->> 'state', '') <> 'sending' "
    "AND (done_at IS NULL OR error IS NOT NULL) RETURNING id"
)
_EXISTS = text("SELECT id FROM outbox WHERE id = :id AND kind = 'mail'")


def send_again(session: Session, id: UUID) -> None:
    """Raises NotFound, Invalid where it was sent already or is on its way."""
    if session.execute(_SEND_AGAIN, {"id": id}).first() is None:
        if session.execute(_EXISTS, {"id": id}).first() is None:
            raise NotFound()
        raise Invalid({"__all__": "This mail was sent, or is on its way just now."})
