"""What other programs are told of a write of a turn."""

import pytest

from turns_web.turns.events import names
from turns_web.webhooks.fields import NAMES

ROW = {
    "version": 4, "stage_id": "draft", "scope_approval_status": "PENDING",
    "is_open": True, "is_active": True, "is_archived": False,
}  # fmt: skip
DONE = {"stage_id": "complete", "is_open": False}


@pytest.mark.parametrize(
    ("change", "was", "now", "told"),
    [
        ("created", None, {}, ["turn.created"]),
        ("archived", {}, {"is_archived": True, "is_open": False}, ["turn.archived"]),
        ("updated", {}, {}, ["turn.updated"]),
        ("updated", None, {}, ["turn.updated"]),
        ("moved", {}, {"stage_id": "scope"}, ["turn.stage_changed"]),
        (
            "moved",
            {},
            {"stage_id": "scope", "scope_approval_status": "DFO_APPROVAL_NEEDED"},
            ["turn.stage_changed", "turn.submitted"],
        ),
        ("moved", {}, DONE, ["turn.stage_changed", "turn.completed"]),
        ("moved", DONE, {}, ["turn.stage_changed"]),
        ("updated", {}, {"is_open": False, "is_active": False}, ["turn.updated"]),
        ("updated", {}, {"scope_approval_status": "DFO_APPROVAL_NEEDED"}, ["turn.submitted"]),
        ("updated", {"scope_approval_status": "DFO_APPROVAL_NEEDED"}, {}, ["turn.updated"]),
        (
            "updated",
            {"scope_approval_status": "DFO_APPROVAL_NEEDED"},
            {"scope_approval_status": "DFO_APPROVED"},
            ["turn.approved"],
        ),
        (
            "updated",
            {"scope_approval_status": "DFO_APPROVAL_NEEDED"},
            {"scope_approval_status": "HO_APPROVAL_NEEDED"},
            ["turn.updated"],
        ),
        (
            "updated",
            {"scope_approval_status": "HO_APPROVAL_NEEDED"},
            {"scope_approval_status": "REJECTED"},
            ["turn.rejected"],
        ),
    ],
)
def test_a_write_is_told_by_what_it_brought_about(change, was, now, told):
    before = None if was is None else {**ROW, **was}
    assert names(change, {**ROW, **now, "version": 5}, before) == told
    assert set(told) <= NAMES


def test_what_leaves_the_turn_as_it_was_is_no_news_of_it():
    assert names("updated", ROW, ROW) == []
