"""Telling that a turn changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy.orm import Session

from turns_web.core.outbox import concerning, emit
from turns_web.properties.events import TURN_CONCERNS

Change = Literal["created", "updated", "moved", "archived", "gone"]


def turn_changed(
    session: Session, row: Mapping[str, Any], change: Change, before: Mapping[str, Any] | None = None
) -> None:
    """Tell, after the commit, that this turn has a new version.

    row: as written, all readable columns. before: the row before the write, where somebody may have lost sight of it
    by the write (another vendor, another superintendent): they are told `gone`.
    """
    emit(
        session,
        "turn",
        id=row["id"],
        version=row["version"],
        stage_id=row["stage_id"],
        change=change,
        **concerning(TURN_CONCERNS, row, before),
    )
