"""The shapes of charts: a scale of round numbers around what is shown, and nothing outside it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turns_web.reports import charts, words

# The middle of whole days is a whole or a half one.
DAYS = st.integers(0, 80_000).map(lambda halves: halves / 2)


@given(DAYS, DAYS)
def test_a_scale_holds_both_ends_with_few_round_numbers(one, other):
    least, most = sorted((one, other))
    ticks = charts.scale(least, most)
    assert 2 <= len(ticks) <= 6
    assert ticks == sorted(set(ticks))
    assert ticks[0] <= least + 1e-6
    assert ticks[-1] >= most - 1e-6


@pytest.mark.parametrize(
    ("least", "most", "ticks"), [(12.9, 17.5, [12, 14, 16, 18]), (7, 7, [6, 8]), (0, 0, [0, 0.5]), (3, 4, [3, 3.5, 4])]
)
def test_a_scale_is_as_people_would_draw_it(least, most, ticks):
    assert charts.scale(least, most) == ticks


def test_a_line_is_broken_where_nothing_is_known():
    plot = charts.plot([[None, None, None, None], [4, None, 6, 8]])
    assert plot.lines[0].parts == ()
    assert plot.lines[1].parts == (((125, 160),), ((625, 80), (875, 0)))


def test_without_a_figure_there_is_no_plot():
    assert charts.plot([[None], [None]]) is None
    assert charts.plot([]) is None


def test_what_is_past_the_target_is_a_piece_of_its_own():
    late, early, unknown = charts.stage_bars([(10, 20, 5), (5, 5, 10), (None, None, 4)])
    assert (late.within, late.over, late.p90, late.target) == (250, 250, 1000, 250)
    assert (early.within, early.over) == (250, 0)
    assert (unknown.within, unknown.over, unknown.p90) == (0, 0, None)


def test_at_most_twelve_words_stand_under_a_line_and_the_last_is_one():
    shown = charts.thinned([str(month) for month in range(36)])
    assert shown[-1] == "35"
    assert len(shown) == 36
    assert 0 < len([word for word in shown if word]) <= 12


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.days(None), "–"),
        (words.days(1), "1 day"),
        (words.days(17.24), "17.2 days"),
        (words.days(1234.6), "1,235 days"),
        (words.share(0.61), "61 %"),
        (words.share(0.9999), "100.0 %"),
        (words.share(1), "100 %"),
        (words.exact_share(-0.0312), "-3.1 %"),
        (words.amount(None), "–"),
    ],
)
def test_figures_in_words(said, expected):
    assert str(said) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0", "$0"), ("1840.50", "$1,840"), ("1684000", "$1.68 million"), ("-2500000000", "-$2.50 billion")],
)
def test_large_amounts_are_said_short(amount, expected):
    assert str(words.amount(Decimal(amount))) == expected
