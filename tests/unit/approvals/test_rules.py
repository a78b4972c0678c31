"""Who may decide, submit and change the amount, in words."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from turns_web.approvals.rules import (
    Asked,
    amount_lock,
    decides_at,
    what_follows,
    who_decides,
    why_not_decide,
    why_not_submit,
)
from turns_web.core.identity import Role

ME, MAKER = uuid4(), uuid4()
WAITS = Asked("DFO_APPROVAL_NEEDED", Decimal("500.00"), None, MAKER, MAKER, None)
AT_HO = replace(WAITS, status="HO_APPROVAL_NEEDED", amount=Decimal("9000.00"), dfo_approved_by=MAKER)
LIMIT = Decimal("7500.00")


def test_each_level_is_decided_by_its_own_role_and_the_super_administrator():
    assert {role for role in Role if decides_at(role, "DFO")} == {Role.DFO_APPROVER, Role.SUPER_ADMIN}
    assert {role for role in Role if decides_at(role, "HO")} == {Role.HO_APPROVER, Role.SUPER_ADMIN}
    assert not any(decides_at(role, None) for role in Role)


def test_who_may_decide_is_told_nothing_against_it():
    assert why_not_decide(ME, Role.DFO_APPROVER, WAITS) is None
    assert why_not_decide(ME, Role.HO_APPROVER, AT_HO) is None


@pytest.mark.parametrize(
    ("asked", "role", "said"),
    [
        (WAITS, Role.HO_APPROVER, "waits for DFO"),
        (AT_HO, Role.DFO_APPROVER, "waits for HO"),
        (WAITS, Role.PROPERTY_MANAGER, "your role does not decide"),
        (replace(WAITS, submitted_by=ME), Role.DFO_APPROVER, "You sent this"),
        (replace(WAITS, amount_set_by=ME), Role.DFO_APPROVER, "last to set the amount"),
        (replace(AT_HO, dfo_approved_by=ME), Role.SUPER_ADMIN, "approved this as DFO"),
        (replace(WAITS, status="PENDING"), Role.DFO_APPROVER, "Nothing waits"),
        (replace(WAITS, is_archived=True), Role.DFO_APPROVER, "Nothing waits"),
    ],
)
def test_who_may_not_is_told_why(asked, role, said):
    assert said in why_not_decide(ME, role, asked)


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
