"""Signing in and out, one's own account, and the accounts that administrators and the command line make."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.accounts import passwords, rules
from turns_web.core.errors import Invalid, NotFound
from turns_web.core.identity import Identity, Role
from turns_web.core.outbox import SESSIONS, announce
from turns_web.core.versioned import load, update_row
from turns_web.schema import sessions, users


@dataclass(frozen=True, slots=True)
class NewUser:
    email: str
    role: Role
    first_name: str | None = None
    last_name: str | None = None
    vendor_id: UUID | None = None
    markets: tuple[str, ...] = ()
    password: str = ""


def check_password(session: Session, email: str, password: str) -> UUID | None:
    """The id of the active account with this address and password, None for anything else, in the same time."""
    found = session.execute(text("SELECT * FROM account_for_sign_in(:email)"), {"email": email}).first()
    right = passwords.matches(found.password_hash if found else None, password)
    return found.id if found and right and found.is_active else None


def start_session(
    session: Session, user_id: UUID, token_hash: str, ip: str | None, user_agent: str | None, lifetime: timedelta
) -> UUID:
    return session.execute(
        text("SELECT start_session(:user_id, :token_hash, CAST(:ip AS inet), :user_agent, :lifetime)"),
        {"user_id": user_id, "token_hash": token_hash, "ip": ip, "user_agent": user_agent, "lifetime": lifetime},
    ).scalar_one()


def end_session(session: Session, token_hash: str) -> None:
    session.execute(text("SELECT end_session(:token_hash)"), {"token_hash": token_hash})


def end_own_session(session: Session, session_id: UUID) -> None:
    """End one of one's own sessions, here or on another device. Raises NotFound."""
    if not session.execute(delete(sessions).where(sessions.c.id == session_id).returning(sessions.c.id)).first():
        raise NotFound()
    announce(session, SESSIONS)


def change_own_password(session: Session, who: Identity, current: str, new: str) -> None:
    """Set a new password and end every other session. Raises Invalid by field."""
    stored = session.execute(text("SELECT password_hash_of_me()")).scalar_one_or_none()
    if not passwords.matches(stored, current):
        raise Invalid({"current_password": "This is not your present password."})
    faults = rules.password_faults(new, email=who.email)
    if faults:
        raise Invalid({"new_password": faults})
    session.execute(
        text("SELECT change_password(:hash, :keep)"), {"hash": passwords.hashed(new), "keep": who.session_id}
    )
    announce(session, SESSIONS)


def set_preferences(session: Session, who: Identity, **chosen: object) -> None:
    """Keep one's own choices (theme, shortcuts) beside those kept before."""
    statement = (
        update(users)
        .where(users.c.id == who.user_id)
        .values(
            preferences=func.coalesce(users.c.preferences, text("'{}'::jsonb")).op("||")(
                bindparam("chosen", chosen, type_=JSONB)
            )
        )
    )
    session.execute(statement)


def add_user(session: Session, new: NewUser) -> tuple[UUID, str]:
    """Make an account; returns its id and the password, a one-time one where none was given. Raises Invalid."""
    faults = dict(rules.account_faults(new.role, new.vendor_id))
    wrong = rules.password_faults(new.password, email=new.email) if new.password else []
    if wrong:
        faults["password"] = wrong[0]
    if faults:
        raise Invalid(faults)
    password = new.password or secrets.token_urlsafe(12)
    user_id = session.execute(
        users.insert()
        .values(
            email=new.email,
            role=new.role,
            first_name=new.first_name,
            last_name=new.last_name,
            vendor_id=new.vendor_id,
            markets=list(new.markets),
            password_hash=passwords.hashed(password),
        )
        .returning(users.c.id)
    ).scalar_one()
    return user_id, password


def set_role(session: Session, email: str, role: Role) -> None:
    """Give an account another role. Raises NotFound, Invalid where the company does not go with it."""
    row = _account(session, email)
    faults = rules.account_faults(role, row["vendor_id"])
    if faults:
        raise Invalid(faults)
    _change(session, row, role=role)


def disable(session: Session, email: str) -> UUID:
    """Close an account: its sessions are dead with the next request. Returns its id. Raises NotFound, Invalid."""
    row = _account(session, email)
    _change(session, row, is_active=False)
    return row["id"]


def _account(session: Session, email: str) -> Mapping[str, Any]:
    found = session.execute(
        select(users.c.id).where(func.lower(users.c.email) == email.strip().lower())
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return load(session, users, found)


def _change(session: Session, row: Mapping[str, Any], **values: object) -> None:
    update_row(session, users, row["id"], row["version"], values)
    announce(session, SESSIONS)
