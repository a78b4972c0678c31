"""What a turn's dates mean, day by day."""

from datetime import date

import pytest

from turns_web.turns import rules
from turns_web.turns.rules import Holder, People

TODAY = date(2026, 3, 11)  # a Wednesday


@pytest.mark.parametrize(
    ("move_out", "days"),
    [(TODAY, 0), (date(2026, 3, 10), 1), (date(2026, 3, 12), None), (None, None), (date(2024, 2, 29), 741)],
)
def test_vacancy_counts_from_the_day_of_the_move_out_which_is_day_0(move_out, days):
    assert rules.days_vacant(move_out, TODAY) == days


def test_a_completed_home_stood_empty_until_it_was_done():
    assert rules.days_vacant(date(2026, 3, 1), TODAY, completed=date(2026, 3, 5)) == 4


def test_what_is_not_open_is_not_stuck():
    assert not rules.is_stuck(False, 90, 2)


def test_time_on_hold_is_no_time_in_the_stage():
    entered = date(2026, 3, 1)
    assert rules.days_in_stage(entered, TODAY) == 10
    assert rules.days_in_stage(entered, TODAY, held_days=4) == 6
    assert rules.days_in_stage(entered, TODAY, held_days=4, held_since=date(2026, 3, 9)) == 4


def test_a_turn_is_stuck_when_it_has_more_days_than_the_stage_allows():
    assert not rules.is_stuck(True, 7, 7)
    assert rules.is_stuck(True, 8, 7)
    assert not rules.is_stuck(True, 80, None)


def test_work_days_end_the_day_before_the_ready_date_and_skip_weekends():
    # Out on Monday 31 August, ready on Saturday 5 September: work on 1 to 4 September.
    assert rules.work_days_left(date(2026, 9, 5), date(2026, 8, 31), date(2026, 8, 31)) == 4
    assert rules.work_days_left(date(2026, 9, 7), date(2026, 9, 4)) == 1  # Friday alone before a Monday
    assert rules.work_days_left(date(2026, 9, 7), date(2026, 9, 5)) == 0
    assert rules.work_days_left(date(2026, 10, 5), date(2026, 9, 7)) == 20


@pytest.mark.parametrize(
    ("expected", "state", "words"),
    [
        (date(2026, 3, 8), "late", "3 d late"),
        (TODAY, "risk", "Due today"),
        (date(2026, 3, 12), "risk", "1 work day left"),
        (date(2026, 3, 20), "ok", "7 work days left"),
        (None, "none", "No ready date"),
    ],
)
def test_standing_says_in_words_what_its_colour_says(expected, state, words):
    found = rules.standing(is_open=True, expected=expected, today=TODAY)
    assert (found.state, found.words) == (state, words)


def test_on_hold_still_says_that_it_is_late():
    held = rules.standing(
        is_open=True, expected=date(2026, 3, 1), today=TODAY, on_hold=True, hold_until=date(2026, 4, 1)
    )
    assert (held.state, held.words) == ("hold", "On hold to 1 Apr, 10 d late")
    assert rules.standing(is_open=True, expected=None, today=TODAY, on_hold=True).words == "On hold"


def test_a_completed_turn_says_whether_it_was_on_time():
    done = date(2026, 3, 9)
    assert rules.standing(is_open=False, expected=done, completed=done, today=TODAY).words == "Done on time"
    overdue = rules.standing(is_open=False, expected=date(2026, 3, 4), completed=done, today=TODAY)
    assert overdue.words == "Done 5 d late"
    assert rules.standing(is_open=False, expected=None, completed=done, today=TODAY).words == "Done"


EVERYBODY = People(manager="Dana Whitfield", senior="Sam Reed", superintendent="Tom Nguyen", vendor="Delta Flooring")


def has_the_ball(people=EVERYBODY, status="PENDING", **state) -> Holder:
    plain = {"on_hold": False, "vendor_works": False, "is_walk": False, "is_complete": False, "sent": False}
    return rules.holder(people, status=status, **(plain | state))


def test_the_ball_goes_with_stage_and_state():
    assert has_the_ball() == Holder("person", "Dana Whitfield", "manager")
    assert has_the_ball(status="DFO_APPROVAL_NEEDED").name == "DFO approver"
    assert has_the_ball(status="HO_APPROVAL_NEEDED").name == "HO approver"
    assert has_the_ball(status="DFO_APPROVED", vendor_works=True) == Holder("company", "Delta Flooring")
    assert has_the_ball(status="DFO_APPROVED", is_walk=True).words == "Tom Nguyen, final walk"
    assert has_the_ball(is_complete=True).words == "Dana Whitfield, to leasing"
    assert has_the_ball(is_complete=True, sent=True).words == "Leasing"


def test_on_hold_the_manager_has_it_whatever_the_stage():
    assert has_the_ball(status="DFO_APPROVED", vendor_works=True, on_hold=True).name == "Dana Whitfield"


def test_where_nobody_is_named_the_ball_is_somebodys_all_the_same():
    nobody = People()
    assert has_the_ball(nobody).name == "No manager yet"
    assert has_the_ball(nobody, vendor_works=True).name == "No manager yet"
    assert has_the_ball(nobody, is_walk=True).name == "Inspector"
    assert has_the_ball(People(senior="Sam Reed")).words == "Sam Reed, senior manager"
