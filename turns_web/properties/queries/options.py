"""What the selects of forms and filters offer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from turns_web.properties.fields import KINDS
from turns_web.schema import people, property_types, utility_providers

Options = list[tuple[UUID, str]]

# Each market is found from the one before it by the index; DISTINCT would read every property.
_MARKETS = text(
    "WITH RECURSIVE found AS ("
    " (SELECT market FROM properties WHERE market IS NOT NULL ORDER BY market LIMIT 1)"
    " UNION ALL SELECT (SELECT p.market FROM properties p WHERE p.market > found.market ORDER BY p.market LIMIT 1)"
    " FROM found WHERE found.market IS NOT NULL)"
    " SELECT market FROM found WHERE market IS NOT NULL LIMIT 500"
)


_NAME = func.coalesce(func.nullif(func.concat_ws(" ", people.c.first_name, people.c.last_name), ""), people.c.email)
# Put together once: every list asks for them.
_MANAGERS = (
    select(people.c.id, people.c.role, _NAME.label("name"))
    .where(people.c.role.in_(["PROPERTY_MANAGER", "SR_PROPERTY_MANAGER"]), people.c.is_active)
    .order_by(_NAME, people.c.id)
)


def managers(session: Session) -> dict[str, Options]:
    """{role: [(id, name)]} of the active managers and senior managers."""
    found: dict[str, Options] = {"PROPERTY_MANAGER": [], "SR_PROPERTY_MANAGER": []}
    for row in session.execute(_MANAGERS):
        found[row.role].append((row.id, row.name))
    return found


def markets(session: Session) -> list[tuple[str, str]]:
    """The markets of the properties that this person sees, each as (value, words)."""
    return [(name, name) for name in session.execute(_MARKETS).scalars()]


def types(session: Session) -> Options:
    rows = session.execute(
        select(property_types.c.id, property_types.c.name).where(property_types.c.is_active).order_by("name")
    )
    return [(row.id, row.name) for row in rows]


def providers(session: Session) -> Options:
    rows = session.execute(
        select(utility_providers.c.id, utility_providers.c.name, utility_providers.c.kind)
        .where(~utility_providers.c.is_archived)
        .order_by(utility_providers.c.kind, utility_providers.c.name)
    )
    return [(row.id, f"{row.name} ({KINDS[row.kind].lower()})") for row in rows]
