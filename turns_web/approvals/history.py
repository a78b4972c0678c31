"""Every act of a turn's approval: who, for whom, at which level, on which version and amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_DECISIONS = text("""
    SELECT d.decision::text AS act, d.level::text, d.turn_version AS version, d.amount, d.reason, d.decided_at,
        coalesce(nullif(concat_ws(' ', who.first_name, who.last_name), ''), who.email) AS approver,
        coalesce(nullif(concat_ws(' ', other.first_name, other.last_name), ''), other.email) AS decided_for,
        c.number AS change_order
    FROM approval_decisions d
    LEFT JOIN people who ON who.id = d.approver_id
    LEFT JOIN people other ON other.id = d.decided_for_id
    LEFT JOIN change_orders c ON c.id = d.change_order_id
    WHERE d.turn_id = :id ORDER BY d.number DESC LIMIT 200
""")
_ACTS = {
    "SUBMIT": "sent {what} for approval",
    "WITHDRAW": "took {what} back from approval",
    "APPROVE": "approved {what} as {level}",
    "REJECT": "rejected {what} as {level}",
    "OVERRIDE": "approved {what} by override",
    "ASK": "asked about {what} as {level}",
    "ANSWER": "answered about {what}",
    "RULE": "approved {what}: it is within the limit",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """version: the one that was decided on; 0 where the turn began with it. amount: the new total of a change order."""

    act: str
    level: str | None
    version: int
    amount: Decimal | None
    reason: str | None
    decided_at: datetime
    approver: str | None
    decided_for: str | None
    change_order: int | None

    @property
    def who(self) -> str:
        return self.approver or ("The rule" if self.act == "RULE" else "Turns")

    @property
    def words(self) -> str:
        what = f"change order {self.change_order}" if self.change_order else "it"
        return _ACTS[self.act].format(what=what, level=self.level)


def decisions(session: Session, turn_id: UUID) -> list[Decided]:
    """The acts on one turn that this person sees, the latest first."""
    return [Decided(*row) for row in session.execute(_DECISIONS, {"id": turn_id})]
