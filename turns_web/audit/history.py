"""A record's history in words: one sentence an audit row, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.audit.saying import mentioned, said
from turns_web.core.fields import Fields
from turns_web.core.names import names_of

WINDOW = 20

_ROWS = text(
    "SELECT action::text, user_name, old_values, new_values, changed_fields, context, metadata, created_at "
    "FROM record_history(:table_name, :id, :before, :count)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """who did what, when. details: one line for each further field, where an act set several."""

    who: str
    sentence: str
    at: datetime
    details: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class History:
    """before: where the earlier entries begin, None at the first one."""

    entries: list[Entry]
    before: datetime | None


def history(
    session: Session, table: str, noun: str, fields: Fields, id: UUID, before: datetime | None = None
) -> History:
    """What became of a record. fields: the columns that are told, by their labels; others changed silently.

    noun: what the record is called, as in "added the property". Raises NotFound. Two statements.
    """
    found = session.execute(_ROWS, {"table_name": table, "id": id, "before": before, "count": WINDOW + 1}).all()
    shown = found[:WINDOW]
    names = names_of(session, mentioned(shown, fields))
    entries = [
        Entry(row.user_name, told.sentence, row.created_at, [one.line for one in told.changes if len(told.changes) > 1])
        for row in shown
        if (told := said(row, noun, fields, names))
    ]
    return History(entries, shown[-1].created_at if len(found) > WINDOW else None)
