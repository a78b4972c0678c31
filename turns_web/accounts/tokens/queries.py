"""The tokens that a person made; row security leaves out everybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from turns_web.schema import api_tokens

_LISTED = 50


@dataclass(frozen=True, slots=True)
class OwnToken:
    id: UUID
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    has_ended: bool


def own_tokens(session: Session) -> list[OwnToken]:
    """Those that were not revoked, the newest first."""
    columns = [api_tokens.c[name] for name in OwnToken.__slots__ if name != "has_ended"]
    has_ended = func.coalesce(api_tokens.c.expires_at <= func.now(), False).label("has_ended")
    found = (
        select(*columns, has_ended)
        .where(api_tokens.c.revoked_at.is_(None))
        .order_by(api_tokens.c.created_at.desc(), api_tokens.c.id)
        .limit(_LISTED)
    )
    return [OwnToken(**row) for row in session.execute(found).mappings()]


def living_tokens(session: Session) -> int:
    """How many of one's own tokens work now."""
    lives = or_(api_tokens.c.expires_at.is_(None), api_tokens.c.expires_at > func.now())
    found = select(func.count()).select_from(api_tokens).where(api_tokens.c.revoked_at.is_(None), lives)
    return session.execute(found).scalar_one()
