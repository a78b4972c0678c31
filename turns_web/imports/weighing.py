"""The verdict on each row: new, changed, same, duplicate in the file, or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from turns_web.core.fields import Ref, say
from turns_web.core.names import names_of
from turns_web.imports import existing
from turns_web.imports.matching import Plan
from turns_web.imports.parsing import Away, Known, Parsed, Refused, parse_row
from turns_web.imports.report import Report
from turns_web.imports.sheet import Record
from turns_web.imports.targets import Target
from turns_web.imports.turn_rules import TurnRules

# How often the one who waits hears of it.
_STEP = 500


@dataclass
class Writes:
    """What is to be written: {id: values}. Restored rows were put away by an undo."""

    new: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    changed: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    restored: dict[UUID, dict[str, Any]] = field(default_factory=dict)


class Weighing:
    """One file held against the database. `seen` outlives a batch: duplicates are told across the whole file."""

    def __init__(self, target: Target, plan: Plan, width: int, report: Report, progress: Callable[[int], None]):
        self.target = target
        self.plan = plan
        self.width = width
        self.report = report
        self.progress = progress
        self.seen: dict[tuple, int] = {}
        self.done = 0
        self.known: Known = {}
        self.away: Away = {}

    def weigh(self, session: Session, records: Sequence[Record], *, hold: bool) -> Writes:
        """hold: the rows that match are kept from other writers, for they are to be written."""
        self.rules = TurnRules(session, self.plan) if self.target.table.name == "turns" else None
        matched = self._matched(session, records)
        ids = [id for _, id in matched if id is not None]
        compared = [name for name in self.plan.columns if name not in self.target.once]
        there = existing.rows(session, self.target, ids, compared, hold=hold)
        back = existing.undone(session, self.target, [id for id, row in there.items() if row.is_archived])
        taken = existing.taken(session, self.target)
        writes = Writes()
        told = []
        for parsed, id in matched:
            row = there.get(id) if id else None
            refused = self._fault(parsed, row, row is not None and id in back, taken)
            if refused:
                self.report.refuse(Refused(parsed.row, *refused))
                continue
            told.append((parsed, row, self._take(parsed, row, writes)))
        self._tell_changes(session, told)
        return writes

    def _matched(self, session: Session, records: Sequence[Record]) -> list[tuple[Parsed, UUID | None]]:
        """The rows that can be read and came first with their key, each with the row of the database that it means."""
        self.known, self.away = existing.names(session, self.target, self.plan)
        keys = existing.keys(session, self.target, self.plan.key)
        matched = []
        for record in records:
            self.done += 1
            if self.done % _STEP == 0:
                self.progress(self.done)
            parsed = parse_row(self.target, self.plan, self.known, self.width, record)
            if isinstance(parsed, Parsed):
                parsed = self._with_key(parsed)
            if isinstance(parsed, Refused):
                self.report.refuse(parsed)
                continue
            if parsed.unknown:
                self.report.warn(parsed.row, parsed.unknown)
            key = existing.key_of(parsed.values.get(name) for name in self.plan.key)
            if key in self.seen:
                self.report.duplicate(parsed.row, self.seen[key])
                continue
            self.seen[key] = parsed.row
            id = keys.get(key)
            matched.append((parsed, id or (self.rules.match(parsed.values) if self.rules else None)))
        return matched

    def _with_key(self, parsed: Parsed) -> Parsed | Refused:
        empty = [name for name in self.plan.key if name not in parsed.values]
        if len(empty) < len(self.plan.key):
            return parsed
        return Refused(
            parsed.row, empty[0], "", f"{self.target.fields[empty[0]].label} is missing: it tells rows apart."
        )

    def _fault(self, parsed: Parsed, row: Any, is_undone: bool, taken: dict[str, UUID]) -> tuple[str, str, str] | None:
        """What the database would refuse, said for this row alone: column, value, reason."""
        if row is not None and row.is_archived and not is_undone:
            return self.plan.key[0], str(parsed.values.get(self.plan.key[0], "")), "It is archived: restore it first."
        for name, ids in self.away.items():
            asked = parsed.values.get(name)
            if asked in ids and (row is None or getattr(row, name) != asked):
                called = next(said for said, id in self.known[name].items() if id == asked)
                return name, called, f"This {self.target.fields[name].label.lower()} is out of use: name another."
        unique = self.target.unique
        value = parsed.values.get(unique) if unique else None
        if value is not None:
            if taken.get(value, row and row.id) != (row and row.id):
                return unique or "", value, f"Another row has this {self.target.fields[unique or ''].label.lower()}."
            taken[value] = row.id if row is not None else UUID(int=parsed.row)
        return self.rules.fault(parsed.values, row) if self.rules else None

    def _take(self, parsed: Parsed, row: Any, writes: Writes) -> dict[str, Any]:
        """Into the writes; returns the values that change."""
        if row is None:
            self.report.count("new")
            writes.new[uuid4()] = parsed.values
            return {}
        fixed = self.target.once | existing.FIXED.get(self.target.table.name, frozenset())
        changes = {
            name: value for name, value in parsed.values.items() if name not in fixed and getattr(row, name) != value
        }
        if row.is_archived:
            self.report.count("new")
            writes.restored[row.id] = changes
            return {}
        if changes:
            writes.changed[row.id] = changes
        self.report.count("changed" if changes else "same")
        return changes

    def _tell_changes(self, session: Session, told: list[tuple[Parsed, Any, dict[str, Any]]]) -> None:
        """Field by field, in words."""
        fields = self.target.fields
        wanted: dict[str, set[UUID]] = {}
        for _, row, changes in told:
            for name, value in changes.items():
                kind = fields[name]
                if isinstance(kind, Ref):
                    wanted.setdefault(kind.to, set()).update(id for id in (value, getattr(row, name)) if id)
        names = names_of(session, wanted)
        for parsed, row, changes in told:
            if changes:
                said = {
                    name: [say(fields[name], getattr(row, name), names), say(fields[name], value, names)]
                    for name, value in changes.items()
                }
                self.report.changes.append({"row": parsed.row, "fields": said})
