"""What rows are called, many at once: for histories, conflicts and lists that hold only ids."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

NAMED = {
    "people": "concat_ws(' ', first_name, last_name)",
    "vendors": "company_name",
    "properties": "concat_ws(', ', street_address, unit)",
    "turns": "turn_id",
    "turn_stages": "name",
    "property_types": "name",
    "utility_providers": "name",
}


def names_of(session: Session, wanted: Mapping[str, Iterable[UUID | None]]) -> dict[UUID, str]:
    """{id: name} for the wanted ids by table; rows that this person may not see are left out. One statement."""
    parts: list[str] = []
    ids: dict[str, list[UUID]] = {}
    for table, asked in wanted.items():
        found = list({id for id in asked if id is not None})
        if found:
            parts.append(f"SELECT id, {NAMED[table]} AS name FROM {table} WHERE id = ANY(:{table})")  # noqa: S608
            ids[table] = found
    if not parts:
        return {}
    return {row.id: row.name for row in session.execute(text(" UNION ALL ".join(parts)), ids)}
