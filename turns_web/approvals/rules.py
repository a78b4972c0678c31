"""Who may decide what now, and why not, in words. The database's own functions keep these rules; this explains them.

Source: docs/data.md, "Approval".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from turns_web.core import money
from turns_web.core.identity import Identity, Role

WAITING = {"DFO_APPROVAL_NEEDED": "DFO", "HO_APPROVAL_NEEDED": "HO"}
APPROVED = frozenset({"DFO_APPROVED", "HO_APPROVED"})
SUBMITTABLE = frozenset({"PENDING", "REJECTED"})

_DECIDER = {"DFO": Role.DFO_APPROVER, "HO": Role.HO_APPROVER}


@dataclass(frozen=True, slots=True)
class Change:
    """The change order that waits. committed: the base and all that counts already."""

    number: int
    amount: Decimal
    reason: str
    committed: Decimal

    @property
    def total(self) -> Decimal:
        return self.committed + self.amount

    @property
    def words(self) -> str:
        """`+$400.00 on $3,120.00 → $3,520.00`."""
        sign = "+" if self.amount > 0 else ""
        return f"{sign}{money.exact(self.amount)} on {money.exact(self.committed)} → {money.exact(self.total)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a decision depends on: the turn's approval as it stands, for the person who looks at it.

    amount: what the decision is about; with a change order all that would be committed.
    may_decide: they may approve now. barred: the rule that keeps them from it, where their level is asked.
    decides_for: the name of whom they would decide for, where it is not by their own role.
    """

    status: str
    amount: Decimal | None
    approved_amount: Decimal | None
    submitted_by: UUID | None
    is_archived: bool = False
    may_decide: bool = False
    barred: str | None = None
    decides_for: str | None = None
    change: Change | None = None
    question: str | None = None

    @property
    def level(self) -> str | None:
        """`DFO` or `HO` while it waits, else None."""
        return None if self.is_archived else WAITING.get(self.status)


def decides_at(role: Role, level: str | None) -> bool:
    """Whether the role's word counts at this level."""
    return level is not None and (role is Role.SUPER_ADMIN or role is _DECIDER[level])


def levels_of(who: Identity) -> set[str]:
    """The levels at which this person decides today: by their role, or for somebody who is away."""
    return {level for level in _DECIDER if decides_at(who.role, level)} | set(who.stands_in)


def why_not_decide(who: Identity, asked: Asked) -> str | None:
    """None where this person may approve now, else the reason in words."""
    level = asked.level
    if level is None:
        return "Nothing waits for a decision here."
    if level not in levels_of(who):
        return f"It waits for {level}; your role does not decide there."
    if asked.may_decide:
        return None
    if who.user_id == asked.submitted_by:
        return "You sent this for approval, so somebody else decides. You can withdraw it."
    if asked.barred == "approval_both_levels":
        other = "DFO" if level == "HO" else "HO"
        return f"You, or whom you stand in for, approved this as {other}, so somebody else decides for {level}."
    return "You, or whom you stand in for, sent this or set its amount, so somebody else decides."


def what_follows(asked: Asked, ho_limit: Decimal) -> str:
    """What an approval now would mean."""
    if asked.level == "HO":
        return f"Above {money.exact(ho_limit)} HO has the last word: this approval is final."
    if asked.amount is not None and asked.amount > ho_limit:
        return f"Above {money.exact(ho_limit)} HO decides after you."
    return f"Up to {money.exact(ho_limit)} your word is final."


def who_decides(amount: Decimal, dfo_limit: Decimal, ho_limit: Decimal) -> str:
    """Who has to approve this amount, for whoever is about to ask."""
    if amount <= dfo_limit:
        return f"At or below {money.exact(dfo_limit)} nobody has to approve."
    if amount <= ho_limit:
        return f"DFO decides; up to {money.exact(ho_limit)} that is final."
    return f"DFO decides, then HO, for it is above {money.exact(ho_limit)}."


def why_not_submit(asked: Asked) -> str | None:
    """None where it can be sent for approval now, else the reason in words."""
    if asked.is_archived:
        return "This turn is archived: restore it first."
    if asked.level:
        return f"It waits for {asked.level} already."
    if asked.status not in SUBMITTABLE:
        return "It is approved already."
    if asked.amount is None:
        return "Enter the amount to approve first."
    return None


def why_not_change(asked: Asked) -> str | None:
    """None where a change order can be recorded now, else the reason in words."""
    if asked.is_archived:
        return "This turn is archived: restore it first."
    if asked.approved_amount is None:
        return "Nothing is approved yet: change the amount itself."
    if asked.status not in APPROVED:
        return "A change order waits for approval: have it decided, or withdraw it first."
    return None


def amount_lock(status: str, approved_amount: Decimal | None) -> str | None:
    """Why the amount cannot be changed now, or None where it can."""
    if status in WAITING:
        return "Waiting for approval: withdraw it first"
    if status in APPROVED:
        base = approved_amount or Decimal(0)
        said = money.whole(base) if base == base.to_integral_value() else money.exact(base)
        return f"Approved at {said}: record a change order"
    return None
