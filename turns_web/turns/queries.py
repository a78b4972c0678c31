"""What the turn's page shows."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from turns_web.approvals import queries as approvals
from turns_web.approvals import rules as approval
from turns_web.approvals.standing import with_standing
from turns_web.core import clock
from turns_web.core.errors import NotFound
from turns_web.core.fields import Fields, Ref
from turns_web.core.names import names_of
from turns_web.core.versioned import load, readable
from turns_web.schema import properties, turn_stages, turns, vendors
from turns_web.settings import queries as settings
from turns_web.turns import dates, rules
from turns_web.turns.fields import TURN
from turns_web.turns.rules import Holder, People, Standing

_HOME = (
    "property_id", "street_address", "unit", "community", "city", "state", "zip_code", "bedrooms", "bathrooms",
    "area_sqft", "monthly_rent", "move_in_date", "timezone", "is_section_8", "in_disposition", "has_insurance",
    "has_squatters",
)  # fmt: skip
_PEOPLE = (
    "property_manager_id", "sr_property_manager_id", "turns_superintendent_id", "submitted_by", "dfo_approval_user_id",
    "ho_approval_user_id", "reject_user_id", "archived_by", "updated_by", "created_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A stage on the way. days: spent in it so far, holds not counted; None where it never was. held: days on hold."""

    id: UUID
    name: str
    target_days: int | None
    is_complete_stage: bool
    is_vendor_required: bool
    days: int | None
    held: int
    is_current: bool
    is_past: bool

    @property
    def over(self) -> int:
        return max(0, (self.days or 0) - self.target_days) if self.target_days is not None else 0


@dataclass(frozen=True, slots=True)
class Home:
    """The home of a turn. `property_id` is the operator's own code."""

    property_id: str
    street_address: str
    unit: str | None
    community: str | None
    city: str | None
    state: str | None
    zip_code: str | None
    bedrooms: Decimal | None
    bathrooms: Decimal | None
    area_sqft: int | None
    monthly_rent: Decimal | None
    move_in_date: date | None
    timezone: str | None
    is_section_8: bool
    in_disposition: bool
    has_insurance: bool
    has_squatters: bool

    @property
    def address(self) -> str:
        return f"{self.street_address}, {self.unit}" if self.unit else self.street_address

    @property
    def place(self) -> str:
        region = " ".join(part for part in (self.state, self.zip_code) if part)
        return ", ".join(part for part in (self.city, region) if part)


@dataclass(frozen=True, slots=True)
class Phones:
    vendor: str | None
    flooring: str | None


@dataclass(frozen=True, slots=True)
class TurnPage:
    """turn: its row, all readable columns, and the standing of its approval. limits: the DFO's and HO's.

    names: of every person and company in it.
    """

    turn: Mapping[str, Any]
    home: Home
    names: Mapping[UUID, str]
    phones: Phones
    steps: list[Step]
    today: date
    holder: Holder
    since: datetime
    standing: Standing
    limits: tuple[Decimal, Decimal]

    @property
    def step(self) -> Step:
        return next(step for step in self.steps if step.is_current)

    @property
    def next_step(self) -> Step | None:
        after = self.steps[self.steps.index(self.step) + 1 :]
        return after[0] if after else None

    def name(self, column: str) -> str | None:
        id = self.turn[column]
        return self.names.get(id) if id else None

    @property
    def vacant(self) -> int | None:
        return rules.days_vacant(self.turn["move_out_date"], self.today, self.turn["turn_completion_date"])

    @property
    def committed(self) -> Decimal | None:
        base = self.turn["approved_turn_amount"]
        return None if base is None else base + (self.turn["change_order_amount"] or 0)

    @property
    def flags(self) -> list[tuple[str, str, str]]:
        """(kind, icon, words) of what one has to know before anything else."""
        turn, home = self.turn, self.home
        is_off = "NO" in (turn["power_status"], turn["water_status"])
        told = (
            (home.has_squatters, "urgent", "", "Squatters"),
            (home.is_section_8, "", "", "Section 8"),
            (home.in_disposition, "", "", "In disposition"),
            (home.has_insurance, "", "", "Insurance claim"),
            (turn["trash_out_needed"], "warns", "trash", "Trash-out"),
            (turn["appliances_needed"] and not turn["appliances_ordered"], "warns", "", "Appliances to order"),
            (turn["is_open"] and is_off, "warns", "power", "Utilities off"),
            (turn["priority"] is not None, "", "", f"Priority {turn['priority']}"),
        )
        return [(kind, icon, words) for is_so, kind, icon, words in told if is_so]

    @property
    def warnings(self) -> list[str]:
        return dates.warnings(self.turn, self.home.move_in_date)

    @property
    def amount_lock(self) -> str | None:
        return approval.amount_lock(self.turn["scope_approval_status"], self.turn["approved_turn_amount"])


