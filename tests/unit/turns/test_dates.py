"""What a turn's dates may be: refused only where it cannot be, else said."""

from datetime import date

from turns_web.turns.dates import refusals, warnings

TODAY = date(2026, 3, 12)


def refused(move_in=None, **dates):
    return set(refusals(dates, dates, TODAY, move_in))


def test_a_completion_is_today_or_earlier_and_not_before_the_move_out():
    assert refused(turn_completion_date=TODAY, move_out_date=TODAY) == set()
    assert refused(turn_completion_date=date(2026, 3, 13)) == {"turn_completion_date"}
    assert refused(turn_completion_date=date(2026, 3, 1), move_out_date=date(2026, 3, 2)) == {"turn_completion_date"}


def test_a_move_out_after_the_completion_is_the_move_outs_fault():
    turn = {"turn_completion_date": date(2026, 3, 1), "move_out_date": date(2026, 3, 5)}
    assert set(refusals(turn, {"move_out_date": date(2026, 3, 5)}, TODAY, None)) == {"move_out_date"}
    assert refusals(turn, {"final_walk_date": date(2026, 3, 2)}, TODAY, None) == {}


def test_nobody_moves_in_before_the_move_out():
    assert refused(move_in=date(2026, 3, 20), move_out_date=date(2026, 3, 21)) == {"move_out_date"}
    assert refused(move_in=date(2026, 3, 20), move_out_date=date(2026, 3, 20)) == set()


def test_the_last_residents_move_in_is_no_matter():
    assert refused(move_in=date(2021, 5, 1), move_out_date=date(2026, 3, 1)) == set()


def test_what_is_out_of_order_is_said():
    turn = {
        "notice_date": date(2026, 3, 3),
        "move_out_date": date(2026, 3, 2),
        "occupancy_check_date": date(2026, 3, 1),
        "expected_completion_date": date(2026, 3, 20),
    }
    assert len(warnings(turn)) == 2
    assert "after the move-in" in warnings(turn, date(2026, 3, 15))[-1]
    assert warnings({"move_out_date": date(2028, 2, 29), "occupancy_check_date": date(2028, 2, 29)}) == []
