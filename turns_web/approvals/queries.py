"""The queue: what waits for a decision, at which level, since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from turns_web.approvals.card import Card, card_of
from turns_web.approvals.rules import WAITING, decides_at
from turns_web.core import versioned
from turns_web.core.identity import Identity
from turns_web.schema import properties, turns
from turns_web.settings.fields import SETTINGS
from turns_web.turns.filters import LEASED, Filters
from turns_web.turns.order import sorted_by

SIZE = 50

# mine: I may decide now. other: it waits for somebody else's decision. sent: I sent it, wherever it is now.
Part = Literal["mine", "other", "sent"]


@dataclass(frozen=True, slots=True)
class Item:
    """One turn in the queue. since: when it came to the level it waits at; asked_by: who sent it."""

    card: Card
    turn_id: str
    stage_id: Any
    stage_name: str
    unit: str | None
    place: str
    grade: str | None
    vendor: str | None
    move_in_date: date | None
    move_out_date: date | None
    expected_completion_date: date | None
    is_leased: bool
    is_second: bool
    is_open: bool
    asked_by: str | None
    submitted_at: datetime | None
    since: datetime | None
    note: str | None
    key: list[Any]


@dataclass(frozen=True, slots=True)
class Sum:
    """What a part of the queue comes to."""

    count: int
    amount: Decimal
    oldest: datetime | None


_SINCE = """coalesce(CASE t.scope_approval_status WHEN 'HO_APPROVAL_NEEDED' THEN t.dfo_approval_datetime
    ELSE t.submitted_at END, t.created_at)"""
_IS_LEASED = f"coalesce({LEASED} AND p.move_in_date >= :today, false)"
# What a list is ordered by, each ascending, with turn_id behind. What waits: leased first by move-in, then the oldest.
# What one sent: rejected first, then what still waits, then the latest.
_WAITING_ORDER = (
    f"CASE WHEN {_IS_LEASED} THEN p.move_in_date - :today ELSE 9999999 END",
    f"extract(epoch FROM {_SINCE})",
)
_SENT_ORDER = (
    "CASE t.scope_approval_status WHEN 'REJECTED' THEN 0 WHEN 'DFO_APPROVAL_NEEDED' THEN 1 "
    "WHEN 'HO_APPROVAL_NEEDED' THEN 1 ELSE 2 END",
    f"-extract(epoch FROM {_SINCE})",
)
# An earlier turn of the same home that ended less than 30 days before this one began: the approver is told.
_IS_SECOND = """EXISTS (SELECT FROM turns earlier WHERE earlier.property_id = t.property_id AND earlier.id <> t.id
    AND NOT earlier.is_archived AND earlier.turn_completion_date >= t.created_at::date - 30)"""
_FROM = """
    FROM turns t
    JOIN properties p ON p.id = t.property_id
    JOIN turn_stages s ON s.id = t.stage_id
    LEFT JOIN vendors v ON v.id = t.vendor_id
    LEFT JOIN (SELECT id, concat_ws(' ', first_name, last_name) AS name FROM people) pm ON pm.id = t.property_manager_id
"""
# What approving would be refused for; see rules.why_not_decide.
_MINE = """t.scope_approval_status = ANY(CAST(:levels AS approval_status[]))
    AND t.submitted_by IS DISTINCT FROM :me AND t.amount_set_by IS DISTINCT FROM :me
    AND NOT (t.scope_approval_status = 'HO_APPROVAL_NEEDED' AND t.dfo_approval_user_id IS NOT DISTINCT FROM :me)"""
_PARTS: Mapping[Part, str] = {
    "mine": _MINE,
    "other": f"t.scope_approval_status = ANY('{{DFO_APPROVAL_NEEDED,HO_APPROVAL_NEEDED}}') AND NOT ({_MINE})",
    "sent": "t.submitted_by = :me",
}


def queue(
    session: Session, who: Identity, part: Part, filters: Filters, today: date, after: list[Any] | None = None
) -> list[Item]:
    """A window of a part of the queue and one more, in the part's own order or as `filters.sort` says."""
    where, given = filters.where()
    first, second = _SENT_ORDER if part == "sent" else _WAITING_ORDER
    order, follows = _order(filters, first, second, after)
    rows = session.execute(
        text(f"""
            SELECT t.id, t.version, t.turn_id, t.turn_amount, t.approved_turn_amount, t.scope_approval_status::text,
                t.submitted_by, t.amount_set_by, t.dfo_approval_user_id, t.is_archived, t.reject_reason, t.stage_id,
                s.name AS stage_name, p.street_address, p.unit, p.city, p.state, p.zip_code, t.grade::text,
                v.company_name AS vendor, p.move_in_date, t.move_out_date, t.expected_completion_date, t.is_open,
                {_IS_LEASED} AS is_leased, {first} AS first_key, {second} AS second_key, {_SINCE} AS since,
                t.submitted_at, t.market, {_IS_SECOND} AS is_second,
                coalesce(nullif(concat_ws(' ', ask.first_name, ask.last_name), ''), ask.email) AS asked_by,
                note.reason AS note, {_value(filters)} AS sorted,
                setting('dfo_limit', t.market) AS dfo_limit, setting('ho_limit', t.market) AS ho_limit
            {_FROM}
            LEFT JOIN people ask ON ask.id = t.submitted_by
            LEFT JOIN LATERAL (SELECT reason FROM approval_decisions d WHERE d.turn_id = t.id AND d.decision = 'SUBMIT'
                ORDER BY d.decided_at DESC LIMIT 1) AS note ON true
            WHERE ({where}) AND ({_PARTS[part]}) AND ({follows})
            ORDER BY {order}
            LIMIT :size
        """),  # noqa: S608
        {**given, **_after(filters, after), **_who(who), "today": today, "size": SIZE + 1},
    ).mappings()
    return [_item(who, row, bool(filters.sort)) for row in rows]


