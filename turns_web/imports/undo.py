"""Taking an import back: what it made is put away, what it changed is put back, where nobody has changed it since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.orm import Session

from turns_web.core.errors import Invalid, NotFound
from turns_web.core.names import names_of
from turns_web.core.outbox import EVERYTHING, emit
from turns_web.imports import existing
from turns_web.imports.targets import TARGETS, Target
from turns_web.imports.writing import call_stages
from turns_web.schema import imports

# Rows that others rely on by now stay.
_IN_USE = {
    "properties": "EXISTS (SELECT FROM turns u WHERE u.property_id = t.id AND NOT u.is_archived)",
    "vendors": "EXISTS (SELECT FROM turns u WHERE t.id IN (u.vendor_id, u.flooring_vendor_id) AND NOT u.is_archived)",
    "turns": "false",
}


@dataclass(frozen=True)
class Undone:
    """kept: rows that stayed as they are, with why."""

    archived: int
    restored: int
    kept: list[dict[str, str]]


def undo_import(session: Session, import_id: UUID) -> Undone:
    """In a transaction whose context is `undo:<id>`, by which a later import knows what may come back.

    Raises NotFound, Invalid.
    """
    row = session.execute(
        imports.select().where(imports.c.id == import_id).with_for_update()
    ).mappings().first()  # fmt: skip
    if row is None:
        raise NotFound()
    if row["status"] != "done":
        raise Invalid({"__all__": "Only an import that is done, and was not undone before, can be undone."})
    target = TARGETS[row["table_name"]]
    values = {"context": f"import:{import_id}", "table_name": target.table.name}
    kept = _kept(session, target, values)
    call_stages(session, target, "import", f"Import of {row['file_name']} undone")
    archived = _put_away(session, target, values)
    restored = _put_back(session, target, values)
    call_stages(session, target, "", "")
    session.execute(imports.update().where(imports.c.id == import_id).values(status="undone", undone_at=func.now()))
    emit(session, EVERYTHING)
    return Undone(archived, restored, kept)


def _put_away(session: Session, target: Target, values: dict[str, Any]) -> int:
    done: Any = session.execute(
        text(
            f"UPDATE {target.table.name} t SET is_archived = true FROM audit_logs a WHERE {_of_import()}"  # noqa: S608
            f" AND a.action = 'CREATE' AND t.version = a.record_version AND NOT {_IN_USE[target.table.name]}"
        ),
        values,
    )
    return done.rowcount


def _put_back(session: Session, target: Target, values: dict[str, Any]) -> int:
    fixed = target.once | existing.FIXED.get(target.table.name, frozenset())
    columns = [name for name in target.fields if name not in fixed] + ["is_archived"]
    was = f"jsonb_populate_record(NULL::{target.table.name}, a.old_values)"
    sets = ", ".join(
        f"{name} = CASE WHEN a.old_values ? '{name}' THEN ({was}).{name} ELSE t.{name} END" for name in columns
    )
    done: Any = session.execute(
        text(
            f"UPDATE {target.table.name} t SET {sets} FROM audit_logs a WHERE {_of_import()}"  # noqa: S608
            " AND a.action = 'UPDATE' AND t.version = a.record_version"
        ),
        values,
    )
    return done.rowcount


def _kept(session: Session, target: Target, values: dict[str, Any]) -> list[dict[str, str]]:
    """Asked before anything is undone: afterwards every row has been changed since."""
    found = session.execute(
        text(
            f"SELECT t.id, t.version <> a.record_version AS is_changed, t.updated_by"  # noqa: S608
            f" FROM {target.table.name} t, audit_logs a WHERE {_of_import()} AND (t.version <> a.record_version"
            f" OR a.action = 'CREATE' AND {_IN_USE[target.table.name]}) ORDER BY t.created_at, t.id"
        ),
        values,
    ).all()
    names = names_of(
        session, {target.table.name: [row.id for row in found], "people": [row.updated_by for row in found]}
    )
    return [
        {
            "id": str(row.id),
            "name": names.get(row.id, "a row that you may not see"),
            "why": f"changed since by {names.get(row.updated_by, 'Turns')}" if row.is_changed else "has turns by now",
        }
        for row in found
    ]


def _of_import() -> str:
    """The audit rows that the import left, beside their rows `t`."""
    return "a.context = :context AND a.table_name = :table_name AND t.id = a.record_id"
