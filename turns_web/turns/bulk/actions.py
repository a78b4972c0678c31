"""Changing one of many turns: by the same commands as one alone, so with the same demands, merges and conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.core.errors import Forbidden, Invalid, NotFound, Refusal, Stale
from turns_web.core.versioned import kept_words
from turns_web.turns.actions import edit_turn
from turns_web.turns.fields import DIFFERENCE
from turns_web.turns.moving.actions import MoveTurn, move_turn


def change_turn(
    session: Session, id: UUID, version: int, values: Mapping[str, Any], note: str | None, today: date
) -> dict[str, Any]:
    """values: of bulk.fields, those that are to be set. Returns {"id", "version", "note"}.

    Raises as move_turn and edit_turn.
    """
    if "stage_id" in values:
        # One command, one version: the other fields go with the move.
        return move_turn(session, MoveTurn(id=id, version=version, typed=values, note=note), today).answer
    saved = edit_turn(session, id, version, values)
    said = f"Saved. {kept_words(DIFFERENCE, saved.kept)}".strip()
    return {"id": str(id), "version": saved.row["version"], "note": said}


def words_of(refusal: Refusal) -> list[str]:
    """What a refusal says in a list, where there is no form to stand in."""
    match refusal:
        case Invalid():
            return [sentence for said in refusal.fields.values() for sentence in said]
        case Stale():
            named = ", ".join(DIFFERENCE[one.field].label for one in refusal.conflicts)
            return [f"Somebody else changed {named} meanwhile: look at it again." if named else refusal.message]
        case Forbidden():
            return [refusal.message]
        case NotFound():
            return ["There is no such turn that you may change."]
    return ["The database is away for a moment: try it again."]
