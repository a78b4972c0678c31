"""A record's row as it was at one of its versions, with what that version changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.audit import pages
from turns_web.audit.pages import Act
from turns_web.audit.saying import words
from turns_web.audit.subjects import Subjects, described, subject_of
from turns_web.core.errors import NotFound
from turns_web.core.fields import Ref
from turns_web.core.identity import Identity
from turns_web.core.names import names_of

# What the record's own page tells of itself, or nobody asks for.
_LEFT_OUT = {"id", "version", "created_at", "created_by", "updated_at", "updated_by", "has_lock_box_code"}

# Without a version: as it is now.
_AT = text("SELECT record_at_version(:table_name, :id, :version)")
# What made the version.
_ACT = text("""
    SELECT id, created_at, action::text AS action, table_name, record_id, record_version, user_id, user_name, user_role,
        ip_address::text AS ip_address, user_agent, old_values, new_values, changed_fields, property_id, turn_id,
        context, metadata
    FROM record_act(:table_name, :id, :version)
""")


@dataclass(frozen=True, slots=True)
class Value:
    """was: what it was before this version, where this version changed it."""

    label: str
    value: str
    was: str | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class AtVersion:
    """values: empty where the audit does not reach back so far. act: what made this version, where that is known.
    newest: the record's version now."""

    noun: str
    name: str
    page: str
    table: str
    record_id: UUID
    version: int
    newest: int
    act: Act | None
    values: list[Value]


def at_version(session: Session, subjects: Subjects, who: Identity, table: str, id: UUID, version: int) -> AtVersion:
    """Raises NotFound for a record that this person may not see, and for a version that never was."""
    asked = {"table_name": table, "id": id, "version": version}
    newest: dict[str, Any] | None = session.execute(_AT, asked | {"version": None}).scalar()
    if newest is None or not 1 <= version <= newest["version"]:
        raise NotFound()
    then: dict[str, Any] | None = session.execute(_AT, asked).scalar()
    row = session.execute(_ACT, asked).one_or_none()
    subject = subject_of(subjects, table)
    told = pages.told(session, [row], subjects, who)[0] if row else None
    turn_id, property_id = (_id(newest.get(name)) for name in ("turn_id", "property_id"))
    return AtVersion(
        noun=subject.noun,
        name=told.name if told else "",
        page=pages.page_of(subject, who, id, turn_id, property_id),
        table=table,
        record_id=id,
        version=version,
        newest=newest["version"],
        act=told,
        values=_values(session, subject.fields, then, row) if then else [],
    )


def _says_something(value: Any) -> bool:
    return value is not None and value is not False and value not in ("", [], {})


def _id(value: Any) -> UUID | None:
    """Of what it hangs on; a turn's own `turn_id` is its number."""
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return None


def _values(session: Session, fields: Any, then: dict[str, Any], row: Any) -> list[Value]:
    old = (row.old_values or {}) if row else {}
    changed = set(row.changed_fields or ()) if row and row.action == "UPDATE" else set()
    kinds = described(fields, (set(then) | changed) - _LEFT_OUT)
    wanted: dict[str, list[UUID | None]] = {}
    for name, kind in kinds.items():
        if isinstance(kind, Ref):
            wanted.setdefault(kind.to, []).extend(UUID(side[name]) for side in (then, old) if side.get(name))
    names = names_of(session, wanted)
    return [
        Value(
            kind.label,
            words(kind, then[name], names) if name in then else "not shown",
            words(kind, old[name], names) if name in old else None,
            name in changed,
        )
        for name, kind in kinds.items()
        if name in changed or _says_something(then.get(name))
    ]
