"""Who may decide, submit and change the amount, in words."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from turns_web.approvals.rules import (
    Asked,
    Change,
    amount_lock,
    decides_at,
    levels_of,
    what_follows,
    who_decides,
    why_not_change,
    why_not_decide,
    why_not_submit,
)
from turns_web.core.identity import Identity, Role

ME, MAKER = uuid4(), uuid4()
WAITS = Asked("DFO_APPROVAL_NEEDED", Decimal("500.00"), None, MAKER)
AT_HO = replace(WAITS, status="HO_APPROVAL_NEEDED", amount=Decimal("9000.00"))
LIMIT = Decimal("7500.00")


def me(role, *stands_in):
    return Identity(ME, Role(role), stands_in=stands_in)


def test_each_level_is_decided_by_its_own_role_and_the_super_administrator():
    assert {role for role in Role if decides_at(role, "DFO")} == {Role.DFO_APPROVER, Role.SUPER_ADMIN}
    assert {role for role in Role if decides_at(role, "HO")} == {Role.HO_APPROVER, Role.SUPER_ADMIN}
    assert not any(decides_at(role, None) for role in Role)


def test_who_stands_in_decides_at_the_others_level_beside_their_own():
    assert levels_of(me("USER", "HO")) == {"HO"}
    assert levels_of(me("DFO_APPROVER", "HO")) == {"DFO", "HO"}
    assert levels_of(me("ADMIN")) == set()


def test_who_may_decide_is_told_nothing_against_it():
    assert why_not_decide(me("DFO_APPROVER"), replace(WAITS, may_decide=True)) is None
    assert why_not_decide(me("USER", "HO"), replace(AT_HO, may_decide=True)) is None


@pytest.mark.parametrize(
    ("asked", "who", "said"),
    [
        (WAITS, me("HO_APPROVER"), "waits for DFO"),
        (AT_HO, me("DFO_APPROVER"), "waits for HO"),
        (WAITS, me("PROPERTY_MANAGER", "HO"), "your role does not decide"),
        (replace(WAITS, submitted_by=ME), me("DFO_APPROVER"), "You sent this"),
        (replace(WAITS, barred="approval_own"), me("DFO_APPROVER"), "set its amount"),
        (replace(AT_HO, barred="approval_both_levels"), me("SUPER_ADMIN"), "approved this as DFO"),
        (replace(WAITS, status="PENDING"), me("DFO_APPROVER"), "Nothing waits"),
        (replace(WAITS, is_archived=True), me("DFO_APPROVER"), "Nothing waits"),
    ],
)
def test_who_may_not_is_told_why(asked, who, said):
    assert said in why_not_decide(who, asked)


def test_a_change_order_says_what_it_makes_of_the_whole():
    change = Change(2, Decimal("400.00"), "Subfloor", Decimal("3120.00"))
    assert change.words == "+$400.00 on $3,120.00 → $3,520.00"
    assert replace(change, amount=Decimal("-20.00")).words == "-$20.00 on $3,120.00 → $3,100.00"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (replace(WAITS, status="DFO_APPROVED", approved_amount=Decimal(5)), None),
        (replace(WAITS, status="PENDING"), "Nothing is approved yet"),
        (replace(WAITS, approved_amount=Decimal(5)), "waits for approval"),
        (replace(WAITS, status="HO_APPROVED", approved_amount=Decimal(5), is_archived=True), "archived"),
    ],
)
def test_why_no_change_order_can_be_recorded(asked, said):
    why = why_not_change(asked)
    assert why is None if said is None else said in why


def test_exactly_at_a_limit_is_within_it():
    assert "nobody has to approve" in who_decides(Decimal("100.00"), Decimal("100.00"), LIMIT)
    assert "that is final" in who_decides(LIMIT, Decimal(0), LIMIT)
    assert "then HO" in who_decides(LIMIT + Decimal("0.01"), Decimal(0), LIMIT)
    assert "your word is final" in what_follows(replace(WAITS, amount=LIMIT), LIMIT)
    assert "HO decides after you" in what_follows(replace(WAITS, amount=LIMIT + Decimal("0.01")), LIMIT)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (replace(WAITS, status="PENDING"), None),
        (replace(WAITS, status="REJECTED"), None),
        (replace(WAITS, status="PENDING", amount=None), "Enter the amount"),
        (WAITS, "waits for DFO already"),
        (replace(WAITS, status="HO_APPROVED"), "approved already"),
        (replace(WAITS, status="PENDING", is_archived=True), "archived"),
    ],
)
def test_why_a_turn_cannot_be_sent(asked, said):
    why = why_not_submit(asked)
    assert why is None if said is None else said in why


def test_the_amount_is_locked_while_it_waits_and_once_approved():
    assert amount_lock("PENDING", None) is None
    assert amount_lock("REJECTED", None) is None
    assert amount_lock("HO_APPROVAL_NEEDED", None) == "Waiting for approval: withdraw it first"
    assert amount_lock("DFO_APPROVED", Decimal("3120.00")) == "Approved at $3,120: record a change order"
    assert amount_lock("DFO_APPROVED", Decimal("3120.50")) == "Approved at $3,120.50: record a change order"
