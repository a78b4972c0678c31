"""Weeks, months, quarters and years: where they begin and end, what they are called, the ways between them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from turns_web.reports import calendar
from turns_web.reports.asking import Asked
from turns_web.reports.calendar import UNITS
from turns_web.reports.frame import Frame
from turns_web.reports.period import Period

TODAY = date(2026, 11, 21)


def frame(**query) -> Frame:
    address = MultiDict(query)
    return Frame.of(address, Asked.of(address, TODAY))


@given(st.sampled_from(list(UNITS)), st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_each_follows_the_one_before_without_a_gap(unit, day):
    first, last = calendar.start(unit, day), calendar.end(unit, day)
    assert first <= day <= last
    assert calendar.start(unit, last) == first
    assert calendar.start(unit, calendar.after(unit, day)) == last + timedelta(days=1)
    assert calendar.end(unit, calendar.before(unit, day)) == first - timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (date(2026, 11, 1), TODAY, "November"),
        (date(2025, 11, 1), date(2025, 11, 30), "November 2025"),
        (date(2026, 10, 1), TODAY, "Q4"),
        (date(2025, 1, 1), date(2025, 3, 31), "Q1 2025"),
        (date(2026, 1, 1), TODAY, "2026"),
        (date(2026, 11, 16), TODAY, "16–21 Nov"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 Oct – 3 Nov"),
        (date(2025, 12, 1), date(2026, 1, 3), "1 Dec 2025 – 3 Jan 2026"),
        (date(2025, 11, 3), date(2025, 11, 3), "3 Nov 2025"),
    ],
)
def test_a_period_is_called_what_people_call_it(first, last, name):
    assert calendar.name(Period(first, last), TODAY) == name


def test_a_heading_always_has_the_year():
    assert calendar.days(frame().period) == "1–21 Nov 2026"
    assert calendar.days(Period(date(1990, 1, 1), TODAY)) == "1 Jan 1990 – 21 Nov 2026"


def test_without_a_word_it_is_this_month_so_far():
    assert frame().period == Period(date(2026, 11, 1), TODAY)
    assert frame().pairs() == [("period", "month")]


def test_days_of_ones_own_stay_and_win_over_a_name():
    asked = frame(period="year", **{"from": "2026-10-05", "to": "2026-10-20"})
    assert asked.unit is None
    assert asked.pairs() == [("from", "2026-10-05"), ("to", "2026-10-20")]
    before, after = asked.steps()
    assert (before.words, after.words) == ("19 Sep – 4 Oct", "21 Oct – 5 Nov")


def test_one_steps_to_whole_months_and_to_the_running_one_by_its_name():
    before, after = frame(**{"from": "2026-10-01", "to": "2026-10-31"}).steps()
    assert before.href == "/reports?from=2026-09-01&to=2026-09-30"
    assert after.href == "/reports?period=month"
    assert frame().steps()[1] is None


def test_ways_keep_the_filter_and_what_it_is_held_against():
    asked = frame(period="quarter", against="year", market="Elk Grove", is_archived="1", sort="-turn_id")
    assert asked.units()[3][1].href == "/reports?period=year&against=year&market=Elk+Grove"
    assert asked.at("market=Folsom") == "/reports?period=quarter&against=year&market=Folsom"


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_every_way_leads_to_a_period_that_has_begun(one, other):
    asked = frame(**{"from": str(min(one, other)), "to": str(max(one, other))})
    for _, way in asked.units():
        query = dict(pair.split("=") for pair in way.href.split("?")[1].split("&"))
        assert frame(**query).period.first <= TODAY
