"""What /audit shows of a row: who, what they did in words, to which record, from where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.audit.saying import Change, mentioned, said
from turns_web.audit.subjects import Subject, Subjects, described, subject_of
from turns_web.core.fields import Fields
from turns_web.core.identity import SYSTEM_USER_ID, Identity, Role
from turns_web.core.names import NAMED, names_of

# Where core/names finds the name of a record of this table.
_NAMED_AS = {"users": "people"}


@dataclass(frozen=True, slots=True)
class Act:
    """One row. name, page: of the record; empty where this person may not see it any more. version: that it made."""

    id: UUID
    at: datetime
    user_id: UUID
    who: str
    role: str
    action: str
    sentence: str
    changes: list[Change]
    table: str
    noun: str
    record_id: UUID
    name: str
    page: str
    version: int | None
    ip: str
    agent: str
    context: str


def told(session: Session, rows: list[Any], subjects: Subjects, who: Identity) -> list[Act]:
    """The rows in words, for this reader; one statement for all the names in them."""
    fields = {row.id: _fields(row, subject_of(subjects, row.table_name)) for row in rows}
    wanted: dict[str, list[UUID | None]] = {}
    for row in rows:
        for table, ids in mentioned([row], fields[row.id]).items():
            wanted.setdefault(table, []).extend(ids)
        if (named := _NAMED_AS.get(row.table_name, row.table_name)) in NAMED:
            wanted.setdefault(named, []).append(row.record_id)
        if row.turn_id:
            wanted.setdefault("turns", []).append(row.turn_id)
    names = names_of(session, wanted)
    return [_act(row, subject_of(subjects, row.table_name), fields[row.id], names, who) for row in rows]


def _fields(row: Any, subject: Subject) -> Fields:
    """Of the columns that are told; of a new record none is."""
    return {} if row.action in ("CREATE", "DELETE") else described(subject.fields, row.changed_fields or ())


def page_of(subject: Subject, who: Identity, id: UUID, turn_id: UUID | None, property_id: UUID | None) -> str:
    """Where this reader looks at a record; empty where they do not."""
    page = subject.address(id, turn_id, property_id)
    return page if who.is_admin or not page.startswith("/admin/") else ""


def _act(row: Any, subject: Subject, fields: Fields, names: dict[UUID, str], who: Identity) -> Act:
    what = said(row, subject.noun, fields, names)
    name = names.get(row.record_id) or _own_name(row, subject) or names.get(row.turn_id, "")
    return Act(
        id=row.id,
        at=row.created_at,
        user_id=row.user_id,
        who=row.user_name,
        role=_role(row),
        action=row.action,
        sentence=what.sentence if what else f"changed the {subject.noun}",
        changes=what.changes if what else [],
        table=row.table_name,
        noun=subject.noun,
        record_id=row.record_id,
        name=name,
        page=page_of(subject, who, row.record_id, row.turn_id, row.property_id) if name else "",
        version=row.record_version if row.action != "DELETE" else None,
        ip=row.ip_address or "",
        agent=row.user_agent or "",
        context=row.context or "",
    )


def _role(row: Any) -> str:
    """At that time. What nobody in particular did was done in no role."""
    if row.user_id == SYSTEM_USER_ID:
        return ""
    return Role(row.user_role).words if row.user_role in Role.__members__ else row.user_role


def _own_name(row: Any, subject: Subject) -> str:
    """What the row itself calls its record."""
    values = {**(row.old_values or {}), **(row.new_values or {})}
    return str(values.get(subject.named) or "") if subject.named else ""
