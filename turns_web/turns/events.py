"""Telling that a turn changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy.orm import Session

from turns_web.core.outbox import emit

Change = Literal["created", "updated", "moved", "archived", "gone"]

# What a listener's hub needs to know whom a turn concerns; never sent on.
_CONCERNS = ("property_manager_id", "sr_property_manager_id", "market", "vendor_id", "flooring_vendor_id")


def turn_changed(session: Session, row: Mapping[str, Any], change: Change) -> None:
    """Tell, after the commit, that this turn has a new version. row: as written, all readable columns."""
    concerns = {name: row[name] for name in _CONCERNS}
    emit(
        session,
        "turn",
        id=row["id"],
        version=row["version"],
        stage_id=row["stage_id"],
        change=change,
        concerns={name: str(value) if value else None for name, value in concerns.items()},
    )
