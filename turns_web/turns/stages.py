"""The stages, in their order: the way that every turn goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Stage:
    """target_days: how long a turn should be in it, or None. A retired one (not is_active) takes in no more turns."""

    id: UUID
    name: str
    display_order: int
    target_days: int | None = None
    is_amount_required: bool = False
    is_vendor_required: bool = False
    requires_approval: bool = False
    is_complete_stage: bool = False
    is_active: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Way:
    """All stages by display_order."""

    stages: tuple[Stage, ...]

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.stages)

    def get(self, id: UUID | None) -> Stage | None:
        return next((stage for stage in self.stages if stage.id == id), None)

    def active(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.is_active]

    def up_to(self, stage: Stage) -> list[Stage]:
        """This stage and every one before it that turns still go through."""
        return [
            one
            for one in self.stages
            if one.id == stage.id or (one.is_active and one.display_order < stage.display_order)
        ]

    def is_walk(self, stage: Stage) -> bool:
        """Whether work that a vendor did is looked at here."""
        if stage.is_complete_stage or stage.is_vendor_required:
            return False
        return any(one.is_vendor_required for one in self.up_to(stage))


_ALL = text(f"SELECT {', '.join(Stage.__slots__)} FROM turn_stages ORDER BY display_order, id")  # noqa: S608


def way(session: Session) -> Way:
    """The stages as this transaction found them first: what moves many turns asks once."""
    if "way" not in session.info:
        keep(session, Way(tuple(Stage(**row) for row in session.execute(_ALL).mappings())))
    return session.info["way"]


def keep(session: Session, stages: Way) -> None:
    """For whoever has read the stages together with something else."""
    session.info["way"] = stages
