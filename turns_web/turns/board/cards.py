"""What a card shows of a turn: its columns once, in SQL, and what they mean in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from turns_web.turns import rules
from turns_web.turns.filters import LEASED

# A move-in so near is a hard limit.
URGENT_DAYS = 7

# {name: SQL}: read for each card, and all that its HTML may depend on beside today and the reader's rights.
COLUMNS = {
    "id": "t.id",
    "turn_id": "t.turn_id",
    "version": "t.version",
    "stage_id": "t.stage_id",
    "street_address": "p.street_address",
    "unit": "p.unit",
    "bedrooms": "p.bedrooms",
    "bathrooms": "p.bathrooms",
    "move_out_date": "t.move_out_date",
    "move_in_date": f"CASE WHEN {LEASED} THEN t.next_move_in_date END",
    "expected": "t.expected_completion_date",
    "completed": "t.turn_completion_date",
    "is_open": "t.is_open",
    "on_hold": "t.hold_reason IS NOT NULL",
    "hold_until": "t.hold_until",
    "entered_on": "t.stage_entered_on",
    "held_days": "t.stage_held_days",
    "held_on": "t.held_on",
    "target_days": "s.target_days",
    "ball_since": "t.ball_since",
    "amount": "t.turn_amount",
    "status": "t.scope_approval_status::text",
    "vendor": "v.company_name",
    "manager": "pm.name",
    "senior": "sm.name",
    "superintendent": "su.name",
    "sent": "t.sent_to_leasing_date IS NOT NULL",
    "has_squatters": "p.has_squatters",
    "is_section_8": "p.is_section_8",
    "in_disposition": "p.in_disposition",
    "trash_out_needed": "t.trash_out_needed",
    "appliances": "t.appliances_needed AND NOT t.appliances_ordered",
    "power": "t.power_status::text",
    "water": "t.water_status::text",
    "has_lock_box": "t.has_lock_box_code",
    "priority": "t.priority",
    # Where the card stands in its column; see turns/order.py.
    "urgency": "placed.urgency",
    "nearness": "placed.nearness",
    "cost": "placed.cost",
    "left_on": "placed.left_on",
}
SELECTED = ", ".join(f"{sql} AS {name}" for name, sql in COLUMNS.items())


class Row(NamedTuple):
    """A turn as a card needs it; hashable, so that it can be the key under which the card's HTML is kept."""

    id: UUID
    turn_id: str
    version: int
    stage_id: UUID
    street_address: str
    unit: str | None
    bedrooms: Decimal | None
    bathrooms: Decimal | None
    move_out_date: date | None
    move_in_date: date | None
    expected: date | None
    completed: date | None
    is_open: bool
    on_hold: bool
    hold_until: date | None
    entered_on: date
    held_days: int
    held_on: date | None
    target_days: int | None
    ball_since: datetime
    amount: Decimal | None
    status: str
    vendor: str | None
    manager: str | None
    senior: str | None
    superintendent: str | None
    sent: bool
    has_squatters: bool
    is_section_8: bool
    in_disposition: bool
    trash_out_needed: bool
    appliances: bool
    power: str | None
    water: str | None
    has_lock_box: bool
    priority: int | None
    urgency: int
    nearness: int
    cost: int
    left_on: date

    @property
    def order(self) -> str:
        """The row's key as a text whose plain order is the column's: by it scripts put cards in their place."""
        return (
            f"{self.urgency}{self.nearness + 100_000:06}{self.cost + 9_999_999_999:010}"
            f"{self.left_on.toordinal():07}{self.turn_id}"
        )

    @property
    def address(self) -> str:
        return f"{self.street_address}, {self.unit}" if self.unit else self.street_address


class Flag(NamedTuple):
    """Facts about the home, outlined on the card. kind: urgent (a hard limit), warns (wants doing), or empty."""

    words: str
    icon: str = ""
    kind: str = ""


