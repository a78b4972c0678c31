"""Making a token for a program, and taking it back."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from turns_web.accounts.tokens import rules
from turns_web.accounts.tokens.queries import living_tokens
from turns_web.core import clock
from turns_web.core.errors import Invalid, NotFound
from turns_web.core.identity import Identity
from turns_web.core.outbox import SESSIONS, announce
from turns_web.core.tokens import hash_of
from turns_web.schema import api_tokens

# Told apart from other random text by people, and by what looks for secrets where they should not be.
_MARK = "turns_"


def make_token(session: Session, who: Identity, *, name: str, scope: str, expires_on: date | None) -> str:
    """A new token, of which only the hash is kept. It works to the end of its last day where the person is.

    Raises Invalid.
    """
    faults = rules.faults(living_tokens(session), expires_on, clock.today(who.zone))
    if faults:
        raise Invalid(faults)
    token = _MARK + secrets.token_urlsafe(32)
    values = {"name": name, "scope": scope, "token": hash_of(token), "expires_at": _end_of(expires_on, who.zone)}
    session.execute(api_tokens.insert().values(user_id=who.user_id, **values))
    return token


def revoke_token(session: Session, id: UUID) -> str:
    """Have one's own token refused from now on; returns its name. Raises NotFound, also where it was revoked before."""
    revoked = session.execute(
        update(api_tokens)
        .where(api_tokens.c.id == id, api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(api_tokens.c.name)
    ).scalar_one_or_none()
    if revoked is None:
        raise NotFound()
    announce(session, SESSIONS)
    return revoked


def _end_of(day: date | None, zone: str) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
