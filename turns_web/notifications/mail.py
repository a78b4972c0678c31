"""Mail, first a row of the transaction that it is about: sent after its commit, once, and again where that failed."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.core.outbox import MAIL

# Without naming the index: what a person may not read back they may not be asked to compare with either.
_QUEUE = text(
    "INSERT INTO outbox (id, kind, payload, available_at) VALUES (:id, :kind, :payload, now() + :after_s * interval "
    "'1 second') ON CONFLICT DO NOTHING"
).bindparams(bindparam("payload", type_=JSONB))


def queue_mail(
    session: Session,
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    key: str | None = None,
    after_s: float = 0,
    user_id: UUID | None = None,
    only_super: bool = False,
) -> None:
    """Have this sent after the commit, `after_s` later at the soonest.

    key: of what it is about; no second mail with the same one is ever sent. user_id: of somebody who chose to be told:
    the mail leads to that choice, and is dropped where the account is closed by then. only_super: no administrator but
    a super administrator reads it in the outbox, as one that opens an account which only they may change.
    """
    payload = {"to": to, "subject": " ".join(subject.split()), "text": text, "html": html}
    if key is not None:
        payload["key"] = key
    if user_id is not None:
        payload["user_id"] = str(user_id)
    if only_super:
        payload["only_super"] = "yes"
    session.execute(_QUEUE, {"id": uuid4(), "kind": MAIL, "payload": payload, "after_s": after_s})
