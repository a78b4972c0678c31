"""What a company sees of its work: where, when, how to get in, and nothing of money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.schema.words import UTILITY
from turns_web.turns.rules import Standing, standing

SIZE = 50

# theirs: the work is theirs to do now. held: it waits. ahead: not begun. done: completed, still on the board.
State = Literal["theirs", "held", "ahead", "done"]


@dataclass(frozen=True, slots=True)
class Job:
    """A turn in which the company has a part. parts: "Lead vendor", "Flooring"."""

    id: UUID
    turn_id: str
    address: str
    place: str
    size: str
    state: State
    standing: Standing
    stage_id: UUID
    stage_name: str
    parts: list[str]
    manager: str | None
    wo_number: str | None
    move_out_date: date | None
    expected_completion_date: date | None
    final_walk_date: date | None
    hold_reason: str | None
    access: list[str]
    needs: list[str]
    lock_box_location: str | None
    has_code: bool
    key: list[Any]


# The same condition as the database's work_is_vendors, which guards the code itself.
_JOBS = text("""
    SELECT t.id, t.turn_id, t.stage_id, s.name AS stage_name, t.is_open, t.hold_reason, t.hold_until, t.wo_number,
        t.move_out_date, t.expected_completion_date, t.final_walk_date, t.turn_completion_date,
        t.power_status::text, t.water_status::text, t.gas_status::text, t.trash_out_needed, t.appliances_needed,
        t.lock_box_location, t.has_lock_box_code,
        t.vendor_id = :vendor_id AS leads, t.flooring_vendor_id = :vendor_id AS floors,
        p.street_address, p.unit, p.city, p.state, p.zip_code, p.bedrooms, p.bathrooms, p.area_sqft,
        coalesce(nullif(concat_ws(' ', m.first_name, m.last_name), ''), m.email) AS manager,
        EXISTS (SELECT FROM turn_stages asks WHERE asks.is_active AND asks.is_vendor_required
            AND asks.display_order <= s.display_order) AS is_begun,
        NOT t.is_open AS past, coalesce(t.expected_completion_date, DATE '9999-12-31') AS due
    FROM turns t
    JOIN portal_properties p ON p.id = t.property_id
    JOIN turn_stages s ON s.id = t.stage_id
    LEFT JOIN people m ON m.id = t.property_manager_id
    WHERE t.is_active AND NOT t.is_archived
        AND (CAST(:past AS boolean) IS NULL OR (NOT t.is_open, coalesce(t.expected_completion_date, DATE '9999-12-31'),
            t.turn_id) > (CAST(:past AS boolean), CAST(:due AS date), CAST(:after AS text)))
    ORDER BY past, due, t.turn_id
    LIMIT :size
""")


def jobs(session: Session, vendor_id: UUID | None, today: date, after: list[Any] | None = None) -> list[Job]:
    """A window of the company's turns and one more: those under way first, by the day they are due."""
    past, due, turn_id = after or (None, None, None)
    asked = {"vendor_id": vendor_id, "size": SIZE + 1, "past": past, "due": due, "after": turn_id}
    return [_job(row, today) for row in session.execute(_JOBS, asked).mappings()]


def _job(row: Mapping[str, Any], today: date) -> Job:
    region = " ".join(part for part in (row["state"], row["zip_code"]) if part)
    return Job(
        address=", ".join(part for part in (row["street_address"], row["unit"]) if part),
        place=", ".join(part for part in (row["city"], region) if part),
        size=_size(row),
        state=_state(row),
        standing=standing(
            is_open=row["is_open"],
            expected=row["expected_completion_date"],
            today=today,
            move_out=row["move_out_date"],
            completed=row["turn_completion_date"],
            on_hold=row["hold_reason"] is not None,
            hold_until=row["hold_until"],
        ),
        parts=["Lead vendor"] * bool(row["leads"]) + ["Flooring"] * bool(row["floors"]),
        access=[f"{name} {UTILITY[row[column]].lower()}" for column, name in _UTILITIES.items() if row[column]],
        needs=["Trash-out"] * row["trash_out_needed"] + ["Appliances"] * row["appliances_needed"],
        has_code=row["has_lock_box_code"],
        key=[row["past"], row["due"], row["turn_id"]],
        **{name: row[name] for name in _SAME},
    )


_SAME = (
    "id", "turn_id", "stage_id", "stage_name", "manager", "wo_number", "move_out_date", "expected_completion_date",
    "final_walk_date", "hold_reason", "lock_box_location",
)  # fmt: skip
_UTILITIES = {"power_status": "Power", "water_status": "Water", "gas_status": "Gas"}


def _state(row: Mapping[str, Any]) -> State:
    if not row["is_open"]:
        return "done"
    if row["hold_reason"] is not None:
        return "held"
    return "theirs" if row["is_begun"] else "ahead"


def _size(row: Mapping[str, Any]) -> str:
    parts = (
        f"{row['bedrooms'].normalize():f} bd" if row["bedrooms"] else "",
        f"{row['bathrooms'].normalize():f} ba" if row["bathrooms"] else "",
        f"{row['area_sqft']:,} sq ft" if row["area_sqft"] else "",
    )
    return ", ".join(part for part in parts if part)
