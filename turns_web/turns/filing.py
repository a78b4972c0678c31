"""Filing: completed turns leave the board after some days."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from turns_web.core.versioned import readable
from turns_web.schema import turn_stages, turns
from turns_web.turns.events import turn_changed


def file_completed(session: Session, today: date, days: int, most: int) -> int:
    """Take turns off the board that were completed `days` ago or earlier; how many, at most `most`.

    Those that somebody is writing at this moment are left for the next time.
    """
    due = (
        select(turns.c.id)
        .join(turn_stages, turn_stages.c.id == turns.c.stage_id)
        .where(
            turns.c.is_active,
            turn_stages.c.is_complete_stage,
            turns.c.turn_completion_date <= today - timedelta(days=days),
        )
        .order_by(turns.c.id)
        .limit(most)
        .with_for_update(of=turns, skip_locked=True)
    )
    filed = (
        session.execute(
            update(turns)
            .where(turns.c.id.in_(due.scalar_subquery()))
            .values(is_active=False)
            .returning(*readable(turns))
        )
        .mappings()
        .all()
    )
    for row in filed:
        turn_changed(session, row, "updated")
    return len(filed)
