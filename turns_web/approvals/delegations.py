"""Whoever is away names somebody to decide on approvals in their stead, for a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

import psycopg.errors as pg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from turns_web.core import outbox, versioned
from turns_web.core.errors import Stale
from turns_web.core.identity import Identity
from turns_web.schema import approval_delegations

_DELEGATE = text("SELECT delegate_approvals(:delegate_id, :starts_on, :ends_on)")
_END = text("SELECT end_delegation(:id, :version)")
# Those that are over stay on the page for a month.
_LIST = text("""
    SELECT d.id, d.version, d.approver_id, d.delegate_id, d.starts_on, d.ends_on,
        coalesce(nullif(concat_ws(' ', a.first_name, a.last_name), ''), a.email, 'Somebody') AS approver,
        coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.email, 'Somebody') AS delegate,
        CASE WHEN d.ended_at IS NOT NULL OR d.ends_on < portfolio_today() THEN 'over'
            WHEN NOT coalesce(a.is_active AND p.is_active, false) THEN 'void'
            WHEN d.starts_on > portfolio_today() THEN 'begins' ELSE 'runs' END AS state
    FROM approval_delegations d
    LEFT JOIN people a ON a.id = d.approver_id
    LEFT JOIN people p ON p.id = d.delegate_id
    WHERE d.ends_on >= portfolio_today() - 31
    ORDER BY d.starts_on DESC, d.id LIMIT 200
""")
_PEOPLE = text("""
    SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
    WHERE is_active AND role <> 'VENDOR' AND id <> :me ORDER BY name, id LIMIT 2000
""")


@dataclass(frozen=True, slots=True)
class Delegation:
    """state: `runs`, `begins` on a later day, `over`, or `void`: one of the two accounts is closed."""

    id: UUID
    version: int
    approver_id: UUID
    delegate_id: UUID
    starts_on: date
    ends_on: date
    approver: str
    delegate: str
    state: Literal["runs", "begins", "over", "void"]

    @property
    def can_end(self) -> bool:
        return self.state != "over"


def delegate(session: Session, values: dict[str, Any]) -> UUID:
    """Name somebody. values: delegate_id, starts_on, ends_on. Raises Forbidden, Invalid (by field)."""
    made = session.execute(_DELEGATE, values).scalar_one()
    _announce(session)
    return made


def end(session: Session, delegation_id: UUID, version: int) -> None:
    """Take it back, from either side. Raises NotFound, Stale, Invalid where it is over already."""
    seen = versioned.load(session, approval_delegations, delegation_id)
    if seen["version"] != version:
        raise Stale(server=seen, local_version=version)
    try:
        with session.begin_nested():
            session.execute(_END, {"id": delegation_id, "version": version})
    except DBAPIError as refused:
        if isinstance(refused.orig, pg.SerializationFailure):
            server = versioned.load(session, approval_delegations, delegation_id)
            raise Stale(server=server, local_version=version) from refused
        raise
    _announce(session)


def _announce(session: Session) -> None:
    """What somebody sees has changed: their open pages ask anew who they are."""
    outbox.announce(session, outbox.SESSIONS)


def delegations(session: Session, who: Identity) -> dict[str, list[Delegation]]:
    """By `given`, `taken` and, for administrators, `others`: what this person sees, the latest first."""
    found = [Delegation(*row) for row in session.execute(_LIST)]
    return {
        "given": [one for one in found if one.approver_id == who.user_id],
        "taken": [one for one in found if one.delegate_id == who.user_id],
        "others": [one for one in found if who.user_id not in (one.approver_id, one.delegate_id)],
    }


def people(session: Session, who: Identity) -> list[tuple[str, str]]:
    """(id, name) of whom one can name."""
    return [(str(row.id), row.name) for row in session.execute(_PEOPLE, {"me": who.user_id})]
