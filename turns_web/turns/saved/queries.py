"""The views that a person can choose from: those that everybody has, one's own, and those shared with one's role."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_KEPT = text(
    "SELECT id, name, query, owner_id = app_user_id() AS is_own FROM saved_views WHERE page = 'board' "
    "ORDER BY name, id LIMIT 50"
)


class View(NamedTuple):
    """id: None for those that everybody has. query: the address after the question mark, in its one order."""

    id: UUID | None
    name: str
    query: str
    is_own: bool = False


EVERYBODYS = (
    View(None, "All", ""),
    View(None, "Late", "overdue=1"),
    View(None, "Leased, not ready", "leased=1&is_open=1"),
    View(None, "Stuck", "stuck=1"),
    View(None, "On hold", "on_hold=1"),
)


def views(session: Session) -> list[View]:
    return [*EVERYBODYS, *(View(*row) for row in session.execute(_KEPT))]
