"""How far an export is, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from turns_web.exports.rules import left_s, left_words, share

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [(0, None, None), (0, 0, None), (0, 9, 0), (148_201, 250_000, 59), (25, 25, 99)],
)
def test_what_is_still_written_is_never_all(done, total, said):
    assert share(done, total) == said


@pytest.mark.parametrize(
    ("done", "total", "ago_s", "left"),
    [(100, 400, 10, 30.0), (500, 400, 10, 0.0), (0, 400, 10, None), (100, None, 10, None), (100, 400, 0.5, None)],
)
def test_what_is_left_follows_from_the_pace_so_far(done, total, ago_s, left):
    assert left_s(done, total, NOW - timedelta(seconds=ago_s), NOW) == left


def test_before_it_began_nobody_knows_what_is_left():
    assert left_s(5, 10, None, NOW) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (2, "a few seconds left"),
        (38, "about 40 s left"),
        (88, "about 90 s left"),
        (100, "about 2 min left"),
    ],
)
def test_the_words_do_not_flicker(seconds, said):
    assert left_words(seconds) == said