def sums(session: Session, who: Identity, filters: Filters, today: date) -> dict[Part, Sum]:
    """How much each part holds under the filter in force. One statement."""
    where, given = filters.where()
    parts = " UNION ALL ".join(
        f"SELECT '{part}' AS part, count(*) AS count, coalesce(sum(t.turn_amount), 0) AS amount,"
        f" min({_SINCE}) AS oldest {_FROM} WHERE ({where}) AND ({condition})"
        for part, condition in _PARTS.items()
    )
    rows = session.execute(text(parts), {**given, **_who(who), "today": today})
    return {row.part: Sum(row.count, row.amount, row.oldest) for row in rows}


def turn_to_decide(session: Session, turn_id: UUID) -> tuple[Mapping[str, Any], str]:
    """(the turn's row, its address). Raises NotFound."""
    row = versioned.load(session, turns, turn_id)
    home = session.execute(
        select(properties.c.street_address, properties.c.unit).where(properties.c.id == row["property_id"])
    ).one()
    return row, ", ".join(part for part in home if part)


def limits(session: Session, market: str | None) -> tuple[Decimal, Decimal]:
    """(DFO's, HO's) limit in force in a market."""
    row = session.execute(
        text("SELECT setting('dfo_limit', :market) AS dfo, setting('ho_limit', :market) AS ho"), {"market": market}
    ).one()
    return _limit("dfo_limit", row.dfo), _limit("ho_limit", row.ho)


def _limit(name: str, stored: str | None) -> Decimal:
    return Decimal(stored or SETTINGS[name].default)


def _who(who: Identity) -> dict[str, Any]:
    return {"me": who.user_id, "levels": [status for status, level in WAITING.items() if decides_at(who.role, level)]}


def _value(filters: Filters) -> str:
    return sorted_by(filters.sort).column if filters.sort else "NULL::text"


def _order(filters: Filters, first: str, second: str, after: list[Any] | None) -> tuple[str, str]:
    """(ORDER BY, condition of what follows the cursor)."""
    if filters.sort:
        by = sorted_by(filters.sort)
        return by.order_by, by.after(after[0]) if after else "true"
    follows = (
        f"({first}, {second}, t.turn_id) > "
        "(CAST(:after_first AS integer), CAST(:after_second AS numeric), CAST(:after_turn_id AS text))"
    )
    return f"{first}, {second}, t.turn_id", follows if after else "true"


def _after(filters: Filters, after: list[Any] | None) -> dict[str, Any]:
    if after is None:
        return {}
    if filters.sort:
        return {"after_turn_id": after[1]} | ({"after_value": after[0]} if after[0] is not None else {})
    return {"after_first": after[0], "after_second": after[1], "after_turn_id": after[2]}


def _item(who: Identity, row: Mapping[str, Any], is_sorted: bool) -> Item:
    address = ", ".join(part for part in (row["street_address"], row["unit"]) if part)
    region = " ".join(part for part in (row["state"], row["zip_code"]) if part)
    own_limits = (_limit("dfo_limit", row["dfo_limit"]), _limit("ho_limit", row["ho_limit"]))
    return Item(
        card=card_of(who, row, address, own_limits),
        place=", ".join(part for part in (row["city"], region) if part),
        key=[row["sorted"], row["turn_id"]] if is_sorted else [row["first_key"], row["second_key"], row["turn_id"]],
        **{name: row[name] for name in _SAME},
    )


_SAME = (
    "turn_id", "stage_id", "stage_name", "unit", "grade", "vendor", "move_in_date", "move_out_date",
    "expected_completion_date", "is_leased", "is_second", "is_open", "asked_by", "submitted_at", "since", "note",
)  # fmt: skip
