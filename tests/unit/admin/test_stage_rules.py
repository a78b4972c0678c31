"""What an order of stages must be, and what a move out of a retired one does to approval."""

from uuid import UUID

import pytest

from turns_web.admin.stages import rules
from turns_web.turns.stages import Stage, Way


def stage(number, **columns):
    return Stage(UUID(int=number), f"Stage {number}", number, **columns)


DRAFT, SCOPE, WORK, DONE = stage(1), stage(2, requires_approval=True), stage(3), stage(4, is_complete_stage=True)
WAY = Way((DRAFT, SCOPE, WORK, DONE))


def test_what_completes_comes_last():
    assert rules.order_fault(WAY.stages) is None
    assert rules.order_fault([DRAFT, DONE, WORK]) == "Stage 4 completes a turn: Stage 3 cannot come after it."


def test_a_retired_stage_stays_behind_the_one_that_it_came_after():
    retired = Way((stage(1, is_active=False), DRAFT, SCOPE, stage(9, is_active=False), WORK, DONE))
    order = rules.with_retired(Way(retired.stages[1:]), [WORK.id, SCOPE.id, DRAFT.id, DONE.id])
    assert [id.int for id in order] == [3, 2, 9, 1, 4]


def test_a_complete_turn_goes_to_no_stage_under_way():
    assert not rules.may_take_over(DONE, WORK)
    assert rules.may_take_over(WORK, DONE)
    assert not rules.may_take_over(WORK, stage(5, is_active=False))


@pytest.mark.parametrize(
    ("here", "to", "status", "effect"),
    [
        (SCOPE, DRAFT, "DFO_APPROVAL_NEEDED", "withdraws"),
        (WORK, DRAFT, "HO_APPROVAL_NEEDED", "withdraws"),
        (WORK, SCOPE, "DFO_APPROVAL_NEEDED", None),
        (DRAFT, SCOPE, "PENDING", "sends"),
        (DRAFT, SCOPE, "REJECTED", "sends"),
        (DRAFT, SCOPE, "DFO_APPROVED", None),
        (DRAFT, WORK, "PENDING", None),
    ],
)
def test_what_a_move_does_to_approval_is_known_beforehand(here, to, status, effect):
    assert rules.approval_effect(WAY, here, to, status, has_base=False) == effect


def test_no_move_withdraws_a_change_order():
    assert rules.approval_effect(WAY, WORK, DRAFT, "DFO_APPROVAL_NEEDED", has_base=True) is None
