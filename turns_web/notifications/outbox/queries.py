"""Mail as it stands in the outbox, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.notifications.drafts import TITLE

SIZE = 50

# In words, as the page says it, in the order of its filter.
STATES = {
    "waiting": "Waits",
    "sending": "Being sent",
    "sent": "Sent",
    "failed": "Not sent",
    "doubted": "Doubted",
}
_STATE = """CASE WHEN payload ->> 'state' = 'doubted' THEN 'doubted' WHEN done_at IS NULL
    THEN CASE WHEN payload ->> 'state' = 'sending' THEN 'sending' ELSE 'waiting' END
    WHEN error IS NULL THEN 'sent' ELSE 'failed' END"""
_MAILS = text(f"""
    SELECT id, payload ->> 'to' AS to, coalesce(payload ->> 'subject', {TITLE}) AS subject,
        coalesce(payload ->> 'text', '') AS text, {_STATE} AS state, created_at, available_at, done_at, attempts, error,
        payload ? 'items' AS is_gathering
    FROM outbox WHERE kind = 'mail'
        AND (CAST(:at AS timestamptz) IS NULL OR (created_at, id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
        AND (:q = '' OR position(search_fold(:q)
            IN search_fold(concat_ws(' ', payload ->> 'to', payload ->> 'subject', payload ->> 'text'))) > 0)
        AND (:state = '' OR {_STATE} = :state)
    ORDER BY created_at DESC, id DESC LIMIT :most
""")  # noqa: S608 # our own words


@dataclass(frozen=True, slots=True)
class Mail:
    """error: of the last attempt that failed. is_gathering: more of its act may still come."""

    id: UUID
    to: str
    subject: str
    text: str
    state: str
    created_at: datetime
    available_at: datetime
    done_at: datetime | None
    attempts: int
    error: str | None
    is_gathering: bool

    @property
    def key(self) -> list[str]:
        return [self.created_at.isoformat(), str(self.id)]


def mails(session: Session, q: str, state: str, after: tuple[datetime, UUID] | None) -> list[Mail]:
    """A window and one more. q: in its address, subject or text. state: of STATES, or empty for any."""
    at, id = after or (None, None)
    rows = session.execute(_MAILS, {"q": q, "state": state, "at": at, "id": id, "most": SIZE + 1})
    return [Mail(**row) for row in rows.mappings()]
