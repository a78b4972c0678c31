"""The list of vendors: one window of it, how many it holds, and what its filters offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import Session

from turns_web.core import keyset
from turns_web.core.keyset import Key
from turns_web.core.listing import Filter
from turns_web.schema import turns, vendors
from turns_web.vendors import filters
from turns_web.vendors.filters import LISTING

WINDOW = 50

_COLUMNS = (
    "id",
    "version",
    "company_name",
    "contact_name",
    "email",
    "phone",
    "city",
    "trades",
    "service_area",
    "insurance_expiry",
    "is_active",
    "is_approved",
    "average_rating",
    "total_jobs",
    "is_archived",
)


@dataclass(frozen=True, slots=True)
class ListRow:
    """open_jobs: open turns on which the company works, of those that the reader sees."""

    id: UUID
    version: int
    company_name: str
    contact_name: str | None
    email: str | None
    phone: str | None
    city: str | None
    trades: list[str]
    service_area: list[str]
    insurance_expiry: date | None
    is_active: bool
    is_approved: bool
    average_rating: Decimal | None
    total_jobs: int
    is_archived: bool
    open_jobs: int


def window(session: Session, asked: Filter, after: Key | None, today: date) -> list[ListRow]:
    """The rows that follow `after`, one more than WINDOW where there are more."""
    jobs = open_jobs()

    def make(beyond: list[ColumnElement[bool]], by: list[ColumnElement[Any]], limit: int) -> Select[Any]:
        return (
            select(*(vendors.c[name] for name in _COLUMNS), func.coalesce(jobs.c.count, 0).label("open_jobs"))
            .outerjoin(jobs, jobs.c.vendor_id == vendors.c.id)
            .where(*filters.conditions(asked, today), *beyond)
            .order_by(*by)
            .limit(limit)
        )

    rows = keyset.fetch(session, LISTING.order(asked.sort, vendors), after, WINDOW + 1, make)
    return [ListRow(**row._mapping) for row in rows]


def open_jobs() -> Any:
    """(vendor_id, count) of the open turns by the companies that work on them; one that does both counts once."""
    lead = select(turns.c.id, turns.c.vendor_id).where(turns.c.is_open, turns.c.vendor_id.is_not(None))
    flooring = select(turns.c.id, turns.c.flooring_vendor_id).where(
        turns.c.is_open, turns.c.flooring_vendor_id.is_not(None)
    )
    both = lead.union(flooring).subquery("both")
    return select(both.c.vendor_id, func.count().label("count")).group_by(both.c.vendor_id).subquery("jobs")


def count(session: Session, asked: Filter, today: date) -> int:
    statement = select(func.count()).select_from(vendors).where(*filters.conditions(asked, today))
    return session.execute(statement).scalar_one()


_OFFERED = text(
    "SELECT DISTINCT kind, name FROM vendors, LATERAL ("
    " SELECT 'trades' AS kind, unnest(trades) AS name UNION ALL SELECT 'service_area', unnest(service_area)) AS told"
    " WHERE NOT is_archived ORDER BY kind, name LIMIT 1000"
)


def offered(session: Session) -> dict[str, list[tuple[str, str]]]:
    """{"trades": …, "service_area": …}: what the vendors that this person sees do, and where; as (value, words)."""
    found: dict[str, list[tuple[str, str]]] = {"trades": [], "service_area": []}
    for row in session.execute(_OFFERED):
        found[row.kind].append((row.name, row.name))
    return found
