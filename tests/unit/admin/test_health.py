"""What a report on the parts means in words."""

import pytest

from turns_web.admin.health.rules import parts

WELL = {
    "primary": {"ok": True},
    "replica": {"ok": True, "in_use": True, "lag_s": 0.0},
    "redis": {"ok": True},
    "workers": {"ok": True, "web": 2, "rq": 1},
}


def states(**changed):
    return {part.key: (part.state, part.word) for part in parts(WELL | changed)}


def test_what_is_well_is_said_to_be():
    assert {state for state, _ in states().values()} == {"ok"}


@pytest.mark.parametrize(
    ("changed", "key", "said"),
    [
        ({"primary": {"ok": False}}, "primary", ("late", "Gone")),
        ({"replica": {"ok": False, "in_use": False, "lag_s": None}}, "replica", ("risk", "Gone")),
        ({"replica": {"ok": False, "in_use": False, "lag_s": 4.2}}, "replica", ("risk", "Behind")),
        ({"replica": {"ok": True, "in_use": False, "lag_s": 0.0}}, "replica", ("ok", "Answers")),
        ({"redis": {"ok": False}}, "redis", ("risk", "Gone")),
        ({"workers": {"ok": False, "web": 2, "rq": 0}}, "rq", ("late", "None")),
        ({"workers": {"ok": True, "web": None, "rq": 1}}, "web", ("none", "Unknown")),
    ],
)
def test_what_is_not_well_is_told_apart(changed, key, said):
    assert states(**changed)[key] == said
