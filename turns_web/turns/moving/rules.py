"""What a stage asks of a turn that is to come to it. Every unmet demand is named, and all at once.

The money's approval is the database's to refuse (docs/data.md, "Approval"); here it is explained beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from turns_web.turns.rules import APPROVED
from turns_web.turns.stages import Stage, Way

Demands = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Vendor:
    """What a move asks of the vendor. insured_until: its last good day, None where no date is on file."""

    name: str
    is_active: bool
    is_approved: bool
    insured_until: date | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as it would be with the fields that come with the move.

    vendor: None where there is none, or none that may be seen. dfo_limit: up to it nobody has to approve.
    open_elsewhere: the turn_id of another open turn of the same home.
    """

    status: str
    amount: Decimal | None
    vendor: Vendor | None
    dfo_limit: Decimal
    reject_reason: str | None = None
    open_elsewhere: str | None = None


def unmet_demands(way: Way, here: Stage, to: Stage | None, turn: Turn, note: str | None, today: date) -> Demands:
    """{field: [sentence]} of everything that this move lacks; empty where it may go."""
    if to is None or not to.is_active:
        return {"stage_id": ["Choose a stage from the list." if to is None else f"{to.name} takes in no more turns."]}
    found: Demands = {}
    if needs_amount(way, to) and turn.amount is None:
        found["turn_amount"] = ["Enter what the scope costs."]
    if needs_vendor(way, to):
        found |= vendor_demands(turn.vendor, today)
    gate = _approval_between(way, here, to)
    if gate and not _approval_is_had(turn):
        found["scope_approval_status"] = [_approval_lacks(turn, gate)]
    if is_back(here, to) and not note:
        found["note"] = [f"Say why it goes back to {to.name}."]
    if turn.open_elsewhere and here.is_complete_stage and not to.is_complete_stage:
        found["property_id"] = [f"{turn.open_elsewhere} is open at this home: complete or archive it first."]
    return found


def is_back(here: Stage, to: Stage) -> bool:
    return to.display_order < here.display_order


def needs_amount(way: Way, to: Stage) -> bool:
    """A stage that requires approval asks for an amount too: nothing can be approved without one."""
    return any(stage.is_amount_required or stage.requires_approval for stage in way.up_to(to))


def needs_vendor(way: Way, to: Stage) -> bool:
    return any(stage.is_vendor_required for stage in way.up_to(to))


def vendor_faults(vendor: Vendor, today: date) -> list[str]:
    """Why this vendor cannot be given work today."""
    faults: list[str] = []
    if not vendor.is_active:
        faults.append(f"{vendor.name} is no longer active: choose another vendor.")
    if not vendor.is_approved:
        faults.append(f"{vendor.name} is not approved yet: an administrator approves vendors.")
    if vendor.insured_until is None:
        faults.append(f"{vendor.name} has no insurance on file.")
    elif vendor.insured_until < today:
        ended = vendor.insured_until
        year = "" if ended.year == today.year else f" {ended.year}"
        faults.append(f"{vendor.name}’s insurance ended {ended.day} {ended:%b}{year}.")
    return faults


def vendor_demands(vendor: Vendor | None, today: date) -> Demands:
    faults = vendor_faults(vendor, today) if vendor else ["Choose a vendor."]
    return {"vendor_id": faults} if faults else {}


def _approval_between(way: Way, here: Stage, to: Stage) -> Stage | None:
    """The stage requiring approval that this move leaves forwards or passes."""
    return next(
        (
            stage
            for stage in way
            if stage.requires_approval
            and (stage.is_active or stage.id == here.id)
            and here.display_order <= stage.display_order < to.display_order
        ),
        None,
    )


def _approval_is_had(turn: Turn) -> bool:
    """Approved, or never submitted and so small that the rule alone approves when the move submits it."""
    by_rule = turn.status == "PENDING" and turn.amount is not None and turn.amount <= turn.dfo_limit
    return turn.status in APPROVED or by_rule


def _approval_lacks(turn: Turn, gate: Stage) -> str:
    if turn.status == "DFO_APPROVAL_NEEDED":
        return "It waits for the DFO’s approval."
    if turn.status == "HO_APPROVAL_NEEDED":
        return "It waits for head office’s approval."
    if turn.status == "REJECTED":
        reason = f" (“{turn.reject_reason}”)" if turn.reject_reason else ""
        return f"It was rejected{reason}: mend it and send it for approval again."
    return f"It needs approval first: move it to {gate.name}, which sends it to the DFO."
