"""All that a turn's sheet says, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.approvals.change_orders import ChangeOrder, change_orders
from turns_web.approvals.history import Decided, decisions
from turns_web.core import clock
from turns_web.turns.history import Entry, history
from turns_web.turns.queries import TurnPage, turn_page

# More events than that are nobody's reading; the page has them.
_MOST_WINDOWS = 20

_TOOK = text("SELECT audit_turn_sheet(:id)")


@dataclass(frozen=True, slots=True)
class Told:
    """entries: newest first. has_earlier: there were too many."""

    page: TurnPage
    orders: list[ChangeOrder]
    decisions: list[Decided]
    entries: list[Entry]
    has_earlier: bool
    as_of: datetime


def taken(session: Session, turn_id: UUID) -> Told:
    """Everything, with a line in the audit that this person took it. Raises NotFound."""
    session.execute(_TOOK, {"id": turn_id})
    entries, before = _entries(session, turn_id)
    return Told(
        page=turn_page(session, turn_id),
        orders=change_orders(session, turn_id),
        decisions=decisions(session, turn_id),
        entries=entries,
        has_earlier=before is not None,
        as_of=clock.now(),
    )


def _entries(session: Session, turn_id: UUID) -> tuple[list[Entry], datetime | None]:
    entries: list[Entry] = []
    before: datetime | None = None
    for window in count(1):
        told = history(session, turn_id, before)
        entries += told.entries
        before = told.earlier
        if before is None or window == _MOST_WINDOWS:
            break
    return entries, before
