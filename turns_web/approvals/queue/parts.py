"""The parts of the queue as conditions of SQL, and what each is ordered by. They speak of `t` and `p`, as filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from turns_web.approvals.queue.place import place
from turns_web.approvals.rules import WAITING, decides_at
from turns_web.core.identity import Identity
from turns_web.turns.filters import LEASED, Filters
from turns_web.turns.order import sorted_by

# mine: I may decide now. other: it waits for somebody else's decision. sent: I sent it, wherever it is now.
Part = Literal["mine", "other", "sent"]

# When it came to the level that it waits at.
SINCE = """coalesce(CASE t.scope_approval_status WHEN 'HO_APPROVAL_NEEDED' THEN t.dfo_approval_datetime
    ELSE t.submitted_at END, t.created_at)"""
IS_LEASED = f"coalesce({LEASED} AND p.move_in_date >= :today, false)"
IS_WAITING = "t.scope_approval_status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED')"
# What approving would be refused for; see rules.why_not_decide.
IS_MINE = """(t.scope_approval_status = ANY(CAST(:levels AS approval_status[]))
    AND t.submitted_by IS DISTINCT FROM :me AND t.amount_set_by IS DISTINCT FROM :me
    AND NOT (t.scope_approval_status = 'HO_APPROVAL_NEEDED' AND t.dfo_approval_user_id IS NOT DISTINCT FROM :me))"""
PARTS: Mapping[Part, str] = {
    "mine": f"{IS_WAITING} AND {IS_MINE}",
    "other": f"{IS_WAITING} AND NOT {IS_MINE}",
    "sent": "t.submitted_by = :me",
}

# What a list is ordered by, each ascending, with turn_id behind. What waits: leased first by move-in, then the oldest.
# What one sent: rejected first, then what still waits, then the latest.
_WAITING_ORDER = (
    f"CASE WHEN {IS_LEASED} THEN p.move_in_date - :today ELSE 9999999 END",
    f"extract(epoch FROM {SINCE})",
)
_SENT_ORDER = (
    "CASE t.scope_approval_status WHEN 'REJECTED' THEN 0 WHEN 'DFO_APPROVAL_NEEDED' THEN 1 "
    "WHEN 'HO_APPROVAL_NEEDED' THEN 1 ELSE 2 END",
    f"-extract(epoch FROM {SINCE})",
)


@dataclass(frozen=True, slots=True)
class Order:
    """first, second: what a row is ordered by; value: the column it is sorted by instead, where one is asked for."""

    first: str
    second: str
    value: str
    is_sorted: bool
    by: str
    follows: str
    given: Mapping[str, Any]


def who(identity: Identity) -> dict[str, Any]:
    """What the parts ask of a person."""
    levels = [status for status, level in WAITING.items() if decides_at(identity.role, level)]
    return {"me": identity.user_id, "levels": levels}


def order_of(part: Part, filters: Filters, after: list[Any] | None) -> Order:
    """after: the key of the last row shown, as Item.key has it. Raises Senseless for one that is none."""
    first, second = _SENT_ORDER if part == "sent" else _WAITING_ORDER
    if filters.sort:
        by = sorted_by(filters.sort)
        after = place(after, (by.type, "text"))
        given = {"after_turn_id": after[1], "after_value": after[0]} if after else {}
        if after and after[0] is None:
            del given["after_value"]
        return Order(first, second, by.column, True, by.order_by, by.after(after[0]) if after else "true", given)
    after = place(after, ("integer", "numeric", "text"))
    follows = (
        f"({first}, {second}, t.turn_id) > "
        "(CAST(:after_first AS integer), CAST(:after_second AS numeric), CAST(:after_turn_id AS text))"
    )
    given = dict(zip(("after_first", "after_second", "after_turn_id"), after or (), strict=False))
    return Order(
        first, second, "NULL::text", False, f"{first}, {second}, t.turn_id", follows if after else "true", given
    )
