"""The rules about a turn's dates. Pure: plain values in, sentences out.

Only what cannot be is refused; what is merely out of order is said, for people type late.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from turns_web.core.fields import Day

_say = Day(label="Day").words

# Pairs that usually come in this order, as (earlier, later, what to say).
_ORDER = (
    ("notice_date", "move_out_date", "The notice is dated after the move-out."),
    ("move_out_date", "occupancy_check_date", "The occupancy check is dated before the move-out."),
    ("move_out_date", "expected_completion_date", "The ready date is before the move-out."),
    ("occupancy_check_date", "final_walk_date", "The final walk is dated before the occupancy check."),
    ("turn_assignment_date", "final_walk_date", "The final walk is dated before the vendor was assigned."),
    ("final_walk_date", "turn_completion_date", "The turn was completed before its final walk."),
    ("turn_completion_date", "sent_to_leasing_date", "It was sent to leasing before it was completed."),
)


def refusals(turn: Mapping[str, Any], changed: Mapping[str, Any], today: date, move_in: date | None) -> dict[str, str]:
    """What cannot be, by field, of the dates that are being set. turn: as it would be; move_in: the home's next."""
    faults: dict[str, str] = {}
    move_out, completed = turn.get("move_out_date"), turn.get("turn_completion_date")
    if completed and "turn_completion_date" in changed and completed > today:
        faults["turn_completion_date"] = f"Enter today or an earlier day: {_say(completed)} is still to come."
    if completed and move_out and completed < move_out:
        named = "turn_completion_date" if "turn_completion_date" in changed else "move_out_date"
        if named in changed:
            faults[named] = (
                f"It was completed {_say(completed)}, before the move-out on {_say(move_out)}. Mend one of them."
            )
    if move_in and move_out and "move_out_date" in changed and move_in < move_out and move_in >= today:
        faults["move_out_date"] = f"The next resident moves in {_say(move_in)}, before this move-out. Mend one of them."
    return faults


def warnings(turn: Mapping[str, Any], move_in: date | None = None) -> list[str]:
    """What is out of order but may be so."""
    said = [
        sentence
        for earlier, later, sentence in _ORDER
        if turn.get(earlier) and turn.get(later) and turn[later] < turn[earlier]
    ]
    ready = turn.get("expected_completion_date")
    if move_in and ready and turn.get("turn_completion_date") is None and ready > move_in:
        said.append(f"Ready is after the move-in on {_say(move_in)}.")
    return said
