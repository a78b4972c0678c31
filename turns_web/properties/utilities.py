"""Who supplies a home with power, water and gas, and under which account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from turns_web.core.errors import Forbidden, NotFound
from turns_web.core.versioned import load, merge_update, readable
from turns_web.properties.events import property_changed
from turns_web.schema import properties, property_utilities, utility_providers

Answer = dict[str, Any]


def add_utility(session: Session, property_id: UUID, typed: Mapping[str, Any]) -> Answer:
    """Raises Invalid by field, NotFound, Forbidden."""
    statement = insert(property_utilities).values(property_id=property_id, **typed)
    row = session.execute(statement.returning(*readable(property_utilities))).mappings().one()
    _tell(session, property_id)
    return {"id": str(row["id"]), "version": row["version"]}


def edit_utility(session: Session, property_id: UUID, id: UUID, version: int, typed: Mapping[str, Any]) -> Answer:
    """Raises Invalid, NotFound, Forbidden, Stale."""
    _of_property(session, property_id, id)
    row = merge_update(session, property_utilities, id, version, typed).row
    _tell(session, property_id)
    return {"id": str(row["id"]), "version": row["version"]}


def remove_utility(session: Session, property_id: UUID, id: UUID) -> Answer:
    """Raises NotFound, Forbidden."""
    _of_property(session, property_id, id)
    gone = session.execute(
        delete(property_utilities).where(property_utilities.c.id == id).returning(property_utilities.c.id)
    )
    if gone.first() is None:
        raise Forbidden()
    _tell(session, property_id)
    return {"id": str(id)}


def add_provider(session: Session, typed: Mapping[str, Any]) -> Answer:
    """A company for the list to choose from. Raises Invalid by field."""
    row = session.execute(insert(utility_providers).values(**typed).returning(utility_providers.c.id)).one()
    return {"id": str(row.id)}


def _of_property(session: Session, property_id: UUID, id: UUID) -> None:
    if load(session, property_utilities, id)["property_id"] != property_id:
        raise NotFound()


def _tell(session: Session, property_id: UUID) -> None:
    """Utilities stand on their property's page: whoever has it open is told."""
    property_changed(session, load(session, properties, property_id), "updated")
