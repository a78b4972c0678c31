"""What the pages show of people's accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from turns_web.accounts.queries import OwnSession
from turns_web.admin.people.listing import state_of
from turns_web.core.versioned import load
from turns_web.schema import people, users, vendors

_SESSIONS = text("SELECT * FROM sessions_of(:person)")
_TOKENS = text("SELECT * FROM api_tokens_of(:person)")
_MARKETS = text(
    "SELECT DISTINCT market FROM properties WHERE market IS NOT NULL UNION"
    " SELECT DISTINCT unnest(markets) FROM users ORDER BY 1 LIMIT 500"
)
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Program:
    """A token of somebody's program that still works."""

    id: UUID
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """row: of users. state: as the list says it; open_until: of the invitation that waits, else null."""

    row: Mapping[str, Any]
    state: str
    open_until: datetime | None
    company: str | None
    sessions: list[OwnSession]
    programs: list[Program]

    @property
    def name(self) -> str:
        return called(self.row)


def called(row: Mapping[str, Any]) -> str:
    return " ".join(part for part in (row["first_name"], row["last_name"]) if part) or row["email"]


def account(session: Session, id: UUID) -> Account:
    """Raises NotFound."""
    row = load(session, users, id)
    state, open_until = state_of(session, id)
    sessions = session.execute(_SESSIONS, {"person": id}).mappings()
    programs = session.execute(_TOKENS, {"person": id}).mappings()
    return Account(
        row=row,
        state=state,
        open_until=open_until,
        company=_company(session, row["vendor_id"]),
        sessions=[
            OwnSession(**{**one, "ip_address": one["ip_address"] and str(one["ip_address"])}) for one in sessions
        ],
        programs=[Program(**one) for one in programs],
    )


def _company(session: Session, id: UUID | None) -> str | None:
    if id is None:
        return None
    return session.execute(select(vendors.c.company_name).where(vendors.c.id == id)).scalar_one_or_none()


def companies(session: Session) -> list[tuple[UUID, str]]:
    rows = session.execute(
        select(vendors.c.id, vendors.c.company_name)
        .where(~vendors.c.is_archived)
        .order_by(vendors.c.company_name, vendors.c.id)
        .limit(_MOST)
    )
    return [(row.id, row.company_name) for row in rows]


def markets(session: Session) -> list[str]:
    """Those of the homes, and those that people were given before there was one."""
    return list(session.execute(_MARKETS).scalars())


def colleagues(session: Session) -> list[Mapping[str, Any]]:
    """(id, role, name) of those who are active and no vendor's, by name: whoever could take something over."""
    found = (
        select(people.c.id, people.c.role, people.c.first_name, people.c.last_name, people.c.email)
        .where(people.c.is_active, people.c.role != "VENDOR")
        .order_by(people.c.first_name, people.c.last_name, people.c.id)
        .limit(_MOST)
    )
    return list(session.execute(found).mappings())
