"""Doing what was asked: one operation, or several that stand and fall together, in one transaction.

Nothing is merged here: every other version than the row's is a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from turns_web.access import allows
from turns_web.api.errors import Failed
from turns_web.api.rows import as_json
from turns_web.api.writes.command import command_of, refuse_read_only
from turns_web.api.writes.operations import Row
from turns_web.api.writes.rows import Rows
from turns_web.api.writes.step import Step
from turns_web.core import db, versioned
from turns_web.core.errors import Contended, Forbidden, NotFound
from turns_web.core.idempotency import once
from turns_web.core.identity import Identity, Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Answer = dict[str, Any]

# Locks are taken in one order, but triggers may take others: who gave in to that tries again.
_TRIES = 4


def run(who: Identity, steps: Sequence[Step], write_id: str | None, meaning: Mapping[str, Any]) -> Answer:
    """Do all steps, or nothing; the answer of the first time where this person's write_id was used before.

    Raises Failed, WriteIdReused, Unavailable.
    """
    for _ in range(_TRIES - 1):
        with suppress(Contended):
            return _try(who, steps, write_id, meaning)
    return _try(who, steps, write_id, meaning)


def _try(who: Identity, steps: Sequence[Step], write_id: str | None, meaning: Mapping[str, Any]) -> Answer:
    done = False

    def act() -> Answer:
        nonlocal done
        done = True
        rows = Rows(session, steps)
        return _whole(steps, [_do(session, who, step, rows) for step in steps])

    with db.write(who) as session:
        for step in steps:
            if not allows(who, step.operation.access):
                with step.telling():
                    _refuse(session, who, step)
        answer = once(session, who, write_id, meaning, act)
        if not done:
            _refuse_unseen(session, steps, answer)
        return answer


def _refuse(session: Session, who: Identity, step: Step) -> NoReturn:
    """Forbidden where the row may be seen, else NotFound, which a vendor is told of every row."""
    if who.role is Role.VENDOR:
        raise NotFound()
    if step.asked.id is not None and not step.operation.makes:
        versioned.load(session, step.resource.table, step.asked.id)
    raise Forbidden()


def _do(session: Session, who: Identity, step: Step, rows: Rows) -> Answer:
    with step.telling():
        row = _make(session, who, step) if step.operation.makes else _change(session, who, step, rows.of(step))
        rows.wrote(step, row)
        return {"success": True, step.resource.row: as_json(step.resource.table, row)}


def _make(session: Session, who: Identity, step: Step) -> Row:
    made = step.operation.act(session, who, command_of(step, who.role))
    refuse_read_only(step, who.role, made)
    return made


def _change(session: Session, who: Identity, step: Step, row: Row) -> Row:
    command = command_of(step, who.role)
    if row["version"] != command.version:
        raise versioned.stale(session, step.resource.table, row, command.version, command.values)
    refuse_read_only(step, who.role, row)
    return step.operation.act(session, who, command)


def _whole(steps: Sequence[Step], results: list[Answer]) -> Answer:
    return results[0] if steps[0].index is None else {"success": True, "results": results}


def _refuse_unseen(session: Session, steps: Sequence[Step], answer: Answer) -> None:
    """A kept answer is for who may still see its rows. Raises Failed with NotFound."""
    results = answer.get("results", [answer])
    ids = [UUID(result[step.resource.row]["id"]) for step, result in zip(steps, results, strict=True)]
    tables = {step.resource.table for step in steps}
    seen = {table: versioned.seen(session, table, ids) for table in tables}
    for step, id in zip(steps, ids, strict=True):
        if id not in seen[step.resource.table]:
            raise Failed(NotFound(), step.resource.table, step.index)
