"""A record's history in words: one sentence an audit row, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from turns_web.core.fields import Day, Field, Fields, Flag, Money, Number, Ref, say
from turns_web.core.names import names_of

WINDOW = 20

_ROWS = text(
    "SELECT action, user_name, old_values, new_values, changed_fields, context, created_at "
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
    names = names_of(session, _mentioned(shown, fields))
    entries = [entry for row in shown if (entry := _entry(row, noun, fields, names))]
    return History(entries, shown[-1].created_at if len(found) > WINDOW else None)


def _mentioned(rows: list[Row[Any]], fields: Fields) -> dict[str, list[UUID | None]]:
    wanted: dict[str, list[UUID | None]] = {}
    for row in rows:
        for values in (row.old_values, row.new_values):
            for name, value in (values or {}).items():
                if value and isinstance(kind := fields.get(name), Ref):
                    wanted.setdefault(kind.to, []).append(UUID(value))
    return wanted


def _entry(row: Row[Any], noun: str, fields: Fields, names: Mapping[UUID, str]) -> Entry | None:
    how = " by an import" if (row.context or "").startswith("import:") else ""
    if row.action == "CREATE":
        return Entry(row.user_name, f"added the {noun}{how}", row.created_at)
    if row.action == "VIEW":
        return Entry(row.user_name, f"looked at the {_named(row.changed_fields, fields)}", row.created_at)
    if row.action == "DELETE":
        return Entry(row.user_name, f"removed the {noun}", row.created_at)
    if "is_archived" in (row.new_values or {}):
        put_away = row.new_values["is_archived"]
        return Entry(row.user_name, f"{'archived' if put_away else 'restored'} the {noun}{how}", row.created_at)
    told = _changes(row, fields, names)
    if not told:
        return None
    if len(told) == 1:
        return Entry(row.user_name, f"changed {told[0]}{how}", row.created_at)
    return Entry(row.user_name, f"changed {len(told)} things{how}", row.created_at, told)


def _named(columns: list[str] | None, fields: Fields) -> str:
    labels = [fields[name].label.lower() if name in fields else name.replace("_", " ") for name in columns or ()]
    return " and ".join(labels) or "record"


def _changes(row: Row[Any], fields: Fields, names: Mapping[UUID, str]) -> list[str]:
    was, now = row.old_values or {}, row.new_values or {}
    told = []
    for name in row.changed_fields or ():
        if (kind := fields.get(name)) is None:
            continue
        if name not in now:  # a secret: that it changed is told, never what it was
            told.append(kind.label)
            continue
        before, after = (say(kind, typed(kind, side.get(name)), names) for side in (was, now))
        told.append(f"{kind.label}: {before} → {after}")
    return told


def typed(kind: Field, value: Any) -> Any:
    """A value of the audit's JSON as the field knows it."""
    if value is None or isinstance(kind, Flag):
        return value
    if isinstance(kind, Money | Number):
        return Decimal(str(value))
    if isinstance(kind, Day):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(kind, Ref) else value
