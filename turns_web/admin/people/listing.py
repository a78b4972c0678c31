"""The list of people: what it can be asked, one window of it, and how many it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from turns_web.core import keyset
from turns_web.core.fields import Choice, Ref, Text
from turns_web.core.identity import Role
from turns_web.core.keyset import Key
from turns_web.core.listing import Filter, Listing
from turns_web.schema import users, vendors, verification_tokens

WINDOW = 50

STATES = {
    "active": "Active",
    "invited": "Invited",
    "expired": "Invitation ran out",
    "withdrawn": "Invitation withdrawn",
    "disabled": "Disabled",
}

LISTING = Listing(
    filters={
        "role": Choice(label="Role", options={role.value: role.words for role in Role}),
        "state": Choice(label="State", options=STATES),
        "market": Text(label="Market", max=100),
        "vendor_id": Ref(label="Company", to="vendors"),
    },
    sorts={"last_name": True, "email": False, "role": False, "last_login": True},
    default_sort="last_name",
)

# Of each who was ever invited: whether they accepted, and until when an invitation waits.
_tokens = verification_tokens.c
_open_until = func.max(_tokens.expires_at).filter(_tokens.used_at.is_(None), _tokens.ended_at.is_(None))
_INVITED = (
    select(
        _tokens.user_id,
        func.bool_or(_tokens.used_at.is_not(None)).label("has_accepted"),
        _open_until.label("open_until"),
    )
    .where(_tokens.purpose == "INVITE")
    .group_by(_tokens.user_id)
    .subquery("invited")
)
_STATE = case(
    (users.c.is_active, "active"),
    (_INVITED.c.has_accepted.is_not(False), "disabled"),
    (_INVITED.c.open_until > func.now(), "invited"),
    (_INVITED.c.open_until.is_not(None), "expired"),
    else_="withdrawn",
)
_COLUMNS = ("id", "version", "email", "first_name", "last_name", "role", "markets", "last_login")


@dataclass(frozen=True, slots=True)
class ListRow:
    id: UUID
    version: int
    email: str
    first_name: str | None
    last_name: str | None
    role: str
    markets: list[str]
    last_login: datetime | None
    company: str | None
    state: str

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)


def window(session: Session, asked: Filter, after: Key | None) -> list[ListRow]:
    """The rows that follow `after`, one more than WINDOW where there are more."""

    def make(beyond: list[ColumnElement[bool]], by: list[ColumnElement[Any]], limit: int) -> Select[Any]:
        return (
            select(
                *(users.c[name] for name in _COLUMNS), vendors.c.company_name.label("company"), _STATE.label("state")
            )
            .outerjoin(vendors, vendors.c.id == users.c.vendor_id)
            .outerjoin(_INVITED, _INVITED.c.user_id == users.c.id)
            .where(*_conditions(asked), *beyond)
            .order_by(*by)
            .limit(limit)
        )

    rows = keyset.fetch(session, LISTING.order(asked.sort, users), after, WINDOW + 1, make)
    return [ListRow(**row._mapping) for row in rows]


def count(session: Session, asked: Filter) -> int:
    joined = users.outerjoin(_INVITED, _INVITED.c.user_id == users.c.id)
    return session.execute(select(func.count()).select_from(joined).where(*_conditions(asked))).scalar_one()


def state_of(session: Session, id: UUID) -> tuple[str, datetime | None]:
    """Of one account, and until when its invitation waits."""
    found = select(_STATE, _INVITED.c.open_until).outerjoin(_INVITED, _INVITED.c.user_id == users.c.id)
    row = session.execute(found.where(users.c.id == id)).one()
    return row[0], row[1]


def _conditions(asked: Filter) -> list[ColumnElement[bool]]:
    columns = {"role": users.c.role, "state": _STATE, "vendor_id": users.c.vendor_id}
    found: list[ColumnElement[bool]] = []
    for name, values in asked.values.items():
        if name == "market":
            found.append(users.c.markets.overlap(list(values)))
        else:
            found.append(columns[name].in_(values))
    if asked.q:
        found += [_contains(word) for word in asked.q.split()]
    return [and_(*found)] if found else []


def _contains(word: str) -> ColumnElement[bool]:
    """Without case and accents."""
    said = func.concat_ws(" ", users.c.first_name, users.c.last_name, users.c.email, users.c.phone)
    return func.strpos(func.search_fold(said), func.search_fold(literal(word))) > 0
