"""Marking what one was told as read, and choosing what one is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from turns_web.accounts.actions import set_preferences
from turns_web.core.errors import NotFound
from turns_web.core.identity import Identity
from turns_web.core.outbox import NOTICE, announce
from turns_web.notifications.kinds import DIGEST, offered_to
from turns_web.schema import notifications


def mark_read(session: Session, who: Identity, id: UUID) -> str:
    """Returns where it leads. Raises NotFound."""
    found = session.execute(select(notifications.c.link).where(notifications.c.id == id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    _mark(session, who, notifications.c.id == id)
    return found


def mark_turn_read(session: Session, who: Identity, turn_id: UUID) -> None:
    """All that was told of this turn."""
    _mark(session, who, notifications.c.turn_id == turn_id)


def mark_all_read(session: Session, who: Identity) -> None:
    _mark(session, who)


def _mark(session: Session, who: Identity, *which: Any) -> None:
    session.execute(
        update(notifications)
        .where(notifications.c.user_id == who.user_id, notifications.c.read_at.is_(None), *which)
        .values(read_at=func.now())
    )
    announce(session, NOTICE, user_ids=[str(who.user_id)])


def choose(session: Session, who: Identity, ticked: Mapping[str, str]) -> None:
    """Keep what was ticked, `<kind>.page` and `<kind>.mail`, of the kinds that are offered; an absent box means no."""
    kinds = {name: {way: f"{name}.{way}" in ticked for way in ("page", "mail")} for name in offered_to(who.role)}
    set_preferences(session, who, notices={**kinds, DIGEST: DIGEST in ticked})
