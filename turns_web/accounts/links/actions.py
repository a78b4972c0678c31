"""Making links, and using them. Of a link's token only the sha256 is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.accounts import passwords, rules
from turns_web.core.errors import Invalid
from turns_web.core.identity import Role
from turns_web.core.outbox import SESSIONS, announce
from turns_web.core.tokens import hash_of

_MAKE = text("SELECT make_link(:person, :purpose, :token_hash, :lifetime)")
_FORGOTTEN = text("SELECT * FROM link_for_forgotten(:email, :token_hash, :lifetime)")
_FOUND = text("SELECT * FROM link_of(:token_hash)")
_USE = text("SELECT use_link(:token_hash, :purpose, :password_hash)")


class Purpose(StrEnum):
    INVITE = "INVITE"
    RESET = "RESET"


LIFETIME = {Purpose.INVITE: timedelta(days=7), Purpose.RESET: timedelta(hours=4)}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was just made; nothing tells its token later."""

    id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    link: Link
    email: str
    first_name: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class Found:
    """A link as whoever holds it sees it; whose it is only while it is open. invited_by: null where nobody in
    particular did."""

    purpose: str
    state: Literal["open", "used", "ended", "expired"]
    email: str | None
    first_name: str | None
    last_name: str | None
    role: str | None
    invited_by: str | None
    expires_at: datetime


def make(session: Session, person: UUID, purpose: Purpose) -> Link:
    """In place of those of the kind that were not used. Raises Invalid, Forbidden, NotFound."""
    token = secrets.token_urlsafe(32)
    made = {"person": person, "purpose": purpose, "token_hash": hash_of(token), "lifetime": LIFETIME[purpose]}
    return Link(session.execute(_MAKE, made).scalar_one(), token)


def make_for_forgotten(session: Session, email: str) -> Forgotten | None:
    """A link for a new password, where an open account has this address. session: the system user's."""
    token = secrets.token_urlsafe(32)
    asked = {"email": email, "token_hash": hash_of(token), "lifetime": LIFETIME[Purpose.RESET]}
    row = session.execute(_FORGOTTEN, asked).first()
    return Forgotten(Link(row.link_id, token), row.email, row.first_name, Role(row.role)) if row else None


def look(session: Session, token: str) -> Found | None:
    """What a link is worth; None where there never was such a one."""
    row = session.execute(_FOUND, {"token_hash": hash_of(token)}).first()
    return Found(**row._mapping) if row else None


def use(session: Session, token: str, purpose: Purpose, password: str, email: str) -> UUID:
    """Set the password that somebody chose by a link, and use it up. email: whose the link is, as `look` told.

    Returns whose account it opened. Raises Invalid, and NotFound where the link is good no more.
    """
    faults = rules.password_faults(password, email=email)
    if faults:
        raise Invalid({"password": faults})
    chosen = {"token_hash": hash_of(token), "purpose": purpose, "password_hash": passwords.hashed(password)}
    person = session.execute(_USE, chosen).scalar_one()
    announce(session, SESSIONS)
    return person
