"""The properties that a bulk change is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from turns_web.core.identity import Identity
from turns_web.core.listing import Filter
from turns_web.properties import filters
from turns_web.schema import people, properties


@dataclass(frozen=True, slots=True)
class Chosen:
    id: UUID
    version: int
    property_id: str
    street_address: str
    unit: str | None
    city: str | None
    manager: str | None
    sr_manager: str | None


def chosen(session: Session, ids: Sequence[UUID]) -> list[Chosen]:
    """Those of them that this person sees, by address."""
    manager, senior = people.alias("manager"), people.alias("senior")
    columns = ("id", "version", "property_id", "street_address", "unit", "city")
    rows = session.execute(
        select(
            *(properties.c[name] for name in columns),
            func.concat_ws(" ", manager.c.first_name, manager.c.last_name).label("manager"),
            func.concat_ws(" ", senior.c.first_name, senior.c.last_name).label("sr_manager"),
        )
        .select_from(properties)
        .outerjoin(manager, manager.c.id == properties.c.property_manager_id)
        .outerjoin(senior, senior.c.id == properties.c.sr_property_manager_id)
        .where(properties.c.id.in_(ids))
        .order_by(properties.c.street_address, properties.c.id)
    )
    return [Chosen(**row._mapping) for row in rows]


def matching(session: Session, asked: Filter, today: date, who: Identity, most: int) -> list[tuple[UUID, int]]:
    """(id, version) of the properties under a filter, the first `most` of them by address."""
    rows = session.execute(
        select(properties.c.id, properties.c.version)
        .where(*filters.conditions(asked, today, who))
        .order_by(properties.c.street_address, properties.c.id)
        .limit(most)
    )
    return [(row.id, row.version) for row in rows]
