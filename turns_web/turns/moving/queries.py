"""What the form of a move shows: where the turn may go, what each stage still asks for, and who could do the work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.core.versioned import load
from turns_web.schema import turns
from turns_web.turns.moving import rules
from turns_web.turns.moving.actions import around, as_it_would_be
from turns_web.turns.stages import Stage, Way, way

_VENDORS = text(
    "SELECT id, company_name FROM vendors WHERE is_active AND is_approved AND NOT is_archived "
    "AND insurance_expiry >= :today ORDER BY company_name, id LIMIT 500"
)
# What a demand is called in "needs an amount, a vendor".
_SHORT = {
    "turn_amount": "an amount",
    "vendor_id": "a vendor",
    "scope_approval_status": "approval",
    "note": "a note",
    "property_id": "the home to be free",
    "stage_id": "to be restored",
}


class Choice(NamedTuple):
    """A stage to move to. hint: what it still asks for, or that the turn is there."""

    stage: Stage
    hint: str
    is_here: bool


class Form(NamedTuple):
    turn: Mapping[str, Any]
    address: str
    here: Stage
    choices: list[Choice]
    vendors: list[tuple[UUID, str]]
    to: Stage | None


def form_of(session: Session, turn_id: UUID, today: date, to: UUID | None = None) -> Form:
    """to: the stage that was asked for. Raises NotFound."""
    turn = load(session, turns, turn_id)
    stages = way(session)
    here = stages.get(turn["stage_id"])
    beside = around(session, turn, {})
    would_be = as_it_would_be(turn, {}, beside)
    choices = [_choice(stages, here, stage, would_be, today) for stage in stages.active()]
    vendors = [(row.id, row.company_name) for row in session.execute(_VENDORS, {"today": today})]
    if beside["company_name"] is not None and turn["vendor_id"] not in dict(vendors):
        vendors.insert(0, (turn["vendor_id"], beside["company_name"]))
    return Form(turn, beside["address"], here, choices, vendors, stages.get(to))


def _choice(stages: Way, here: Stage, stage: Stage, turn: rules.Turn, today: date) -> Choice:
    if stage.id == here.id:
        return Choice(stage, "here", True)
    needs = rules.unmet_demands(stages, here, stage, turn, None, today)
    return Choice(stage, f"needs {', '.join(_SHORT[name] for name in needs)}" if needs else "", False)
