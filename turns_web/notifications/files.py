"""Telling people that a file which they asked for is ready, or could not be made. It was asked for a while ago, and
whoever asked may be on another page: so they are told of their own doing here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Session

from turns_web.core.outbox import Event
from turns_web.notifications.delivery import Notice, deliver, recipient

_ENDED = text(
    "SELECT e.id AS export_id, e.type, e.format, e.status, e.done, e.error, u.id, u.email, u.preferences "
    "FROM exports e JOIN users u ON u.id = e.user_id AND u.is_active "
    "WHERE e.id = ANY(:ids) AND e.status IN ('done', 'failed') ORDER BY e.created_at, e.id"
).bindparams(bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))))
_FORMATS = {"csv": "CSV", "excel": "Excel", "pdf": "PDF"}


def of_files(session: Session, events: Iterable[Event]) -> set[UUID]:
    """Who has something new in the page."""
    ids = [UUID(event["id"]) for event in events if event["kind"] == "export"]
    return deliver(session, map(_notice, session.execute(_ENDED, {"ids": ids}))) if ids else set()


def _notice(row: Row[Any]) -> Notice:
    is_done = row.status == "done"
    return Notice(
        to=recipient(row, "export"),
        kind="export",
        key=f"export:{row.export_id}",
        link="/exports",
        values={
            "file": f"{row.type} ({_FORMATS.get(row.format, row.format)})",
            "outcome": "is ready" if is_done else "could not be made",
            "reason": f"{row.done:,} {'row' if row.done == 1 else 'rows'}." if is_done else row.error or "",
        },
    )
