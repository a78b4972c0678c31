"""What a property's page shows, each part in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from turns_web.core.errors import NotFound
from turns_web.core.versioned import load, readable
from turns_web.properties import filters
from turns_web.schema import (
    people,
    properties,
    property_types,
    property_utilities,
    turn_stages,
    turns,
    utility_providers,
    vendors,
)

TURNS = 10


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of the property, open or past. cost: committed, or the estimate while nothing is approved."""

    id: UUID
    turn_id: str
    is_open: bool
    is_archived: bool
    stage_id: UUID
    stage: str
    move_out_date: date | None
    expected_completion_date: date | None
    turn_completion_date: date | None
    hold_reason: str | None
    approved_turn_amount: Decimal | None
    cost: Decimal | None
    vendor: str | None
    created_at: datetime

    @property
    def days(self) -> int | None:
        if self.move_out_date is None or self.turn_completion_date is None:
            return None
        return (self.turn_completion_date - self.move_out_date).days


@dataclass(frozen=True, slots=True)
class Utility:
    id: UUID
    version: int
    utility_provider_id: UUID
    provider: str
    kind: str
    phone: str | None
    website: str | None
    account_number: str | None


def property_with_people(session: Session, id: UUID, today: date) -> Mapping[str, Any]:
    """All readable columns, and `manager`, `manager_email`, `sr_manager`, `sr_manager_email`, `type`, `status`.

    Raises NotFound.
    """
    manager, senior = people.alias("manager"), people.alias("senior")
    in_turn = select(turns.c.id).where(turns.c.property_id == properties.c.id, turns.c.is_open).exists()
    row = (
        session.execute(
            select(
                *readable(properties),
                func.concat_ws(" ", manager.c.first_name, manager.c.last_name).label("manager"),
                manager.c.email.label("manager_email"),
                func.concat_ws(" ", senior.c.first_name, senior.c.last_name).label("sr_manager"),
                senior.c.email.label("sr_manager_email"),
                property_types.c.name.label("type"),
                filters.status(in_turn, today).label("status"),
            )
            .select_from(properties)
            .outerjoin(manager, manager.c.id == properties.c.property_manager_id)
            .outerjoin(senior, senior.c.id == properties.c.sr_property_manager_id)
            .outerjoin(property_types, property_types.c.id == properties.c.property_type_id)
            .where(properties.c.id == id)
        )
        .mappings()
        .first()
    )
    if row is None:
        raise NotFound()
    return row


def turns_of(session: Session, id: UUID, before: tuple[datetime, UUID] | None = None) -> list[Turn]:
    """The open turn first, then the past ones, newest first; one more than TURNS where there are more.

    before: created_at and id of the last one shown.
    """
    statement = _turns().where(turns.c.property_id == id)
    if before:
        at, last = before
        statement = statement.where(
            ~turns.c.is_open,
            (turns.c.created_at < at) | ((turns.c.created_at == at) & (turns.c.id < last)),
        )
    statement = statement.order_by(turns.c.is_open.desc(), turns.c.created_at.desc(), turns.c.id.desc())
    return [Turn(**row._mapping) for row in session.execute(statement.limit(TURNS + 1))]


def _turns() -> Select[Any]:
    committed = turns.c.approved_turn_amount + func.coalesce(turns.c.change_order_amount, 0)
    return (
        select(
            *(turns.c[name] for name in ("id", "turn_id", "is_open", "is_archived", "stage_id")),
            turn_stages.c.name.label("stage"),
            *(turns.c[name] for name in ("move_out_date", "expected_completion_date", "turn_completion_date")),
            turns.c.hold_reason,
            turns.c.approved_turn_amount,
            func.coalesce(committed, turns.c.turn_amount).label("cost"),
            vendors.c.company_name.label("vendor"),
            turns.c.created_at,
        )
        .join(turn_stages, turn_stages.c.id == turns.c.stage_id)
        .outerjoin(vendors, vendors.c.id == turns.c.vendor_id)
    )


def utilities_of(session: Session, id: UUID) -> list[Utility]:
    rows = session.execute(
        select(
            property_utilities.c.id,
            property_utilities.c.version,
            property_utilities.c.utility_provider_id,
            utility_providers.c.name.label("provider"),
            utility_providers.c.kind,
            utility_providers.c.phone,
            utility_providers.c.website,
            property_utilities.c.account_number,
        )
        .join(utility_providers, utility_providers.c.id == property_utilities.c.utility_provider_id)
        .where(property_utilities.c.property_id == id)
        .order_by(utility_providers.c.kind, utility_providers.c.name, property_utilities.c.id)
    )
    return [Utility(**row._mapping) for row in rows]


def utility(session: Session, property_id: UUID, id: UUID) -> Mapping[str, Any]:
    """One of the property's utilities, all columns. Raises NotFound."""
    row = load(session, property_utilities, id)
    if row["property_id"] != property_id:
        raise NotFound()
    return row
