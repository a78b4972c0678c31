"""What a vendor's page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from turns_web.schema import properties, turn_stages, turns

JOBS = 50


@dataclass(frozen=True, slots=True)
class Job:
    """An open turn on which the company works. is_flooring: only its floors."""

    id: UUID
    turn_id: str
    street_address: str
    unit: str | None
    city: str | None
    stage_id: UUID
    stage: str
    is_flooring: bool
    hold_reason: str | None
    expected_completion_date: date | None


@dataclass(frozen=True, slots=True)
class Jobs:
    """count: all of them; rows: the first JOBS, by the day they are expected."""

    count: int
    rows: list[Job]


def open_jobs(session: Session, vendor_id: UUID) -> Jobs:
    """Of the turns that this person sees. One statement."""
    rows = session.execute(
        select(
            turns.c.id,
            turns.c.turn_id,
            properties.c.street_address,
            properties.c.unit,
            properties.c.city,
            turns.c.stage_id,
            turn_stages.c.name.label("stage"),
            turns.c.vendor_id.is_distinct_from(vendor_id).label("is_flooring"),
            turns.c.hold_reason,
            turns.c.expected_completion_date,
            func.count().over().label("count"),
        )
        .join(properties, properties.c.id == turns.c.property_id)
        .join(turn_stages, turn_stages.c.id == turns.c.stage_id)
        .where(turns.c.is_open, or_(turns.c.vendor_id == vendor_id, turns.c.flooring_vendor_id == vendor_id))
        .order_by(turns.c.expected_completion_date.asc().nulls_last(), turns.c.id)
        .limit(JOBS)
    ).all()
    jobs = [Job(**{name: value for name, value in row._mapping.items() if name != "count"}) for row in rows]
    return Jobs(rows[0].count if rows else 0, jobs)