def turn_page(session: Session, turn_id: UUID) -> TurnPage:
    """Everything above the history. Raises NotFound."""
    row = _row(session, turn_id)
    zone = row["home_timezone"] or settings.zone.name(session, time.monotonic())
    steps, entered = _steps(session, row, zone)
    names = names_of(session, {"people": [row[column] for column in _PEOPLE]})
    names |= {row[column]: row[name] for column, name in _COMPANIES.items() if row[column] and row[name]}
    turn = with_standing(session, {column.name: row[column.name] for column in readable(turns)})
    today = clock.today(zone)
    return TurnPage(
        turn=turn,
        home=Home(**{name: row[f"home_{name}"] for name in _HOME}),
        names=names,
        phones=Phones(row["vendor_phone"], row["flooring_phone"]),
        steps=steps,
        today=today,
        holder=_holder(turn, steps, names),
        since=_since(turn, entered),
        standing=_standing(turn, today),
        limits=approvals.limits(session, row["market"]),
    )


_COMPANIES = {"vendor_id": "vendor_name", "flooring_vendor_id": "flooring_name"}


def _row(session: Session, turn_id: UUID) -> Mapping[str, Any]:
    flooring = vendors.alias("flooring")
    statement = (
        select(
            *readable(turns),
            *(properties.c[name].label(f"home_{name}") for name in _HOME),
            vendors.c.company_name.label("vendor_name"),
            vendors.c.phone.label("vendor_phone"),
            flooring.c.company_name.label("flooring_name"),
            flooring.c.phone.label("flooring_phone"),
        )
        .join(properties, properties.c.id == turns.c.property_id)
        .outerjoin(vendors, vendors.c.id == turns.c.vendor_id)
        .outerjoin(flooring, flooring.c.id == turns.c.flooring_vendor_id)
        .where(turns.c.id == turn_id)
    )
    row = session.execute(statement).mappings().first()
    if row is None:
        raise NotFound()
    return row


# Days are calendar days where the home is; a stretch that lasts ends now.
_SPENT = text("""
    SELECT stage_id,
        coalesce(sum(days) FILTER (WHERE kind <> 'hold'), 0)::int AS days,
        coalesce(sum(days) FILTER (WHERE kind = 'hold'), 0)::int AS held,
        max(entered_at) FILTER (WHERE left_at IS NULL) AS entered_at
    FROM (SELECT *, (coalesce(left_at, now()) AT TIME ZONE :zone)::date - (entered_at AT TIME ZONE :zone)::date AS days
        FROM turn_stage_log WHERE turn_id = :id) AS stretches
    GROUP BY stage_id
""")


def _steps(session: Session, turn: Mapping[str, Any], zone: str) -> tuple[list[Step], datetime]:
    """The stages in order, and since when the turn is in the state it is in."""
    spent = {row.stage_id: row for row in session.execute(_SPENT, {"id": turn["id"], "zone": str(ZoneInfo(zone))})}
    stages = session.execute(
        select(turn_stages)
        .where(turn_stages.c.is_active | turn_stages.c.id.in_([*spent, turn["stage_id"]]))
        .order_by(turn_stages.c.display_order, turn_stages.c.id)
    ).all()
    order = next(stage.display_order for stage in stages if stage.id == turn["stage_id"])
    steps = [
        Step(
            id=stage.id,
            name=stage.name,
            target_days=stage.target_days,
            is_complete_stage=stage.is_complete_stage,
            is_vendor_required=stage.is_vendor_required,
            days=spent[stage.id].days if stage.id in spent else None,
            held=spent[stage.id].held if stage.id in spent else 0,
            is_current=stage.id == turn["stage_id"],
            is_past=stage.display_order < order,
        )
        for stage in stages
    ]
    now_in = spent.get(turn["stage_id"])
    return steps, (now_in.entered_at if now_in else None) or turn["created_at"]


