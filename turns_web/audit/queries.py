"""Years of acts, newest first, a window at a time.

Each statement is bounded to some months: the planner then looks at their partitions alone, and most windows are found
in the newest of them. A search of text has no index that would be worth its cost at every write: it reads so many rows
at a time, for a moment, and says how far back it came.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from turns_web.audit.filters import Filter
from turns_web.core.clock import now
from turns_web.core.identity import Identity
from turns_web.core.names import names_of

WINDOW = 50

# Months that are looked through at once, beside the one that it begins in.
_STEPS = (1, 6, 24)
# A search reads so many rows in its first go, four times as many in the next, up to the most; and begins none after so
# long.
_FIRST, _MOST = 2_000, 32_000
_MOMENT_S = 0.4

# Columns that name a record which no table of core/names does. Of one that was added or removed nothing else is told,
# and all of it would be most of what is read.
NAMING = ("kind", "name", "number", "url")
_NAMES = ", ".join(f"'{name}', coalesce(a.new_values, a.old_values) -> '{name}'" for name in NAMING)
_COLUMNS = f"""a.id, a.created_at, a.action::text AS action, a.table_name, a.record_id, a.record_version, a.user_id,
    a.user_name, a.user_role, a.ip_address::text AS ip_address, a.user_agent,
    CASE WHEN a.action = 'UPDATE' THEN a.old_values END AS old_values,
    CASE WHEN a.action = 'UPDATE' THEN a.new_values ELSE jsonb_build_object({_NAMES}) END AS new_values,
    a.changed_fields, a.property_id, a.turn_id, a.context, a.metadata"""
FOUND = """(concat_ws(' ', a.user_name, a.user_email, a.context, host(a.ip_address), a.old_values::text,
    a.new_values::text) ILIKE :q OR a.changed_fields && CAST(:columns AS text[]) OR a.record_id = ANY(:named)
    OR a.turn_id = ANY(:named) OR a.property_id = ANY(:named))"""
_PEOPLE = text("SELECT id, concat_ws(' ', first_name, last_name) AS name FROM people ORDER BY name, id")
_PLACE = "a.created_at DESC, a.id DESC"


_BEFORE_ALL = UUID(int=0)


class Key(NamedTuple):
    """Where a window ended."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Acts:
    """rows: one window. next: where the following one begins, None at the end. looked_back: a search stopped there, and
    what lies before was not read."""

    rows: list[Any]
    next: Key | None
    looked_back: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Of time, from the newer end: below `after` or `until`, not before `since`. None: no bound."""

    since: datetime | None
    until: datetime | None
    after: Key | None = None

    def where(self) -> tuple[list[str], dict[str, Any]]:
        said, given = [], {}
        if self.since:
            said.append("a.created_at >= :since")
            given["since"] = self.since
        if self.until:
            said.append("a.created_at < :until")
            given["until"] = self.until
        if self.after:
            # The first says the same for the planner, who leaves out partitions by a plain comparison only.
            said += ["a.created_at <= :at", "(a.created_at, a.id) < (:at, :id)"]
            given |= {"at": self.after.at, "id": self.after.id}
        return said, given


def acts(
    session: Session, asked: Filter, after: Key | None, who: Identity, named: list[UUID], columns: list[str]
) -> Acts:
    """named, columns: records and columns that a search means by their names. Row security leaves to all but
    administrators their own acts."""
    if asked.q:
        return _search(session, asked, after, who, named, columns)
    rows: list[Any] = []
    for stretch in _stretches(asked, after):
        rows += _rows(session, asked, stretch, who, WINDOW + 1 - len(rows))
        if len(rows) > WINDOW:
            return Acts(rows[:WINDOW], _key(rows[WINDOW - 1]))
    return Acts(rows, None)


def _stretches(asked: Filter, after: Key | None) -> Iterator[Stretch]:
    """All of time that is asked for, newest first, in steps that grow."""
    until, top = asked.until, after.at if after else asked.until or now()
    for months in _STEPS:
        since = _months_before(top, months)
        if asked.since and asked.since >= since:
            break
        yield Stretch(since, until, after)
        until, after = since, None
    yield Stretch(asked.since, until, after)


def _months_before(at: datetime, months: int) -> datetime:
    """The beginning of a month, as partitions have it."""
    number = at.year * 12 + at.month - 1 - months
    return datetime(max(number // 12, 1), number % 12 + 1, 1, tzinfo=UTC)


def _rows(session: Session, asked: Filter, stretch: Stretch, who: Identity, most: int, **found: Any) -> list[Any]:
    """found: what a search is for; none for all."""
    said, given = _conditions(asked, stretch, who)
    if found:
        said.append(FOUND)
    return list(session.execute(_statement(_COLUMNS, said, f"LIMIT {most}"), {**given, **found}))


def _conditions(asked: Filter, stretch: Stretch, who: Identity) -> tuple[list[str], dict[str, Any]]:
    said, given = asked.where()
    times, bounds = stretch.where()
    own, me = mine(who)
    return [*said, *times, own], {**given, **bounds, **me}


def mine(who: Identity) -> tuple[str, dict[str, Any]]:
    """What row security says too, but as an index can be asked."""
    return ("true", {}) if who.is_admin else ("a.user_id = :me", {"me": who.user_id})


def _search(
    session: Session, asked: Filter, after: Key | None, who: Identity, named: list[UUID], columns: list[str]
) -> Acts:
    """Reads back in time until the window is full, the audit at its end, or the moment over."""
    found = {"q": f"%{literally(asked.q)}%", "named": named, "columns": columns}
    rows: list[Any] = []
    until, over, read, end = asked.until, time.monotonic() + _MOMENT_S, _FIRST, asked.since
    while True:
        since = _reach(session, asked, Stretch(None, until, after), who, read)
        since = max(since, end) if end else since
        rows += _rows(session, asked, Stretch(since, until, after), who, WINDOW + 1 - len(rows), **found)
        if len(rows) > WINDOW:
            return Acts(rows[:WINDOW], _key(rows[WINDOW - 1]))
        end = end or _oldest(session, who)
        if end is None or since <= end:
            return Acts(rows, None)
        until, after, read = since, None, min(4 * read, _MOST)
        if time.monotonic() > over:
            return Acts(rows, Key(since, _BEFORE_ALL), looked_back=since)


def _oldest(session: Session, who: Identity) -> datetime | None:
    own, me = mine(who)
    oldest = f"SELECT min(a.created_at) FROM audit_logs a WHERE {own}"  # noqa: S608
    return session.execute(text(oldest), me).scalar()


def _reach(session: Session, asked: Filter, stretch: Stretch, who: Identity, read: int) -> datetime:
    """How far back one go comes: so many rows, or to the beginning of the month."""
    top = stretch.after.at if stretch.after else stretch.until or now()
    month = _months_before(top - timedelta(microseconds=1), 0)
    said, given = _conditions(asked, replace(stretch, since=month), who)
    return session.execute(_statement("a.created_at", said, f"OFFSET {read - 1} LIMIT 1"), given).scalar() or month


def _statement(columns: str, said: list[str], end: str) -> TextClause:
    words = f"SELECT {columns} FROM audit_logs a WHERE {' AND '.join(said)} ORDER BY {_PLACE} {end}"  # noqa: S608
    return text(words)


def people(session: Session) -> list[tuple[UUID, str]]:
    """Whom acts can be asked of, by name."""
    return [(row.id, row.name) for row in session.execute(_PEOPLE)]


def names(session: Session, asked: Filter) -> dict[UUID, str]:
    """What the people and records that are asked for are called."""
    records = asked.values.get("record_id", ())
    wanted = {table: records for table in ("turns", "properties", "vendors", "turn_stages")}
    return names_of(session, {**wanted, "people": [*asked.values.get("user_id", ()), *records]})


def _key(row: Any) -> Key:
    return Key(row.created_at, row.id)


def literally(q: str) -> str:
    return q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
