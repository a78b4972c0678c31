"""Who supplies a home with power, water and gas, and under which account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from turns_web.core.errors import NotFound
from turns_web.core.versioned import Saved, delete_row, insert_row, load, merge_update, put, readable
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


def remove_utility(session: Session, property_id: UUID, id: UUID, version: int) -> Answer:
    """Raises NotFound, Forbidden, Stale where somebody changed it since."""
    _of_property(session, property_id, id)
    delete_row(session, property_utilities, id, version)
    _tell(session, property_id)
    return {"id": str(id)}


def add_provider(session: Session, typed: Mapping[str, Any], id: UUID | None = None) -> Saved:
    """A company for the list to choose from. id: one that the client made. Raises Invalid by field."""
    return Saved(insert_row(session, utility_providers, typed, id))


def edit_provider(session: Session, id: UUID, version: int, typed: Mapping[str, Any]) -> Saved:
    """Raises Invalid, NotFound, Forbidden, Stale."""
    return merge_update(session, utility_providers, id, version, typed)


def archive_provider(session: Session, id: UUID, version: int) -> Saved:
    """Out of the list to choose from; the homes that it supplies keep it."""
    return put(session, utility_providers, id, version, is_archived=True)[0]


def _of_property(session: Session, property_id: UUID, id: UUID) -> None:
    if load(session, property_utilities, id)["property_id"] != property_id:
        raise NotFound()


def _tell(session: Session, property_id: UUID) -> None:
    """Utilities stand on their property's page: whoever has it open is told."""
    row = load(session, properties, property_id)
    property_changed(session, row, "updated", before=row)
