"""The parts of the queue as conditions of SQL, and what each is ordered by.

They speak of `t` and `p`, as filters do, of `c` (the change order that waits, if one does) and of `rights`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from turns_web.approvals.queue.place import place
from turns_web.turns.filters import LEASED, Filters
from turns_web.turns.order import sorted_by

# mine: I may decide now. other: it waits for somebody else's decision. sent: I sent it, wherever it is now.
Part = Literal["mine", "other", "sent"]

# When it came to the level that it waits at.
SINCE = """coalesce(CASE t.scope_approval_status WHEN 'HO_APPROVAL_NEEDED' THEN t.dfo_approval_datetime
    ELSE t.submitted_at END, t.created_at)"""
# What a decision is about: the turn's amount, or with a change order all that would be committed.
AMOUNT = """CASE WHEN c.id IS NULL THEN t.turn_amount
    ELSE t.approved_turn_amount + coalesce(t.change_order_amount, 0) + c.amount END"""
WAITING_CHANGE = "LEFT JOIN change_orders c ON c.turn_id = t.id AND c.status = 'NEEDED'"
IS_LEASED = f"coalesce({LEASED} AND p.move_in_date >= :today, false)"
# All of a home that a filter or an order may ask for.
HOME = """street_address, city, state, zip_code, community, county, property_type_id, bedrooms, bathrooms, move_in_date,
    is_section_8, in_disposition, has_insurance, has_squatters, is_core, ownership_status"""
# By a function: no index is used for what is compared before a policy has let the row through.
WAITS = "t.id IN (SELECT waiting_turn_ids())"
IS_WAITING = "t.scope_approval_status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED')"
# At which level somebody decides, and for whom; where by their own role, then not for others. `who`: the two people who
# neither sent the turn nor set its amount nor approved its other level. As decides_for() of the database has it.
RIGHTS = """rights AS MATERIALIZED (
    SELECT r.level, r.decided_for_id, CASE r.level WHEN 'HO' THEN 'HO_APPROVAL_NEEDED' ELSE 'DFO_APPROVAL_NEEDED'
            END::approval_status AS status, ARRAY[CAST(:me AS uuid), coalesce(r.decided_for_id, :me)] AS who
    FROM approval_rights() r
    WHERE r.decided_for_id IS NULL
        OR NOT EXISTS (SELECT FROM approval_rights() own WHERE own.level = r.level AND own.decided_for_id IS NULL)
)"""
MAY_DECIDE = """r.status = t.scope_approval_status AND NOT t.is_archived
    AND NOT coalesce(t.submitted_by = ANY (r.who), false) AND NOT coalesce(t.amount_set_by = ANY (r.who), false)
    AND NOT (r.level = 'HO' AND coalesce(t.dfo_approval_user_id = ANY (r.who), false))
    AND NOT EXISTS (SELECT FROM approval_decisions d WHERE d.turn_id = t.id AND d.decision = 'APPROVE'
        AND d.level <> r.level AND (d.approver_id = ANY (r.who) OR d.decided_for_id = ANY (r.who)))"""
IS_MINE = f"EXISTS (SELECT FROM rights r WHERE {MAY_DECIDE})"
PARTS: Mapping[Part, str] = {
    "mine": f"{WAITS} AND {IS_MINE}",
    "other": f"{WAITS} AND NOT {IS_MINE}",
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
    by = f"{first}, {second}, t.turn_id"
    return Order(first, second, "NULL::text", False, by, follows if after else "true", given)
