"""What is asked of a turn that comes in by a file, beside its cells. A stage is set without asking its demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.approvals.rules import amount_lock
from turns_web.imports import existing
from turns_web.imports.matching import Plan


class TurnRules:
    def __init__(self, session: Session, plan: Plan):
        self.complete = existing.complete_stages(session)
        self.first = existing.first_stage(session)
        self.open = existing.open_turns(session)
        self.by_number = plan.key == ("turn_id",)

    def match(self, values: Mapping[str, Any]) -> UUID | None:
        """The home's open turn, where the row speaks of one: its move-out may have been another day."""
        return None if self.by_number or not self._is_open(values) else self.open.get(values["property_id"])

    def fault(self, values: dict[str, Any], row: Any) -> tuple[str, str, str] | None:
        if row is None:
            values.setdefault("stage_id", self.first)
        return self._second(values, row) or self._dates(values, row) or self._amount(values, row)

    def _second(self, values: Mapping[str, Any], row: Any) -> tuple[str, str, str] | None:
        id = row.id if row is not None else None
        if not self._is_open(values, row):
            return None
        other = self.open.setdefault(values["property_id"], id or UUID(int=0))
        if id is None and other == UUID(int=0):
            # The next row for this home meets this one.
            self.open[values["property_id"]] = UUID(int=1)
            return None
        if other != id:
            return "property_id", "", "This home has an open turn already: finish or archive it first."
        return None

    def _is_open(self, values: Mapping[str, Any], row: Any = None) -> bool:
        return values.get("stage_id", row.stage_id if row is not None else self.first) not in self.complete

    def _dates(self, values: Mapping[str, Any], row: Any) -> tuple[str, str, str] | None:
        out = values.get("move_out_date", row.move_out_date if row is not None else None)
        done = values.get("turn_completion_date", row.turn_completion_date if row is not None else None)
        if out and done and done < out:
            return "turn_completion_date", done.isoformat(), "Enter a completion on or after the move-out."
        return None

    def _amount(self, values: Mapping[str, Any], row: Any) -> tuple[str, str, str] | None:
        amount = values.get("turn_amount")
        if row is None or amount is None or amount == row.turn_amount:
            return None
        locked = amount_lock(row.scope_approval_status, row.approved_turn_amount)
        return ("turn_amount", str(amount), f"{locked}.") if locked else None
