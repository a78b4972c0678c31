"""The approval of one turn as somebody sees it: where it stands, what they may do now, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from turns_web.access import may
from turns_web.approvals import rules
from turns_web.approvals.rules import Asked
from turns_web.core import money
from turns_web.core.identity import Identity


@dataclass(frozen=True, slots=True)
class Card:
    """may_decide: the decision's form stands here. why: what is to be said instead, or of what follows."""

    turn_id: UUID
    version: int
    address: str
    asked: Asked
    may_decide: bool
    may_submit: bool
    may_withdraw: bool
    why: str
    reject_reason: str | None

    @property
    def amount(self) -> str:
        return money.exact(self.asked.amount) if self.asked.amount is not None else "no amount"

    @property
    def approve_label(self) -> str:
        return f"Approve {self.amount}"


def asked_of(row: Mapping[str, Any]) -> Asked:
    """The approval of a turn's row as it stands."""
    return Asked(
        status=row["scope_approval_status"],
        amount=row["turn_amount"],
        approved_amount=row["approved_turn_amount"],
        submitted_by=row["submitted_by"],
        amount_set_by=row["amount_set_by"],
        dfo_approved_by=row["dfo_approval_user_id"],
        is_archived=row["is_archived"],
    )


def card_of(who: Identity, row: Mapping[str, Any], address: str, limits: tuple[Decimal, Decimal]) -> Card:
    """limits: (DFO's, HO's) in force for this turn."""
    asked = asked_of(row)
    asks = may(who.role, "turns.submit")
    why_not_submit = rules.why_not_submit(asked)
    decides = may(who.role, "approvals.decide") and rules.why_not_decide(who.user_id, who.role, asked) is None
    return Card(
        turn_id=row["id"],
        version=row["version"],
        address=address,
        asked=asked,
        may_decide=decides,
        may_submit=asks and why_not_submit is None,
        may_withdraw=asks and asked.level is not None,
        why=_why(who, asked, limits, asks, decides, why_not_submit),
        reject_reason=row["reject_reason"] if asked.status == "REJECTED" else None,
    )


def _why(
    who: Identity,
    asked: Asked,
    limits: tuple[Decimal, Decimal],
    asks: bool,
    decides: bool,
    why_not_submit: str | None,
) -> str:
    if decides:
        return rules.what_follows(asked, limits[1])
    if asked.level:
        if may(who.role, "approvals.decide"):
            return rules.why_not_decide(who.user_id, who.role, asked) or ""
        return f"{asked.level} decides next."
    if asked.status in rules.APPROVED:
        return f"Approved at {money.exact(asked.approved_amount or Decimal(0))}."
    if why_not_submit is None and asked.amount is not None:
        return rules.who_decides(asked.amount, *limits)
    return why_not_submit or "" if asks else "Not sent for approval yet."
