"""Telling that a turn changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy.orm import Session

from turns_web.core.outbox import concerning, emit
from turns_web.properties.events import TURN_CONCERNS

Change = Literal["created", "updated", "moved", "archived", "gone"]


def turn_changed(
    session: Session,
    row: Mapping[str, Any],
    change: Change,
    before: Mapping[str, Any] | None = None,
    told: Sequence[str] | None = None,
) -> None:
    """Tell, after the commit, that this turn has a new version, or that something that hangs on it has changed.

    row: as written, all readable columns. before: the row before the write: where somebody lost sight of it by the
    write (another vendor, another superintendent) they are told `gone`, and webhooks are told what became of it.
    told: what they are told instead, where the rows do not say it.
    """
    emit(
        session,
        "turn",
        id=row["id"],
        version=row["version"],
        stage_id=row["stage_id"],
        change=change,
        names=names(change, row, before) if told is None else list(told),
        **_waiting(row, before),
        **concerning(TURN_CONCERNS, row, before),
    )


def _waiting(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, str]:
    """To whom the turn now waits, where it came to that by the write: those who may decide are told."""
    status = row["scope_approval_status"]
    came = before is not None and status != before["scope_approval_status"]
    return {"approval": status} if came and status.endswith("_NEEDED") else {}


def names(change: Change, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[str]:
    """What other programs are told of a write: everything that it brought about, `turn.updated` where it is none of the
    others, nothing where the turn itself is as it was."""
    if change in ("created", "archived"):
        return [f"turn.{change}"]
    if before is None:
        return ["turn.updated"]
    if row["version"] == before["version"]:
        return []
    brought = {
        "turn.stage_changed": row["stage_id"] != before["stage_id"],
        "turn.completed": before["is_open"] and not row["is_open"] and row["is_active"] and not row["is_archived"],
        _DECIDED.get(row["scope_approval_status"], ""): _approval_went_on(row, before),
    }
    return [name for name, is_so in brought.items() if name and is_so] or ["turn.updated"]


_DECIDED = {
    "DFO_APPROVAL_NEEDED": "turn.submitted",
    "DFO_APPROVED": "turn.approved",
    "HO_APPROVED": "turn.approved",
    "REJECTED": "turn.rejected",
}


def _approval_went_on(row: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return row["scope_approval_status"] != before["scope_approval_status"]
