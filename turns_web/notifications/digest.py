"""The morning's mail: what waits for each person, at 7:00 where they are, where something does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.core.clock import is_zone
from turns_web.notifications.kinds import DIGEST, wants_digest
from turns_web.notifications.letters import letter
from turns_web.notifications.mail import queue_mail

HOUR = 7
# After a morning without workers it still comes, but not in the afternoon.
_UNTIL = 12

_PEOPLE = text(
    "SELECT id, email, timezone, preferences FROM users WHERE is_active AND role <> 'VENDOR' "
    "AND id <> '00000000-0000-0000-0000-000000000001'"
)
# A row that is not shown: that this morning was looked at, whether there was something to say or not.
_BEGIN = text("SELECT user_id FROM tell_people(:rows)").bindparams(bindparam("rows", type_=JSONB))
_HELD = text(
    "SELECT person, count(*) FILTER (WHERE expected_completion_date < :today) AS late, "
    "count(*) FILTER (WHERE expected_completion_date BETWEEN :today AND :soon) AS due, "
    "count(*) FILTER (WHERE scope_approval_status = 'REJECTED') AS rejected "
    "FROM turns CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY[property_manager_id, sr_property_manager_id, "
    "turns_superintendent_id]) AS person) AS holders WHERE is_open AND person = ANY(:ids) GROUP BY person"
)
_WAITING = text(
    "SELECT d.user_id, count(*) AS waiting FROM who_decides(ARRAY(SELECT id FROM turns WHERE NOT is_archived "
    "AND scope_approval_status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED'))) AS d GROUP BY d.user_id"
)


class Line(NamedTuple):
    words: str
    link: str


def send_due(session: Session, now: datetime, portfolio_zone: str, address: str) -> int:
    """Queue the digests that are due, as the system user; how many. address: where Turns is reached."""
    morning = {
        person.id: (person, local.date())
        for person in session.execute(_PEOPLE)
        if wants_digest(person.preferences or {})
        and HOUR <= (local := now.astimezone(_zone(person.timezone, portfolio_zone))).hour < _UNTIL
    }
    begun = [morning[id] for id in _begin(session, morning)]
    lines = _lines(session, [person.id for person, _ in begun], now.astimezone(ZoneInfo(portfolio_zone)).date())
    sent = 0
    for person, day in begun:
        if said := lines.get(person.id):
            _queue(session, person, day, said, address)
            sent += 1
    return sent


def _zone(own: str | None, portfolio_zone: str) -> ZoneInfo:
    return ZoneInfo(own if own and is_zone(own) else portfolio_zone)


def _begin(session: Session, morning: dict[UUID, tuple[Row[Any], date]]) -> list[UUID]:
    """Those for whom nobody has looked at this morning yet."""
    rows = [
        {
            "user_id": str(id), "kind": DIGEST, "turn_id": None, "title": "", "many": "", "body": "", "link": "/",
            "many_link": "/", "key": f"{DIGEST}:{day}", "count": 1, "is_shown": False, "adds": False,
        }
        for id, (_, day) in morning.items()
    ]  # fmt: skip
    return list(session.execute(_BEGIN, {"rows": rows}).scalars()) if rows else []


def _lines(session: Session, ids: list[UUID], today: date) -> dict[UUID, list[Line]]:
    if not ids:
        return {}
    held = {
        row.person: row
        for row in session.execute(_HELD, {"ids": ids, "today": today, "soon": today + timedelta(days=3)})
    }
    waiting = {row.user_id: row.waiting for row in session.execute(_WAITING)}
    return {id: list(_said(held.get(id), waiting.get(id, 0))) for id in ids}


def _said(held: Row[Any] | None, waiting: int) -> Iterator[Line]:
    if waiting:
        yield Line(_counted(waiting, "turn waits", "turns wait") + " for your approval", "/approvals")
    if held is None:
        return
    if held.late:
        yield Line(_counted(held.late, "turn is late", "turns are late"), "/board?overdue=1")
    if held.rejected:
        yield Line(
            _counted(held.rejected, "turn was rejected", "turns were rejected"),
            "/board?scope_approval_status=REJECTED",
        )
    if held.due:
        yield Line(_counted(held.due, "turn is", "turns are") + " due within three days", "/board")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _queue(session: Session, person: Row[Any], day: date, lines: list[Line], address: str) -> None:
    subject = f"Today: {', '.join(line.words for line in lines[:2])}"
    said = letter("digest", subject=subject, lines=lines, link=address + lines[0].link, address=address)
    queue_mail(session, to=person.email, subject=subject, key=f"{person.id}:{DIGEST}:{day}", user_id=person.id, **said)
