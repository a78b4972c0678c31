"""The texts of all kinds, as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.core.errors import NotFound
from turns_web.core.versioned import readable
from turns_web.notifications.kinds import KINDS
from turns_web.schema import notification_texts


def written(session: Session) -> dict[str, Mapping[str, Any]]:
    """By kind, those that an administrator wrote."""
    rows = session.execute(select(*readable(notification_texts)).order_by(notification_texts.c.kind)).mappings()
    return {row["kind"]: row for row in rows}


def text_of(session: Session, kind: str) -> Mapping[str, Any] | None:
    """The administrators' own; None where the default is said. Raises NotFound for a kind that is none."""
    if kind not in KINDS:
        raise NotFound()
    return written(session).get(kind)
