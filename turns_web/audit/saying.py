"""A row of the audit in words, the same wherever it is told: in a record's history, in a turn's, and in the viewer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from turns_web.core.fields import Day, Field, Fields, Flag, Money, Number, Ref, say

# As Postgres writes a timestamptz into JSON.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d", re.ASCII)


class Told(Protocol):
    """What of an audit row is told."""

    action: str
    old_values: Mapping[str, Any] | None
    new_values: Mapping[str, Any] | None
    changed_fields: list[str] | None
    context: str | None
    metadata: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Change:
    """One field, in words. was, now: None where that it changed is all that may be told."""

    label: str
    was: str | None = None
    now: str | None = None

    @property
    def line(self) -> str:
        return self.label if self.now is None else f"{self.label}: {self.was} → {self.now}"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody did, after their name; changes: what an UPDATE changed, field by field."""

    sentence: str
    changes: list[Change] = field(default_factory=list)


def said(row: Told, noun: str, fields: Fields, names: Mapping[UUID, str]) -> Said | None:
    """None for a change of nothing that `fields` describes.

    noun: what the record is called, as in "added the property". names: of the rows that values refer to.
    """
    how = " by an import" if (row.context or "").startswith("import:") else ""
    if row.action == "CREATE":
        return Said(f"added the {noun}{how}")
    if row.action == "DELETE":
        return Said(f"removed the {noun}")
    if row.action == "VIEW":
        return Said(f"looked at the {_labels(row.changed_fields, fields)}")
    if row.action == "EXPORT":
        return Said(_taken(row.metadata or {}))
    if "is_archived" in (row.new_values or {}):
        return Said(f"{'archived' if (row.new_values or {})['is_archived'] else 'restored'} the {noun}{how}")
    changes = changed(row, fields, names)
    if not changes:
        return None
    what = changes[0].line if len(changes) == 1 else f"{len(changes)} things"
    return Said(f"changed {what}{how}", changes)


def changed(row: Told, fields: Fields, names: Mapping[UUID, str]) -> list[Change]:
    """The fields that an UPDATE set, in the order of `fields`."""
    was, now = row.old_values or {}, row.new_values or {}
    told = set(row.changed_fields or ())
    return [
        # A secret: that it changed is told, never what it was.
        Change(kind.label)
        if name not in now
        else Change(kind.label, *(words(kind, side.get(name), names) for side in (was, now)))
        for name, kind in fields.items()
        if name in told
    ]


def mentioned(rows: Iterable[Told], fields: Fields) -> dict[str, list[UUID | None]]:
    """The rows that values refer to, by table, for names_of."""
    wanted: dict[str, list[UUID | None]] = {}
    for row in rows:
        for values in (row.old_values, row.new_values):
            for name, value in (values or {}).items():
                if value and isinstance(kind := fields.get(name), Ref):
                    wanted.setdefault(kind.to, []).append(UUID(value))
    return wanted


def words(kind: Field, stored: Any, names: Mapping[UUID, str]) -> str:
    """A value of the audit's JSON for people; as it stands where the field has come to mean something else since."""
    if type(kind) is Field:
        return _plain(stored)
    try:
        return say(kind, typed(kind, stored), names)
    except (ValueError, TypeError, ArithmeticError, AttributeError):
        return _plain(stored)


def _plain(stored: Any) -> str:
    """A value of a column that nobody described."""
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    if isinstance(stored, list):
        return ", ".join(map(_plain, stored)) or "none"
    if isinstance(stored, dict):
        return ", ".join(f"{name}: {_plain(value)}" for name, value in stored.items()) or "none"
    if stored is None or stored == "":
        return "none"
    if isinstance(stored, str) and _MOMENT.fullmatch(stored):
        at = datetime.fromisoformat(stored).astimezone(UTC)
        return f"{at.day} {at:%b %Y %H:%M} UTC"
    return str(stored)


def typed(kind: Field, value: Any) -> Any:
    """A value of the audit's JSON as the field knows it."""
    if value is None or isinstance(kind, Flag):
        return value
    if isinstance(kind, Money | Number):
        return Decimal(str(value))
    if isinstance(kind, Day):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(kind, Ref) else value


def _taken(file: Mapping[str, Any]) -> str:
    """file: of an export, its type and format and the number of rows."""
    if file.get("type") == "turn_sheet":
        return "took the turn’s sheet"
    what = str(file.get("type") or "rows")
    rows = f"{file['rows']:,} " if isinstance(file.get("rows"), int) else ""
    return f"took a file of {rows}{what}" + (f", as {file['format']}" if file.get("format") else "")


def _labels(columns: list[str] | None, fields: Fields) -> str:
    labels = [fields[name].label.lower() if name in fields else name.replace("_", " ") for name in columns or ()]
    return " and ".join(labels) or "record"
