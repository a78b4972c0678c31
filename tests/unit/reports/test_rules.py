"""Medians of turns that were counted by their days are the medians of the turns."""

import statistics
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turns_web.reports import rules

counted = st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 40)), st.integers(1, 5)), max_size=30)


def one_by_one(counts):
    return sorted(days for days, turns in counts if days is not None for _ in range(turns))


@given(counted)
def test_mean_median_and_percentile_are_those_of_the_turns_themselves(counts):
    found, turns = rules.merged(counts), one_by_one(counts)
    if not turns:
        assert (rules.mean(found), rules.median(found), rules.percentile(found, 0.9)) == (None, None, None)
        return
    assert rules.mean(found) == pytest.approx(statistics.mean(turns))
    assert rules.median(found) == statistics.median(turns)
    assert rules.percentile(found, 0.9) == turns[ceil(0.9 * len(turns)) - 1]


def test_turns_of_4_7_and_19_days():
    found = rules.merged([(19, 1), (None, 1), (4, 1), (7, 1)])
    assert (rules.mean(found), rules.median(found), rules.percentile(found, 0.9)) == (10.0, 7, 19)
