"""Which days a report is about, and which it is held against."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from turns_web.core.errors import Senseless
from turns_web.reports.period import Period

TODAY = date(2026, 11, 22)


def asked(**given):
    period = Period.of(MultiDict({name.rstrip("_"): day for name, day in given.items()}), TODAY)
    return str(period.first), str(period.last)


def test_it_is_this_month_so_far_unless_told():
    assert asked() == ("2026-11-01", "2026-11-22")
    assert asked(from_="2026-09-10") == ("2026-09-10", "2026-11-22")
    assert asked(to="2026-10-31") == ("2026-10-01", "2026-10-31")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"from_": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"from_": "2026-11-23"}, "from"),
        ({"from_": "yesterday"}, "from"),
    ],
)
def test_days_in_the_wrong_order_or_none_are_refused_by_name(given, named):
    with pytest.raises(Senseless) as refused:
        asked(**given)
    assert refused.value.name == named


@pytest.mark.parametrize(
    ("first", "last", "before", "a_year_ago"),
    [
        ("2026-11-01", "2026-11-22", ("2026-10-10", "2026-10-31"), ("2025-11-01", "2025-11-22")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31"), ("2025-01-01", "2025-03-31")),
        ("2024-02-29", "2024-02-29", ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
        ("2024-01-01", "2024-12-31", ("2023-01-01", "2023-12-31"), ("2023-01-01", "2023-12-31")),
    ],
)
def test_a_period_is_held_against_the_one_before_or_a_year_ago(first, last, before, a_year_ago):
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    for other, days in ((period.before, before), (period.a_year_ago, a_year_ago)):
        assert (str(other.first), str(other.last)) == days


@given(st.tuples(st.dates(), st.dates()).map(sorted))
def test_every_period_has_one_before(days):
    period = Period(*days)
    assert period.before.first <= period.before.last <= period.last
    assert period.a_year_ago.first <= period.a_year_ago.last
