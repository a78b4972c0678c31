"""What one was told, unread first, then the newest; what one sees no more is left out by row security."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

SIZE = 50

_TOLD = text(
    "SELECT n.id, n.kind, n.turn_id, n.title, n.body, n.link, n.count, n.created_at, n.read_at, t.turn_id AS code, "
    "coalesce(p.street_address, h.street_address) AS street_address, coalesce(p.unit, h.unit) AS unit "
    "FROM notifications n LEFT JOIN turns t ON t.id = n.turn_id LEFT JOIN properties p ON p.id = t.property_id "
    "LEFT JOIN portal_properties h ON h.id = t.property_id AND p.id IS NULL "
    "WHERE n.user_id = :me AND n.is_shown AND (CAST(:id AS uuid) IS NULL "
    "OR (n.read_at IS NOT NULL) > CAST(:is_read AS boolean) OR (n.read_at IS NOT NULL) = CAST(:is_read AS boolean) "
    "AND (n.created_at, n.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid))) "
    "ORDER BY (n.read_at IS NOT NULL), n.created_at DESC, n.id DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Told:
    id: UUID
    kind: str
    turn_id: UUID | None
    title: str
    body: str
    link: str
    count: int
    created_at: datetime
    read_at: datetime | None
    code: str | None
    street_address: str | None
    unit: str | None

    @property
    def key(self) -> list[Any]:
        return [self.read_at is not None, self.created_at.isoformat(), str(self.id)]


@dataclass(frozen=True, slots=True)
class Group:
    """What was told of one turn; a notice about many stands alone."""

    told: list[Told] = field(default_factory=list)

    @property
    def first(self) -> Told:
        return self.told[0]

    @property
    def unread(self) -> int:
        return sum(one.read_at is None for one in self.told)

    @property
    def address(self) -> str | None:
        first = self.first
        return f"{first.street_address}, {first.unit}" if first.unit else first.street_address


def told(session: Session, me: UUID, after: tuple[bool, datetime, UUID] | None) -> list[Told]:
    """A window and one more."""
    is_read, at, id = after or (None, None, None)
    rows = session.execute(_TOLD, {"me": me, "is_read": is_read, "at": at, "id": id, "most": SIZE + 1})
    return [Told(**row) for row in rows.mappings()]


def grouped(told: Sequence[Told]) -> list[Group]:
    """By turn, in the order in which each comes first; what was read apart from what was not."""
    found: dict[Any, Group] = {}
    for one in told:
        found.setdefault((one.turn_id or one.id, one.read_at is None), Group()).told.append(one)
    return list(found.values())
