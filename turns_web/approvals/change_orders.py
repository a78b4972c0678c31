"""What is spent on a turn beyond what was approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.approvals import rules
from turns_web.approvals.actions import act, seen_at
from turns_web.approvals.card import asked_of
from turns_web.core.errors import ALL, Invalid

_RECORD = text("SELECT record_change_order(:id, :version, :amount, :reason)")
_LIST = text("""
    SELECT c.number, c.amount, c.reason, c.status::text, c.created_at,
        coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.email, 'Turns') AS recorded_by
    FROM change_orders c LEFT JOIN people p ON p.id = c.created_by
    WHERE c.turn_id = :id ORDER BY c.number
""")
_STATUS = {
    "RECORDED": "recorded",
    "NEEDED": "waits for approval",
    "APPROVED": "approved",
    "REJECTED": "rejected or withdrawn",
}


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    number: int
    amount: Decimal
    reason: str
    status: str
    created_at: datetime
    recorded_by: str

    @property
    def words(self) -> str:
        return _STATUS[self.status]


def record(session: Session, turn_id: UUID, version: int, amount: Decimal, reason: str) -> Mapping[str, Any]:
    """Record a change order; above the tolerance or a limit the turn waits for approval of the new total.

    amount: the difference, signed. Returns the turn's row. Raises NotFound, Stale, Forbidden, Invalid (by field).
    """
    seen = seen_at(session, turn_id, version)
    why = rules.why_not_change(asked_of(seen))
    if why:
        raise Invalid({ALL: why})

    def told(row: Mapping[str, Any]) -> list[str]:
        return ["turn.change_order", *(["turn.submitted"] if row["scope_approval_status"] in rules.WAITING else [])]

    return act(session, seen, _RECORD, told, amount=amount, reason=reason)


def change_orders(session: Session, turn_id: UUID) -> list[ChangeOrder]:
    """All of a turn's that this person sees, in the order of their numbers."""
    return [ChangeOrder(*row) for row in session.execute(_LIST, {"id": turn_id})]
