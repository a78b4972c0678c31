"""What a move asks for: every unmet demand at once, in words."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from turns_web.turns.moving.rules import Turn, Vendor, unmet_demands
from turns_web.turns.stages import Stage, Way

TODAY = date(2026, 3, 11)


def stage(order: int, name: str, **flags) -> Stage:
    return Stage(id=UUID(int=order), name=name, display_order=order, **flags)


DRAFT = stage(1, "Draft")
SCOPE = stage(2, "Scope Approval", is_amount_required=True, requires_approval=True)
WORK = stage(3, "In Progress", is_vendor_required=True)
WALK = stage(4, "Final Walk")
DONE = stage(5, "Complete", is_complete_stage=True)
OLD = stage(6, "Old", is_active=False)
WAY = Way((DRAFT, SCOPE, WORK, WALK, DONE, OLD))

GOOD = Vendor("Delta Flooring", is_active=True, is_approved=True, insured_until=TODAY)


def turn(status="PENDING", amount="3120", vendor=GOOD, **other) -> Turn:
    return Turn(
        status=status,
        amount=Decimal(amount) if amount else None,
        vendor=vendor,
        dfo_limit=other.pop("dfo_limit", Decimal(0)),
        **other,
    )


def demands(here, to, of, note=None) -> dict[str, list[str]]:
    return unmet_demands(WAY, here, to, of, note, TODAY)


def test_skipping_from_draft_into_the_work_names_all_that_is_missing():
    found = demands(DRAFT, WORK, turn(amount=None, vendor=None))
    assert set(found) == {"turn_amount", "vendor_id", "scope_approval_status"}
    assert "move it to Scope Approval" in found["scope_approval_status"][0]


def test_entering_the_approval_asks_for_an_amount_and_for_no_approval():
    assert set(demands(DRAFT, SCOPE, turn(amount=None))) == {"turn_amount"}
    assert demands(DRAFT, SCOPE, turn()) == {}


def test_leaving_or_passing_the_approval_asks_for_it():
    for here in (DRAFT, SCOPE):
        assert set(demands(here, WORK, turn("DFO_APPROVAL_NEEDED"))) == {"scope_approval_status"}
        assert "head office" in demands(here, WALK, turn("HO_APPROVAL_NEEDED"))["scope_approval_status"][0]
        assert demands(here, WORK, turn("DFO_APPROVED")) == {}
        assert demands(here, DONE, turn("HO_APPROVED")) == {}


def test_a_rejection_is_repeated_with_its_reason():
    assert "“Too dear”" in demands(SCOPE, WORK, turn("REJECTED", reject_reason="Too dear"))["scope_approval_status"][0]


def test_what_the_rule_alone_approves_goes_on_exactly_at_the_limit_too():
    assert demands(DRAFT, WORK, turn(amount="500.00", dfo_limit=Decimal(500))) == {}
    assert set(demands(DRAFT, WORK, turn(amount="500.01", dfo_limit=Decimal(500)))) == {"scope_approval_status"}
    assert demands(DRAFT, WORK, turn(amount="0")) == {}
    assert "scope_approval_status" in demands(DRAFT, WORK, turn("REJECTED", amount="0"))


def test_a_vendor_works_only_when_active_approved_and_insured_on_the_day():
    assert demands(SCOPE, WORK, turn("DFO_APPROVED", vendor=GOOD)) == {}
    bad = Vendor("Delta", is_active=False, is_approved=False, insured_until=date(2026, 3, 10))
    found = demands(SCOPE, WORK, turn("DFO_APPROVED", vendor=bad))["vendor_id"]
    assert [said.split()[-1] for said in found] == ["vendor.", "vendors.", "Mar."]
    uninsured = Vendor("Delta", is_active=True, is_approved=True, insured_until=None)
    assert demands(SCOPE, WORK, turn("DFO_APPROVED", vendor=uninsured))["vendor_id"] == [
        "Delta has no insurance on file."
    ]


def test_later_stages_ask_for_what_the_earlier_ones_asked_for():
    assert set(demands(WORK, WALK, turn("DFO_APPROVED", vendor=None))) == {"vendor_id"}
    assert set(demands(WORK, DONE, turn("DFO_APPROVED", amount=None, vendor=None))) == {"turn_amount", "vendor_id"}


def test_going_back_needs_a_note_and_no_approval():
    assert demands(WALK, WORK, turn("DFO_APPROVED")) == {"note": ["Say why it goes back to In Progress."]}
    assert demands(WALK, SCOPE, turn("DFO_APPROVED"), note="Paint is wet") == {}
    assert demands(SCOPE, DRAFT, turn("DFO_APPROVAL_NEEDED"), note="Wrong unit") == {}


def test_a_completed_turn_does_not_come_back_to_a_home_with_another_open_one():
    found = demands(DONE, WORK, turn("DFO_APPROVED", open_elsewhere="T-2026-000007"), note="Leak")
    assert found == {"property_id": ["T-2026-000007 is open at this home: complete or archive it first."]}


def test_an_unknown_or_retired_stage_takes_in_nothing():
    assert set(demands(DRAFT, None, turn())) == {"stage_id"}
    assert demands(DRAFT, OLD, turn()) == {"stage_id": ["Old takes in no more turns."]}
