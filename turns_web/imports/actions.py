"""Taking a file in, in one transaction; and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from turns_web.core import db
from turns_web.core.identity import Identity
from turns_web.core.outbox import EVERYTHING, emit
from turns_web.imports import matching
from turns_web.imports.matching import Options, Plan
from turns_web.imports.report import Report
from turns_web.imports.sheet import Sheet
from turns_web.imports.targets import TARGETS
from turns_web.imports.weighing import Weighing
from turns_web.imports.writing import write_rows
from turns_web.schema import imports

# Up to so many rows are one transaction; what is longer is so many at a time, undone as one.
BATCH = 100_000

# Two imports of one file at once would both find nothing there, and no constraint keeps an address to one home.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('turns: import of ' || :table_name, 0))")


def dry_run(
    who: Identity, table: str, sheet: Sheet, options: Options, progress: Callable = lambda done: None
) -> Report:
    """The verdicts of a real run, with nothing written. Raises Unreadable."""
    report, weighing = _begin(table, sheet, options, progress)
    for batch in _batches(sheet):
        with db.read(who) as session:
            weighing.weigh(session, batch, hold=False)
    return report


def take_in(
    who: Identity,
    table: str,
    sheet: Sheet,
    options: Options,
    file_name: str,
    import_id: UUID | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Write what the file says. import_id: of the row of `imports` that the page made; without one it is made here.

    Raises Unreadable, and the Refusals of core/errors, with nothing written.
    """
    report, weighing = _begin(table, sheet, options, progress)
    target = TARGETS[table]
    known = import_id is not None
    import_id = import_id or uuid4()
    for number, batch in enumerate(_batches(sheet)):
        with db.write(who, context=f"import:{import_id}") as session:
            if known and _is_done(session, import_id):
                return report
            session.execute(_ONE_AT_A_TIME, {"table_name": table})
            writes = weighing.weigh(session, batch, hold=True)
            write_rows(session, target, writes, f"Imported from {file_name}")
            emit(session, EVERYTHING)
            is_last = (number + 1) * BATCH >= len(sheet.rows)
            _keep(session, import_id, table, file_name, report, is_new=not known and number == 0, is_last=is_last)
    return report


def _begin(table: str, sheet: Sheet, options: Options, progress: Callable[[int], None]) -> tuple[Report, Weighing]:
    target = TARGETS[table]
    plan = matching.plan(target, sheet.header, options)
    report = Report(mapping=said_mapping(plan, sheet.header), unmapped=plan.unmapped)
    return report, Weighing(target, plan, len(sheet.header), report, progress)


def _is_done(session: Session, import_id: UUID) -> bool:
    """A job may run twice, even at once: the second waits here for the first, and finds its work done."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": str(import_id)})
    status = session.execute(select(imports.c.status).where(imports.c.id == import_id)).scalar()
    return status not in ("queued", "running")


def said_mapping(plan: Plan, header: list[str]) -> dict[str, str]:
    """{column: the names of the file's columns}, as `--map` takes them."""
    return {name: "+".join(header[place] for place in places) for name, places in plan.mapping.items()}


def _batches(sheet: Sheet):
    rows = iter(sheet.rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _keep(
    session: Session, import_id: UUID, table: str, file_name: str, report: Report, *, is_new: bool, is_last: bool
) -> None:
    """The import's own row, committed with what it wrote."""
    values = {"counts": report.counts, "status": "done" if is_last else "running"}
    if is_new:
        session.execute(imports.insert().values(id=import_id, table_name=table, file_name=file_name[-255:], **values))
    else:
        session.execute(imports.update().where(imports.c.id == import_id).values(**values))
