"""Exports as their pages show them: those that row security shows this person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.orm import Session

from turns_web.core.errors import NotFound
from turns_web.schema import exports, people

UNDER_WAY = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Export:
    """query: as the list's address has it. filters: the same in words, as pairs of a name and what it is.

    done, total: rows; total is None until they were counted. as_of, source: what the file shows, once reading has
    begun. by: who asked. error: a sentence for a person.
    """

    id: UUID
    user_id: UUID
    by: str
    type: str
    format: str
    query: str
    filters: Sequence[Sequence[str]]
    status: str
    done: int
    total: int | None
    as_of: datetime | None
    source: str | None
    file_name: str | None
    size_bytes: int | None
    attempt: int
    created_at: datetime
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
    error: str | None

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY


def recent(session: Session, *, of: UUID | None = None, most: int = 100) -> list[Export]:
    """The newest first. of: those of one person alone."""
    asked = _EXPORTS.order_by(exports.c.created_at.desc(), exports.c.id).limit(most)
    if of is not None:
        asked = asked.where(exports.c.user_id == of)
    return [export_of(row) for row in session.execute(asked).mappings()]


def load(session: Session, id: UUID) -> Export:
    """Raises NotFound."""
    row = session.execute(_EXPORTS.where(exports.c.id == id)).mappings().first()
    if row is None:
        raise NotFound()
    return export_of(row)


def export_of(row: RowMapping) -> Export:
    return Export(**row)


def _selected() -> Select[Any]:
    name = func.concat_ws(" ", people.c.first_name, people.c.last_name)
    by = func.coalesce(func.nullif(name, ""), people.c.email, "").label("by")
    columns = [by if one.name == "by" else exports.c[one.name] for one in fields(Export)]
    return select(*columns).select_from(exports.outerjoin(people, people.c.id == exports.c.user_id))


_EXPORTS = _selected()