class StageFacts(NamedTuple):
    """What a card needs of its stage beside its target."""

    vendor_works: bool
    is_walk: bool
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Face:
    """What stands on a card, in words. gauge: 0 to 16, 8 is the stage's target; None where it has none."""

    row: Row
    facts: str
    standing: rules.Standing
    here: str
    gauge: int | None
    vacant: str
    holder: rules.Holder
    since: str
    is_stuck: bool
    flags: tuple[Flag, ...]


def face(row: Row, stage: StageFacts, today: date, zone: ZoneInfo) -> Face:
    days = rules.days_in_stage(row.entered_on, today, row.held_days, row.held_on)
    return Face(
        row=row,
        facts=_facts(row),
        standing=rules.standing(
            is_open=row.is_open,
            expected=row.expected,
            today=today,
            move_out=row.move_out_date,
            completed=row.completed,
            on_hold=row.on_hold,
            hold_until=row.hold_until,
        ),
        here=_here(row, days, today),
        gauge=min(16, round(8 * days / row.target_days)) if row.target_days and row.is_open else None,
        vacant=_vacant(row, today),
        holder=rules.holder(
            rules.People(row.manager, row.senior, row.superintendent, row.vendor),
            status=row.status,
            on_hold=row.on_hold,
            vendor_works=stage.vendor_works,
            is_walk=stage.is_walk,
            is_complete=stage.is_complete,
            sent=row.sent,
        ),
        since=_since(row.ball_since.astimezone(zone).date(), today),
        is_stuck=rules.is_stuck(row.is_open, days, row.target_days),
        flags=_flags(row, stage, today),
    )


def _facts(row: Row) -> str:
    rooms = [
        f"{number.normalize():f} {word}"
        for number, word in ((row.bedrooms, "bd"), (row.bathrooms, "ba"))
        if number is not None
    ]
    return " · ".join(part for part in (row.turn_id, " ".join(rooms)) if part)


def _here(row: Row, days: int, today: date) -> str:
    held = (today - row.entered_on).days - days
    target = f" of {row.target_days}" if row.target_days is not None and row.is_open else ""
    return f"{days}{target} d here{f', {held} held' if held > 0 else ''}"


def _vacant(row: Row, today: date) -> str:
    days = rules.days_vacant(row.move_out_date, today, row.completed)
    if days is not None:
        return f"{days} d vacant"
    return f"Out in {(row.move_out_date - today).days} d" if row.move_out_date else "No move-out"


def _since(day: date, today: date) -> str:
    days = (today - day).days
    return "today" if days <= 0 else f"{days} d"


def _flags(row: Row, stage: StageFacts, today: date) -> tuple[Flag, ...]:
    """At most three: what is a hard limit, what wants doing, and what is merely so."""
    urgent = ["Squatters"] if row.has_squatters else []
    icon = "people"
    plain = []
    if row.move_in_date and row.is_open:
        days = (row.move_in_date - today).days
        words = f"Move-in {row.move_in_date.day} {row.move_in_date:%b}"
        if days > URGENT_DAYS:
            plain.append(words)
        else:
            icon = "movein" if not urgent else icon
            urgent.insert(0, f"Move-in in {days} d" if days > 0 else "Move-in today" if days == 0 else f"{words} past")
    wants = _wants(row, stage)
    plain += [
        words
        for words, so in (
            ("Pinned", row.priority is not None),
            ("Section 8", row.is_section_8),
            ("In disposition", row.in_disposition),
        )
        if so
    ]
    flags = [
        Flag(" · ".join(urgent), icon, "urgent") if urgent else None,
        Flag(" · ".join(wants), "", "warns") if wants else None,
        Flag(" · ".join(plain)) if plain else None,
    ]
    return tuple(flag for flag in flags if flag)


def _wants(row: Row, stage: StageFacts) -> list[str]:
    if not row.is_open:
        return []
    working = stage.vendor_works
    return [
        words
        for words, so in (
            ("Trash-out", row.trash_out_needed and not stage.is_walk),
            ("Appliances", row.appliances),
            ("Power off", working and row.power != "YES"),
            ("Water off", working and row.water != "YES"),
            ("No lock box", working and not row.has_lock_box),
        )
        if so
    ]
