"""Dates that follow from others, and dates that a person set and that never change by themselves."""

from datetime import date, timedelta

import pytest

from tests.db.conftest import refused
from tests.factories import STAGES, approved, make_property, make_turn, make_vendor

OUT = date(2026, 8, 31)


@pytest.fixture
def turn_of(admin, people):
    def make(stage="Draft", **columns):
        home = make_property(admin, people["PROPERTY_MANAGER"], timezone=columns.pop("timezone", None))
        return make_turn(admin, home, stage, **{"move_out_date": OUT, **columns})

    return make


@pytest.fixture
def change(acting, people):
    def act(turn, by="PROPERTY_MANAGER", **columns):
        sets = ", ".join(f"{name} = %({name})s" for name in columns)
        with acting(people[by]) as connection:
            return connection.execute(
                f"UPDATE turns SET {sets} WHERE id = %(id)s RETURNING expected_completion_date AS expected,"
                " expected_completion_is_computed AS computed, first_expected_completion_date AS first,"
                " turn_completion_date AS completed, turn_assignment_date AS assigned, is_open",
                {"id": turn.id, **columns},
            ).fetchone()

    return act


@pytest.mark.parametrize(
    ("grade", "days"), [(None, 7), ("LIGHT", 4), ("STANDARD", 7), ("HEAVY", 14), ("RENOVATION", 30)]
)
def test_the_expected_date_is_computed_by_grade(turn_of, grade, days):
    turn = turn_of(grade=grade)
    assert turn.expected_completion_date == OUT + timedelta(days=days)
    assert turn.expected_completion_is_computed


def test_without_a_move_out_there_is_none_until_there_is_one(turn_of, change):
    turn = turn_of(move_out_date=None)
    assert (turn.expected_completion_date, turn.expected_completion_is_computed) == (None, True)
    assert change(turn, move_out_date=OUT).expected == OUT + timedelta(days=7)


def test_a_computed_date_goes_with_what_it_is_computed_from(turn_of, change):
    turn = turn_of()
    assert change(turn, grade="HEAVY").expected == OUT + timedelta(days=14)
    assert change(turn, move_out_date=OUT + timedelta(days=1)).expected == OUT + timedelta(days=15)


def test_a_date_that_a_person_set_never_changes_by_itself(turn_of, change):
    turn, theirs = turn_of(), date(2026, 12, 24)
    row = change(turn, expected_completion_date=theirs)
    assert (row.expected, row.computed) == (theirs, False)
    row = change(turn, grade="LIGHT", move_out_date=OUT + timedelta(days=9))
    assert (row.expected, row.computed) == (theirs, False)


def test_emptied_it_is_computed_again(turn_of, change):
    turn = turn_of(expected_completion_date=date(2026, 12, 24))
    assert not turn.expected_completion_is_computed
    row = change(turn, expected_completion_date=None)
    assert (row.expected, row.computed) == (OUT + timedelta(days=7), True)


def test_the_first_expected_date_is_the_one_when_it_was_first_sent(turn_of, change):
    turn = turn_of(turn_amount=900)
    assert change(turn, stage_id=STAGES["Scope Approval"]).first == OUT + timedelta(days=7)
    assert change(turn, expected_completion_date=date(2026, 12, 24)).first == OUT + timedelta(days=7)


def test_or_when_it_was_completed(turn_of, change):
    turn = turn_of("Final Walk")
    assert turn.first_expected_completion_date is None
    assert change(turn, by="ADMIN", stage_id=STAGES["Complete"]).first == OUT + timedelta(days=7)


def test_completing_sets_the_date_if_it_is_empty_and_reopening_clears_it(admin, turn_of, change):
    turn = turn_of("Final Walk", timezone="Pacific/Kiritimati", **approved(900))
    row = change(turn, stage_id=STAGES["Complete"])
    assert (row.completed, row.is_open) == (local_day(admin, "Pacific/Kiritimati"), False)
    row = change(turn, stage_id=STAGES["Final Walk"])
    assert (row.completed, row.is_open) == (None, True)
    theirs = OUT + timedelta(days=5)
    assert change(turn, stage_id=STAGES["Complete"], turn_completion_date=theirs).completed == theirs


def test_today_is_the_homes_own(admin, turn_of, change):
    west, east = (turn_of("Final Walk", timezone=zone, **approved(9)) for zone in ("Etc/GMT+12", "Etc/GMT-14"))
    done = [change(turn, stage_id=STAGES["Complete"]).completed for turn in (west, east)]
    assert done == [local_day(admin, "Etc/GMT+12"), local_day(admin, "Etc/GMT-14")]
    assert done[0] < done[1]


def test_nothing_is_completed_before_the_move_out(turn_of, change):
    with refused("turns_completed_after_move_out"):
        change(turn_of(), turn_completion_date=OUT - timedelta(days=1))


def test_the_first_vendor_sets_the_assignment_date_and_the_next_keeps_it(admin, turn_of, change):
    turn = turn_of(timezone="Asia/Tokyo")
    given = change(turn, vendor_id=make_vendor(admin).id).assigned
    assert given == local_day(admin, "Asia/Tokyo")
    admin.execute("UPDATE turns SET turn_assignment_date = '2026-01-02' WHERE id = %s", [turn.id])
    assert change(turn, vendor_id=make_vendor(admin).id).assigned == date(2026, 1, 2)


def test_a_hold_until_a_day_needs_a_reason(turn_of, change):
    with refused("turns_hold_until_needs_reason"):
        change(turn_of(), hold_until=OUT)


def local_day(admin, zone):
    return admin.execute("SELECT (now() AT TIME ZONE %s)::date", [zone]).fetchone()[0]


def test_a_computed_date_stays_within_the_calendar(turn_of, change):
    """One that Python has no date for would end every page that shows it."""
    turn = turn_of()
    assert change(turn, move_out_date=date.max, grade="RENOVATION").expected == date.max


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("move_out_date", "-infinity", "turns_days_known"),
        ("turn_completion_date", "infinity", "turns_days_known"),
        ("move_out_date", "10000-01-01", "turns_days_known"),
        ("stage_entered_on", "4000-01-01 BC", "turns_days_known"),
        ("expected_completion_date", "infinity", "turns_days_known"),
        ("next_move_in_date", "infinity", "turns_days_known"),
        ("approved_turn_amount", "NaN", "turns_numbers_known"),
        ("monthly_rent", "NaN", "turns_numbers_known"),
    ],
)
def test_what_nobody_can_reckon_with_is_not_kept(admin, turn_of, column, value, constraint):
    """One such row ended the reports and the files of all who see it."""
    turn = turn_of()
    with refused(constraint):
        admin.execute(f"UPDATE turns SET {column} = %s WHERE id = %s", [value, turn.id])