def _holder(turn: Mapping[str, Any], steps: list[Step], names: Mapping[UUID, str]) -> Holder:
    step = next(step for step in steps if step.is_current)
    people = People(
        manager=names.get(turn["property_manager_id"]),
        senior=names.get(turn["sr_property_manager_id"]),
        superintendent=names.get(turn["turns_superintendent_id"]),
        vendor=names.get(turn["vendor_id"]),
    )
    return rules.holder(
        people,
        status=turn["scope_approval_status"],
        on_hold=turn["hold_reason"] is not None,
        vendor_works=step.is_vendor_required,
        is_walk=not step.is_vendor_required and any(past.is_vendor_required for past in steps if past.is_past),
        is_complete=step.is_complete_stage,
        sent=turn["sent_to_leasing_date"] is not None,
    )


def _since(turn: Mapping[str, Any], entered: datetime) -> datetime:
    """The last hand-over: into this stage or hold, or from one side of the approval to the other."""
    status = turn["scope_approval_status"]
    handed = {
        "DFO_APPROVAL_NEEDED": turn["submitted_at"],
        "HO_APPROVAL_NEEDED": turn["dfo_approval_datetime"],
        "DFO_APPROVED": turn["dfo_approval_datetime"],
        "HO_APPROVED": turn["ho_approval_datetime"],
        "REJECTED": turn["reject_datetime"],
    }.get(status)
    return max(entered, handed) if handed else entered


def _standing(turn: Mapping[str, Any], today: date) -> Standing:
    return rules.standing(
        is_open=turn["is_open"],
        expected=turn["expected_completion_date"],
        today=today,
        move_out=turn["move_out_date"],
        completed=turn["turn_completion_date"],
        on_hold=turn["hold_reason"] is not None,
        hold_until=turn["hold_until"],
    )


Options = list[tuple[str, str]]


def choices(session: Session, fields: Fields, present: Mapping[str, Any], today: date) -> dict[str, Options]:
    """(id, name) of whom a form's lists offer, by field: who may be given work today, and whoever stands there now."""
    kinds = {kind.to for kind in fields.values() if isinstance(kind, Ref)}
    companies = _companies(session, present, today) if "vendors" in kinds else []
    people = _people(session, present) if "people" in kinds else []
    return {
        name: companies if kind.to == "vendors" else people for name, kind in fields.items() if isinstance(kind, Ref)
    }


def _companies(session: Session, present: Mapping[str, Any], today: date) -> Options:
    now = [present[name] for name in _COMPANIES if present.get(name)]
    insured = vendors.c.insurance_expiry >= today
    can_work = vendors.c.is_active & vendors.c.is_approved & ~vendors.c.is_archived & insured
    rows = session.execute(
        select(vendors.c.id, vendors.c.company_name)
        .where(can_work | vendors.c.id.in_(now))
        .order_by(vendors.c.company_name, vendors.c.id)
        .limit(2000)
    )
    return [(str(row.id), row.company_name) for row in rows]


def _people(session: Session, present: Mapping[str, Any]) -> Options:
    rows = session.execute(
        text("""
            SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
            WHERE (role IN ('INSPECTOR', 'PROPERTY_MANAGER', 'SR_PROPERTY_MANAGER') AND is_active) OR id = :now
            ORDER BY name, id LIMIT 2000
        """),
        {"now": present.get("turns_superintendent_id")},
    )
    return [(str(row.id), row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class NewHome:
    """A home that a turn is about to begin on. open_turn: (id, turn_id) of the one that is under way already."""

    id: UUID
    address: str
    place: str
    known: Mapping[str, Any]
    open_turn: tuple[UUID, str] | None


def new_home(session: Session, property_id: UUID) -> NewHome:
    """The home, with what it already knows of its next turn. Raises NotFound."""
    home = load(session, properties, property_id)
    last = (
        session.execute(
            select(turns.c.id, turns.c.turn_id, turns.c.is_open, turns.c.lock_box_location)
            .where(turns.c.property_id == property_id, ~turns.c.is_archived)
            .order_by(turns.c.is_open.desc(), turns.c.created_at.desc(), turns.c.id)
            .limit(1)
        )
    ).first()
    known = {"move_out_date": home["move_out_date"], "lock_box_location": last.lock_box_location if last else None}
    region = " ".join(part for part in (home["state"], home["zip_code"]) if part)
    return NewHome(
        id=home["id"],
        address=", ".join(part for part in (home["street_address"], home["unit"]) if part),
        place=", ".join(part for part in (home["city"], region) if part),
        known={name: value for name, value in known.items() if value is not None and name in TURN},
        open_turn=(last.id, last.turn_id) if last and last.is_open else None,
    )
