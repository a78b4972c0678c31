"""What a search of the audit means beside the text itself: records by their names, columns by their labels."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.audit.subjects import Subjects

_MOST = 3

_NAMED = text("""
    (SELECT 'user_id' AS filter, id, concat_ws(' ', first_name, last_name) AS name FROM people
        WHERE concat_ws(' ', first_name, last_name, email) ILIKE :like ORDER BY name LIMIT :most)
    UNION ALL
    (SELECT 'record_id', id, turn_id FROM turns WHERE turn_id = upper(:q) LIMIT :most)
    UNION ALL
    (SELECT 'record_id', id, concat_ws(', ', street_address, unit) FROM properties
        WHERE id IN (SELECT search_property_ids(:q)) ORDER BY street_address LIMIT :most)
    UNION ALL
    (SELECT 'record_id', id, company_name FROM vendors
        WHERE id IN (SELECT search_vendor_ids(:q)) ORDER BY company_name LIMIT :most)
""")


class Named(NamedTuple):
    """Somebody or something that is called so. filter: what its acts are asked for by."""

    filter: str
    id: UUID
    name: str


def named(session: Session, q: str) -> list[Named]:
    """Some people, turns, homes and vendors that this person sees and that are called so."""
    like = "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return [Named(*row) for row in session.execute(_NAMED, {"q": q, "like": like, "most": _MOST})]


def turn(found: list[Named], q: str) -> UUID | None:
    """The turn whose number was typed, and nothing else."""
    return next((one.id for one in found if one.name == q.upper() and one.filter == "record_id"), None)


def columns(subjects: Subjects, q: str) -> list[str]:
    """Columns whose label contains what was typed."""
    typed = q.lower()
    return sorted(
        {name for subject in subjects.values() for name, kind in subject.fields.items() if typed in kind.label.lower()}
    )
