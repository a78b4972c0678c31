"""Mail that is still being gathered: what one act did to many rows arrives over some seconds, and makes one mail.

A draft is a row of kind `mail` with `items`; each further one of its key pushes it out a little. Once nothing more came
it is composed, and from then on it is a mail like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.notifications.letters import letter

# A mail names so many; the rest is counted, and listed where its link leads.
MOST_ITEMS = 20
SETTLES_S = 4
_AT_ONCE = 100

# What a draft is called as it stands, as its mail will be: see _written.
TITLE = (
    "CASE WHEN payload ->> 'count' = '1' THEN payload -> 'items' -> 0 ->> 'subject' "
    "ELSE replace(payload ->> 'many', '{count}', payload ->> 'count') END"
)
_ADD = text(
    "INSERT INTO outbox (id, kind, payload, available_at) SELECT gen_random_uuid(), 'mail', draft, "
    "now() + :settles * interval '1 second' FROM jsonb_array_elements(:drafts) AS draft "
    "ON CONFLICT ((payload ->> 'key')) WHERE kind = 'mail' DO UPDATE SET available_at = EXCLUDED.available_at, "
    "payload = outbox.payload || jsonb_build_object("
    "'count', (outbox.payload ->> 'count')::integer + (EXCLUDED.payload ->> 'count')::integer, "
    "'many', EXCLUDED.payload -> 'many', 'items', CASE WHEN jsonb_array_length(outbox.payload -> 'items') >= :most "
    "THEN outbox.payload -> 'items' ELSE (outbox.payload -> 'items') || (EXCLUDED.payload -> 'items') END) "
    "WHERE outbox.payload ? 'items' RETURNING payload ->> 'key' AS key"
).bindparams(bindparam("drafts", type_=JSONB))
_SETTLED = text(
    "SELECT o.id, o.payload, coalesce(u.is_active, true) AS is_active FROM outbox o "
    "LEFT JOIN users u ON u.id = (o.payload ->> 'user_id')::uuid "
    "WHERE kind = 'mail' AND done_at IS NULL AND payload ? 'items' AND available_at <= now() "
    "ORDER BY available_at LIMIT :most FOR UPDATE OF o SKIP LOCKED"
)
_COMPOSED = text(
    "UPDATE outbox o SET payload = (o.payload - 'items') || c.written FROM jsonb_to_recordset(:composed) "
    "AS c (id uuid, written jsonb) WHERE o.id = c.id"
).bindparams(bindparam("composed", type_=JSONB))
_DROPPED = text(
    "UPDATE outbox SET done_at = now(), error = 'not sent: the account is closed', payload = payload - 'items' "  # noqa: S608
    f"|| jsonb_build_object('subject', {TITLE}, 'text', '', 'html', '') WHERE id = ANY(:ids)"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things that a mail tells. link: a path of ours."""

    subject: str
    body: str
    link: str


@dataclass(frozen=True, slots=True)
class Draft:
    """key: drafts of one key become one mail. many, many_link: what is said where there are several, of `count`.
    adds: what comes after the mail was sent makes another; else nobody is told twice by that key."""

    to: str
    user_id: UUID | None
    key: str
    many: str
    many_link: str
    count: int
    items: list[Item]
    adds: bool = True


def add(session: Session, drafts: Sequence[Draft]) -> None:
    """Have these sent once nothing more comes; to what was sent already more makes another mail."""
    wanted = _together(drafts)
    if not wanted:
        return
    taken = set(_keep(session, list(wanted.values())))
    late = [replace(draft, key=f"{key}:{uuid4()}") for key, draft in wanted.items() if draft.adds and key not in taken]
    if late:
        _keep(session, late)


def _together(drafts: Sequence[Draft]) -> dict[str, Draft]:
    found: dict[str, Draft] = {}
    for draft in drafts:
        first = found.get(draft.key)
        found[draft.key] = (
            draft
            if first is None
            else replace(first, count=first.count + draft.count, items=(first.items + draft.items)[:MOST_ITEMS])
        )
    return found


def _keep(session: Session, drafts: list[Draft]) -> list[str]:
    rows = [{**asdict(draft), "user_id": draft.user_id and str(draft.user_id)} for draft in drafts]
    return list(session.execute(_ADD, {"drafts": rows, "settles": SETTLES_S, "most": MOST_ITEMS}).scalars())


def compose(session: Session, address: str) -> int:
    """Write the mails of which nothing more came; how many there were. address: where Turns is reached."""
    settled = session.execute(_SETTLED, {"most": _AT_ONCE}).all()
    composed = [{"id": str(row.id), "written": _written(row.payload, address)} for row in settled if row.is_active]
    if composed:
        session.execute(_COMPOSED, {"composed": composed})
    closed = [row.id for row in settled if not row.is_active]
    if closed:
        session.execute(_DROPPED, {"ids": closed})
    return len(settled)


def _written(payload: dict[str, Any], address: str) -> dict[str, str]:
    items, count = payload["items"], payload["count"]
    subject = items[0]["subject"] if count == 1 else payload["many"].replace("{count}", str(count))
    link = items[0]["link"] if count == 1 else payload["many_link"]
    said = letter(
        "notice",
        subject=subject,
        items=items,
        count=count,
        link=address + link,
        address=address,
    )
    return {"subject": subject, **said}
