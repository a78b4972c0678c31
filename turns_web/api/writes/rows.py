"""The rows that a request writes, as they are while it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from turns_web.api.writes.operations import Row
from turns_web.api.writes.step import Step
from turns_web.core import versioned
from turns_web.core.errors import Forbidden

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session


class Rows:
    """All that are there already are locked at once, the tables by name and each table's rows by id: two requests that
    want the same rows wait for each other, and never in a circle."""

    def __init__(self, session: Session, steps: Sequence[Step]):
        self._session = session
        about = sorted((step for step in steps if not step.operation.makes), key=lambda step: step.asked.table)
        self._now: dict[str, dict[UUID, Row]] = {}
        for table in dict.fromkeys(step.resource.table for step in about):
            self._now[table.name] = self._locked(table, [step for step in about if step.resource.table is table])
        self._writable = {id for rows in self._now.values() for id in rows}

    def _locked(self, table: Table, steps: Sequence[Step]) -> dict[UUID, Row]:
        rows = versioned.lock(self._session, table, {step.asked.id for step in steps})
        others = defaultdict(set)
        for step in steps:
            if step.operation.lock and step.asked.id not in rows:
                others[step.operation.lock].add(step.asked.id)
        for lock, ids in others.items():
            lock(self._session, ids)
        return rows

    def of(self, step: Step) -> Row:
        """Raises NotFound, and Forbidden for one that may be seen and not written."""
        table, id = step.resource.table, step.asked.id
        row = self._now.get(table.name, {}).get(id)
        if row is None:
            row = versioned.load(self._session, table, id)
            if step.operation.lock is None and id not in self._writable:
                raise Forbidden()
        versioned.hold(self._session, table, row)
        return row

    def wrote(self, step: Step, row: Row) -> None:
        """Other tables may have followed it by trigger, as turns follow their home: they are read anew."""
        name = step.resource.table.name
        rows = self._now.get(name, {})
        rows[row["id"]] = row
        self._now = {name: rows}
        self._writable.add(row["id"])
