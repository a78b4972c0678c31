"""Who is behind a token, and what a person sees of their own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, literal, null, select, text
from sqlalchemy.orm import Session

from turns_web.core import db
from turns_web.core.identity import SYSTEM_USER_ID, Identity, Role, system_identity
from turns_web.schema import sessions, users

_IDENTITY = text("SELECT * FROM session_identity(:token_hash)")
_BEARER = text("SELECT * FROM bearer_identity(:token_hash)")
_IDENTITIES = text(
    "SELECT asked.hash AS asked, found.* FROM unnest(CAST(:hashes AS text[])) AS asked (hash) "
    "CROSS JOIN LATERAL bearer_identity(asked.hash) AS found"
)
_TABLES = ("turns", "properties", "vendors")
_SEES = {table: text(f"SELECT 1 FROM {table} WHERE id = :id") for table in _TABLES}  # noqa: S608
_VISIBLE = {
    table: text(f"SELECT id FROM {table} WHERE id = ANY(CAST(:ids AS uuid[]))")  # noqa: S608
    for table in _TABLES
}


@dataclass(frozen=True, slots=True)
class OwnSession:
    id: UUID
    created_at: datetime
    last_seen_at: datetime | None
    expires_at: datetime
    ip_address: str | None
    user_agent: str | None


def identity_of(token_hash: str, ip: str | None, user_agent: str | None) -> Identity | None:
    """The active person whose live session this token is. Sliding its expiry is the database function's doing."""
    with db.sign_in() as session:
        row = session.execute(_IDENTITY, {"token_hash": token_hash}).first()
    return _identity(row, ip, user_agent) if row else None


def bearer_of(token_hash: str, ip: str | None, user_agent: str | None) -> Identity | None:
    """The active person whose live session this token is, or who made it for a program."""
    with db.sign_in() as session:
        row = session.execute(_BEARER, {"token_hash": token_hash}).first()
    return replace(_identity(row, ip, user_agent), reads_only=row.reads_only) if row else None


def identities_of(token_hashes: Sequence[str]) -> dict[str, Identity]:
    """By token hash, the active people whose live sessions or API tokens these are; the others are missing."""
    with db.sign_in() as session:
        rows = session.execute(_IDENTITIES, {"hashes": list(token_hashes)}).all()
    return {row.asked: _identity(row, None, None) for row in rows}


def identity_by_id(user_id: UUID) -> Identity | None:
    """The active person of this id, for a job that was asked for in their name; no session stands behind it."""
    if user_id == SYSTEM_USER_ID:
        return system_identity()
    columns = ("email", "first_name", "last_name", "role", "markets", "vendor_id", "timezone", "preferences")
    found = select(
        users.c.id.label("user_id"),
        *(users.c[name] for name in columns),
        null().label("session_id"),
        func.coalesce(func.setting("timezone"), "UTC").label("portfolio_zone"),
        func.stands_in(users.c.id).label("stands_in"),
        literal(0).label("unread"),
    ).where(users.c.id == user_id, users.c.is_active)
    with db.read(system_identity()) as session:
        row = session.execute(found).first()
    return _identity(row, None, None) if row else None


def _identity(row: Row, ip: str | None, user_agent: str | None) -> Identity:
    return Identity(
        user_id=row.user_id,
        role=Role(row.role),
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        markets=tuple(row.markets or ()),
        vendor_id=row.vendor_id,
        timezone=row.timezone,
        preferences=row.preferences or {},
        session_id=row.session_id,
        ip=ip,
        user_agent=user_agent,
        portfolio_zone=row.portfolio_zone,
        stands_in=tuple(row.stands_in or ()),
        unread=row.unread,
    )


def sees(identity: Identity, table: str, id: UUID) -> bool:
    with db.read(identity) as session:
        return session.execute(_SEES[table], {"id": id}).first() is not None


def visible(identity: Identity, table: str, ids: Sequence[str]) -> set[str]:
    """Those of the rows that this person sees."""
    with db.read(identity) as session:
        return {str(id) for id in session.execute(_VISIBLE[table], {"ids": list(ids)}).scalars()}


def own_sessions(session: Session) -> list[OwnSession]:
    """One's live sessions, the latest used first."""
    rows = session.execute(
        select(*(sessions.c[name] for name in OwnSession.__slots__))
        .where(sessions.c.expires_at > text("now()"))
        .order_by(sessions.c.last_seen_at.desc().nulls_last(), sessions.c.id)
        .limit(50)
    )
    return [
        OwnSession(**{**row, "ip_address": row["ip_address"] and str(row["ip_address"])}) for row in rows.mappings()
    ]
