"""What somebody decided: each act with the amount and version that it was about."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.approvals.queue.place import place
from turns_web.approvals.queue.queries import SIZE
from turns_web.core.identity import Identity
from turns_web.settings.queries import today
from turns_web.turns.filters import Filters

_DECIDED = (Path(__file__).parent / "sql" / "decided.sql").read_text()
_AFTER = "(d.decided_at, d.id) < (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid))"

_WORDS = {
    "APPROVE": "Approved",
    "REJECT": "Rejected",
    "OVERRIDE": "Approved by override",
    "ASK": "Asked about",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """One act. turn_version: the version of the turn that was decided on; status: where its approval is now."""

    id: UUID
    turn_id: UUID
    version: int
    code: str
    address: str
    city: str | None
    status: str
    level: str | None
    decision: str
    amount: Decimal | None
    reason: str | None
    turn_version: int
    decided_at: datetime
    decided_by: str | None
    decided_for: str | None
    is_own: bool

    @property
    def words(self) -> str:
        """`Approved as DFO`, `Rejected as HO for Grace Mbeki`, `Tom Nguyen approved as DFO for you`."""
        act = " ".join(part for part in (_WORDS[self.decision], self.level and f"as {self.level}") if part)
        if not self.is_own:
            return f"{self.decided_by} {act[0].lower()}{act[1:]} for you"
        return f"{act} for {self.decided_for}" if self.decided_for else act

    @property
    def key(self) -> list[Any]:
        return [self.decided_at.isoformat(), str(self.id)]


def decided(session: Session, identity: Identity, filters: Filters, after: list[Any] | None = None) -> list[Decided]:
    """A window of one's own decisions and one more; of turns that were filed or put away too, unless told otherwise.

    Raises Senseless for a place that is none.
    """
    for name in ("is_active", "is_archived"):
        if name not in filters.chosen:
            filters = filters.at(name, None)
    where, given = filters.where()
    statement = _DECIDED.replace("/* where */", f"({where})").replace("/* after */", _AFTER if after else "true")
    beyond = dict(zip(("after_at", "after_id"), place(after, ("timestamptz", "uuid")) or (), strict=False))
    here = {"me": identity.user_id, "today": today(session, time.monotonic()), "size": SIZE + 1}
    return [Decided(**row) for row in session.execute(text(statement), {**given, **beyond, **here}).mappings()]
