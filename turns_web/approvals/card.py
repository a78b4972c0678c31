"""The approval of one turn as somebody sees it: where it stands, what they may do now, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from turns_web.access import allows, may
from turns_web.approvals import rules
from turns_web.approvals.rules import Asked, Change
from turns_web.core import money
from turns_web.core.identity import Identity, Role


@dataclass(frozen=True, slots=True)
class Card:
    """may_decide: the decision's form stands here. why: what is to be said instead, or of what follows.

    committed: the base and all change orders that count. may_answer: an approver's question is theirs to answer.
    """

    turn_id: UUID
    version: int
    address: str
    asked: Asked
    may_decide: bool
    may_submit: bool
    may_withdraw: bool
    why: str
    reject_reason: str | None
    committed: Decimal | None = None
    may_override: bool = False
    may_answer: bool = False
    why_not_change: str | None = None

    @property
    def amount(self) -> str:
        return money.exact(self.asked.amount) if self.asked.amount is not None else "no amount"

    @property
    def decides_for(self) -> str | None:
        """For whom they would decide, where it is not by their own role."""
        return self.asked.decides_for

    @property
    def may_change(self) -> bool:
        """A change order can be recorded now."""
        return self.why_not_change is None

    @property
    def approve_label(self) -> str:
        return f"Approve {self.amount}"


def asked_of(row: Mapping[str, Any]) -> Asked:
    """The approval of a turn as it stands. row: its columns, and those of standing.with_standing as far as known."""
    change = _change(row)
    return Asked(
        status=row["scope_approval_status"],
        amount=change.total if change else row["turn_amount"],
        approved_amount=row["approved_turn_amount"],
        submitted_by=row["submitted_by"],
        is_archived=row["is_archived"],
        may_decide=bool(row.get("may_decide")),
        barred=row.get("barred"),
        decides_for=row.get("decides_for"),
        change=change,
        question=row.get("question"),
    )


def _change(row: Mapping[str, Any]) -> Change | None:
    if row.get("change_number") is None:
        return None
    return Change(row["change_number"], row["change_amount"], row["change_reason"], _committed(row) or Decimal(0))


def _committed(row: Mapping[str, Any]) -> Decimal | None:
    if "committed" in row:
        return row["committed"]
    base = row["approved_turn_amount"]
    return None if base is None else base + (row.get("change_order_amount") or 0)


def card_of(who: Identity, row: Mapping[str, Any], address: str, limits: tuple[Decimal, Decimal]) -> Card:
    """limits: (DFO's, HO's) in force for this turn."""
    asked = asked_of(row)
    asks = _holds(who, row)
    why_not_submit = rules.why_not_submit(asked)
    decides = allows(who, "approvals.decide") and rules.why_not_decide(who, asked) is None
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
        committed=_committed(row),
        may_override=who.role is Role.SUPER_ADMIN and asked.level is not None,
        may_answer=bool(asked.level and asked.question) and (asks or who.user_id == asked.submitted_by),
        why_not_change=rules.why_not_change(asked) if asks else "The turn’s manager records its change orders.",
    )


def _holds(who: Identity, row: Mapping[str, Any]) -> bool:
    """Whether it is theirs to send. Who stands in for an approver sees the turns of other managers, too."""
    holder = {Role.PROPERTY_MANAGER: "property_manager_id", Role.SR_PROPERTY_MANAGER: "sr_property_manager_id"}
    column = holder.get(who.role)
    return may(who.role, "turns.submit") and (column is None or row.get(column, who.user_id) == who.user_id)


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
        if allows(who, "approvals.decide"):
            return rules.why_not_decide(who, asked) or ""
        return f"{asked.level} decides next."
    if asked.status in rules.APPROVED:
        return f"Approved at {money.exact(asked.approved_amount or Decimal(0))}."
    if why_not_submit is None and asked.amount is not None:
        return rules.who_decides(asked.amount, *limits)
    return why_not_submit or "" if asks else "Not sent for approval yet."
