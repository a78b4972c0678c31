"""From what somebody is to be told to a row of the page and a mail, each as the person chose.

What one act did to many rows becomes one notice and one mail a person, whatever the number; see drafts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.notifications import drafts
from turns_web.notifications.kinds import KINDS, wants
from turns_web.notifications.texts import Wording, filled, wordings

_TELL = text("SELECT user_id, key FROM tell_people(:notices)").bindparams(bindparam("notices", type_=JSONB))
# Of many only the first are named in a notice; its link lists them all.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Recipient:
    """user_id: None for a company's address, which has no page of its own."""

    user_id: UUID | None
    email: str
    by_page: bool
    by_mail: bool

    @property
    def key(self) -> str:
        return str(self.user_id or self.email)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that one person is to be told. key: of what it is about, or of the act that it is part of (`adds`),
    whose other rows then add to it. mail_key: what goes into one mail; the key, if nothing else is said."""

    to: Recipient
    kind: str
    key: str
    link: str
    values: Mapping[str, str]
    turn_id: UUID | None = None
    adds: bool = False
    mail_key: str = ""


def recipient(person: Row[Any], kind: str, *, by_mail: bool = True) -> Recipient:
    """person: id, email and preferences. by_mail: false where somebody else's mailbox is told in their place."""
    chosen = person.preferences or {}
    return Recipient(person.id, person.email, wants(chosen, kind, "page"), by_mail and wants(chosen, kind, "mail"))


def deliver(session: Session, notices: Iterable[Notice]) -> set[UUID]:
    """Write them down, as the system user; who has something new in the page."""
    gathered = _gathered(notices)
    if not gathered:
        return set()
    texts = wordings(session)
    rows = [_row(told, texts[told[0].kind]) for told in gathered if told[0].to.user_id]
    new = {(row.user_id, row.key) for row in session.execute(_TELL, {"notices": rows})} if rows else set()
    drafts.add(
        session,
        [
            _draft(told, texts[told[0].kind])
            for told in gathered
            if told[0].to.by_mail and (told[0].to.user_id is None or (told[0].to.user_id, told[0].key) in new)
        ],
    )
    return {person for person, _ in new}


def _gathered(notices: Iterable[Notice]) -> list[list[Notice]]:
    """Those of one person and key together, in the order in which they came."""
    found: dict[tuple[str, str], list[Notice]] = {}
    for notice in notices:
        found.setdefault((notice.to.key, notice.key), []).append(notice)
    return list(found.values())


def _row(told: list[Notice], wording: Wording) -> dict[str, Any]:
    first, kind = told[0], KINDS[told[0].kind]
    is_one = len(told) == 1
    return {
        "user_id": str(first.to.user_id),
        "kind": first.kind,
        "turn_id": str(first.turn_id) if first.turn_id else None,
        "title": filled(wording.subject, first.values),
        "many": filled(kind.many, first.values),
        "body": filled(wording.body, first.values) if is_one else _among(told),
        "among": _named(told),
        "link": first.link,
        "many_link": kind.many_link,
        "key": first.key,
        "count": len(told),
        "is_shown": first.to.by_page,
        "adds": first.adds,
    }


def _among(told: list[Notice]) -> str:
    return _named(told) + (" and more" if len(told) > _NAMED else "")


def _named(told: list[Notice]) -> str:
    return ", ".join(notice.values.get("address") or notice.values.get("vendor", "") for notice in told[:_NAMED])


def _draft(told: list[Notice], wording: Wording) -> drafts.Draft:
    first, kind = told[0], KINDS[told[0].kind]
    return drafts.Draft(
        to=first.to.email,
        user_id=first.to.user_id,
        key=f"{first.to.key}:{first.mail_key or first.key}",
        many=filled(kind.many, first.values),
        many_link=kind.many_link,
        count=len(told),
        adds=first.adds,
        items=[
            drafts.Item(filled(wording.subject, one.values), filled(wording.body, one.values), one.link)
            for one in told[: drafts.MOST_ITEMS]
        ],
    )
