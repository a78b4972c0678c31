"""The approval of one turn as docs/data.md tells it, written apart from the database's own functions: what an act may
lead to, given who acts and which rules are in force. It knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

FINAL = {"DFO_APPROVED", "HO_APPROVED"}
LEVEL = {"DFO_APPROVAL_NEEDED": "DFO", "HO_APPROVAL_NEEDED": "HO"}
OWN_LEVELS = {"DFO_APPROVER": {"DFO"}, "HO_APPROVER": {"HO"}, "SUPER_ADMIN": {"DFO", "HO"}}
HOLDERS = {"PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "ADMIN", "SUPER_ADMIN"}
# The stages by their order; leaving the second forwards asks for approval.
DRAFT, SCOPE, WORK = 1, 2, 3


@dataclass(frozen=True)
class Rules:
    """What is in force. delegations: (approver, delegate) of today. roles: of those who are active, by name."""

    dfo_limit: Decimal
    ho_limit: Decimal
    tolerance: Decimal
    delegations: frozenset[tuple[str, str]]
    roles: frozenset[tuple[str, str]]

    def role(self, who: str) -> str | None:
        return dict(self.roles).get(who)

    def principals(self, who: str, level: str) -> set[str]:
        """In whose name this person may decide at the level: their own, else of those who delegated to them."""
        if self.role(who) is None:
            return set()
        if level in OWN_LEVELS.get(self.role(who) or "", set()):
            return {who}
        return {
            approver
            for approver, delegate in self.delegations
            if delegate == who and level in OWN_LEVELS.get(self.role(approver) or "", set())
        }


def mixed(before: Rules, after: Rules) -> list[Rules]:
    """Whatever may have been in force while rules changed."""
    return [
        Rules(*chosen) for chosen in product(*({a, b} for a, b in zip(_fields(before), _fields(after), strict=True)))
    ]


def _fields(rules: Rules) -> tuple:
    return rules.dfo_limit, rules.ho_limit, rules.tolerance, rules.delegations, rules.roles


@dataclass(frozen=True)
class State:
    """A turn's approval. sanctioned: the last total that somebody entitled saw and approved, or that the rule did.
    since: what change orders came to after that. approvers: (level, person) of all rounds, delegates and whom they
    decided for. ho_ever, ho_last: whether HO ever decided, and in the last approval."""

    stage: int = DRAFT
    archived: bool = False
    status: str = "PENDING"
    amount: Decimal | None = None
    setter: str | None = None
    submitter: str | None = None
    base: Decimal | None = None
    orders: Decimal = Decimal(0)
    order: Decimal | None = None
    before_order: tuple[str, str | None] = ("PENDING", None)
    since: Decimal = Decimal(0)
    sanctioned: Decimal = Decimal(0)
    dfo_decided: bool = False
    ho_ever: bool = False
    ho_last: bool = False
    approvers: frozenset[tuple[str, str]] = frozenset()

    @property
    def level(self) -> str | None:
        return LEVEL.get(self.status)

    @property
    def committed(self) -> Decimal | None:
        return None if self.base is None else self.base + self.orders

    @property
    def asked(self) -> Decimal:
        """The total that waits."""
        if self.order is not None:
            return (self.committed or Decimal(0)) + self.order
        return self.amount or Decimal(0)


def outcomes(state: State, rules: Rules, who: str, act: str, value) -> set[State]:
    """What the act may lead to; empty where it is to be refused."""
    if rules.role(who) is None:
        return set()
    return _ACTS[act](state, rules, who, value)


def _set_amount(state: State, rules: Rules, who: str, amount: Decimal) -> set[State]:
    if rules.role(who) not in HOLDERS:
        return set()
    if amount == state.amount:
        return {state}
    if state.level or state.status in FINAL:
        return set()
    return {replace(state, amount=amount, setter=who)}


def _submit(state: State, rules: Rules, who: str, value=None) -> set[State]:
    if rules.role(who) not in HOLDERS or state.archived or state.status not in ("PENDING", "REJECTED"):
        return set()
    return _submitted(state, rules, who)


def _submitted(state: State, rules: Rules, who: str) -> set[State]:
    if state.amount is None:
        return set()
    sent = replace(state, submitter=who, dfo_decided=False)
    if state.amount <= rules.dfo_limit:
        return {_final(sent, "DFO_APPROVED")}
    return {replace(sent, status="DFO_APPROVAL_NEEDED")}


def _final(state: State, status: str) -> State:
    if state.order is not None:
        state = replace(state, orders=state.orders + state.order, order=None)
    base = state.amount if state.base is None else state.base
    total = (base or Decimal(0)) + state.orders
    return replace(state, status=status, base=base, sanctioned=total, since=Decimal(0))


def _withdraw(state: State, rules: Rules, who: str, value=None) -> set[State]:
    if rules.role(who) not in HOLDERS or state.level is None:
        return set()
    return {_withdrawn(state)}


def _withdrawn(state: State) -> State:
    if state.order is not None:
        return _without_order(state)
    return replace(state, status="PENDING", submitter=None)


def _without_order(state: State) -> State:
    status, submitter = state.before_order
    return replace(state, order=None, status=status, submitter=submitter)


def _approve(state: State, rules: Rules, who: str, value=None) -> set[State]:
    level = state.level
    if level is None or state.archived:
        return set()
    reached = set()
    for principal in rules.principals(who, level):
        deciding = {who, principal}
        other = {person for at, person in state.approvers if at != level}
        if deciding & {state.submitter, state.setter} or deciding & other:
            continue
        approvers = state.approvers | {(level, person) for person in deciding}
        decided = replace(state, approvers=approvers)
        if level == "HO":
            done = replace(decided, dfo_decided=True, ho_ever=True, ho_last=True)
            reached.add(_final(done, "HO_APPROVED"))
        elif state.asked <= rules.ho_limit:
            reached |= _by_dfo_alone(replace(decided, dfo_decided=True, ho_last=False))
        else:
            reached.add(replace(decided, status="HO_APPROVAL_NEEDED"))
    return reached


def _by_dfo_alone(state: State) -> set[State]:
    # Where HO had decided before, either word is true.
    also = {"HO_APPROVED"} if state.order is not None and state.ho_ever else set()
    return {_final(state, status) for status in {"DFO_APPROVED"} | also}


def _reject(state: State, rules: Rules, who: str, value=None) -> set[State]:
    if state.level is None or state.archived:
        return set()
    principals = rules.principals(who, state.level)
    if not principals:
        return set()
    if state.order is not None:
        return {_without_order(state)}
    own = {_withdrawn(state)} if state.submitter in principals | {who} else set()
    return own if state.submitter == who else own | {replace(state, status="REJECTED")}


def _override(state: State, rules: Rules, who: str, value=None) -> set[State]:
    if state.level is None or state.archived or rules.role(who) != "SUPER_ADMIN":
        return set()
    return {_final(replace(state, dfo_decided=True, ho_ever=True, ho_last=True), "HO_APPROVED")}


def _change_order(state: State, rules: Rules, who: str, amount: Decimal) -> set[State]:
    total = state.committed
    if rules.role(who) not in HOLDERS or state.archived or state.status not in FINAL or total is None:
        return set()
    if amount == 0 or total + amount < 0:
        return set()
    recorded = replace(state, orders=state.orders + amount, since=state.since + amount)
    needed = replace(
        state,
        order=amount,
        before_order=(state.status, state.submitter),
        status="DFO_APPROVAL_NEEDED",
        submitter=who,
    )
    if amount < 0:
        return {recorded}
    if recorded.since > state_tolerance(state, rules) or not (state.dfo_decided or total + amount <= rules.dfo_limit):
        return {needed}
    # An approval by the DFO alone came after one by HO: whether HO "has decided" may be read either way.
    within = total + amount <= rules.ho_limit
    reached = set()
    if within or state.ho_ever:
        reached.add(recorded)
    if not within and not state.ho_last:
        reached.add(needed)
    return reached


def state_tolerance(state: State, rules: Rules) -> Decimal:
    return (state.base or Decimal(0)) * rules.tolerance / 100


def _move(state: State, rules: Rules, who: str, to: int) -> set[State]:
    if rules.role(who) not in HOLDERS:
        return set()
    if to == state.stage:
        return {state}
    if to < state.stage and state.level and state.base is None and to < SCOPE <= state.stage:
        state = _withdrawn(state)
    states = {state}
    if state.stage <= SCOPE < to and state.status not in FINAL:
        states = _submitted(state, rules, who) if state.status == "PENDING" else set()
        states = {sent for sent in states if sent.status in FINAL}
    moved = {replace(went, stage=to) for went in states}
    if to != SCOPE:
        return moved
    return {
        sent
        for went in moved
        for sent in (_submitted(went, rules, who) if went.status in ("PENDING", "REJECTED") else {went})
    }


def _put_away(state: State, rules: Rules, who: str, archived: bool) -> set[State]:
    return {replace(state, archived=archived)} if rules.role(who) in HOLDERS else set()


_ACTS = {
    "set amount": _set_amount,
    "submit": _submit,
    "withdraw": _withdraw,
    "approve": _approve,
    "reject": _reject,
    "override": _override,
    "change order": _change_order,
    "move": _move,
    "archive": _put_away,
}
