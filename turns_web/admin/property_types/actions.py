"""Adding types of homes and changing them. One that is offered no more stays with the homes that have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.core.outbox import EVERYTHING, emit
from turns_web.core.versioned import Saved, insert_row, merge_update
from turns_web.schema import property_types


def make(session: Session, typed: Mapping[str, Any]) -> UUID:
    return insert_row(session, property_types, typed, None)["id"]


def change(session: Session, id: UUID, version: int, typed: Mapping[str, Any]) -> Saved:
    """Raises Invalid, NotFound, Stale (with conflicts)."""
    saved = merge_update(session, property_types, id, version, typed)
    if saved.row["version"] != version:
        emit(session, EVERYTHING)
    return saved
