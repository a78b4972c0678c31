"""Imports that somebody makes in the page: the file waits in a folder of its own, a worker takes it in."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.config import load_settings
from turns_web.core import db
from turns_web.core.errors import Invalid, NotFound, Refusal, Unavailable
from turns_web.core.identity import Identity
from turns_web.core.queue import enqueue
from turns_web.imports import actions, matching
from turns_web.imports.matching import Options
from turns_web.imports.report import Report, write_refused
from turns_web.imports.sheet import Sheet, read_sheet
from turns_web.imports.targets import TARGETS
from turns_web.imports.unreadable import Unreadable
from turns_web.schema import imports

WORKING = frozenset({"checking", "queued", "running"})
_TELL_EVERY_S = 0.7


def folder(import_id: UUID) -> Path:
    return load_settings().turns_home / "imports" / str(import_id)


def keep_file(import_id: UUID, content: Any) -> Sheet:
    """content: has `save(path)`, as an upload has. Raises Invalid on `file` where there is no table in it."""
    place = folder(import_id)
    place.mkdir(parents=True, mode=0o700)
    content.save(place / "file")
    try:
        return read_sheet(place / "file")
    except Unreadable as problem:
        shutil.rmtree(place)
        raise Invalid({"file": str(problem)}) from None


def sheet_of(import_id: UUID) -> Sheet:
    """Raises NotFound where the file is gone."""
    try:
        return read_sheet(folder(import_id) / "file")
    except Unreadable as problem:
        raise NotFound() from problem


def clear_old(older_than_s: float) -> None:
    """The files of imports long ago: what came of them stays in the rows and in the audit."""
    for place in (load_settings().turns_home / "imports").glob("*"):
        if time.time() - place.stat().st_mtime > older_than_s:
            shutil.rmtree(place, ignore_errors=True)


def make(session: Session, who: Identity, import_id: UUID, table: str, file_name: str) -> None:
    session.execute(
        imports.insert().values(
            id=import_id, user_id=who.user_id, table_name=table, file_name=file_name[-255:] or "file", status="draft"
        )
    )


def load(session: Session, import_id: UUID) -> Mapping[str, Any]:
    row = session.execute(select(imports).where(imports.c.id == import_id)).mappings().first()
    if row is None:
        raise NotFound()
    return row


def recent(session: Session) -> list[Mapping[str, Any]]:
    rows = session.execute(select(imports).order_by(imports.c.created_at.desc(), imports.c.id).limit(50))
    return list(rows.mappings())


def ask(session: Session, who: Identity, import_id: UUID, options: Options | None, status: str) -> None:
    """Have a worker check (`checking`) or take in (`queued`) the file. options: None as they were told before."""
    row = session.execute(select(imports).where(imports.c.id == import_id).with_for_update()).mappings().first()
    if row is None:
        raise NotFound()
    if row["status"] not in ("draft", "checked", "failed"):
        raise Invalid({"__all__": "This import is under way or done. Choose the file again for another one."})
    if options is not None:
        try:
            matching.plan(TARGETS[row["table_name"]], sheet_of(import_id).header, options)
        except Unreadable as problem:
            raise Invalid({"__all__": str(problem)}) from None
        (folder(import_id) / "options.json").write_text(json.dumps(asdict(options)))
    elif row["status"] != "checked":
        raise Invalid({"__all__": "Check the file first, then it can be imported."})
    session.execute(imports.update().where(imports.c.id == import_id).values(status=status, counts={}))
    enqueue(session, "import_file", who, import_id=import_id)


def options_of(import_id: UUID) -> Options | None:
    try:
        told = json.loads((folder(import_id) / "options.json").read_text())
    except FileNotFoundError:
        return None
    return Options(**{**told, "key": tuple(told["key"]) if told["key"] else None})


def report_of(import_id: UUID) -> Report | None:
    try:
        return Report(**json.loads((folder(import_id) / "report.json").read_text()))
    except FileNotFoundError:
        return None


def work(who: Identity, import_id: UUID) -> None:
    """What the worker does: safe to do twice, the second time finds the status moved on."""
    with db.read(who) as session:
        row = load(session, import_id)
    if row["status"] not in WORKING:
        return
    is_check = row["status"] == "checking"
    if not is_check:
        _set(who, import_id, status="running")
    try:
        report = _worked(who, import_id, row, is_check)
    except Unavailable:
        raise
    except (Unreadable, Refusal) as refused:
        _set(who, import_id, status="failed", counts={"error": str(refused)})
        return
    if is_check:
        _set(who, import_id, status="checked", counts=report.counts)


def _worked(who: Identity, import_id: UUID, row: Mapping[str, Any], is_check: bool) -> Report:
    sheet = sheet_of(import_id)
    options = options_of(import_id) or Options()
    progress = _Progress(who, import_id, len(sheet.rows))
    if is_check:
        report = actions.dry_run(who, row["table_name"], sheet, options, progress)
    else:
        report = actions.take_in(who, row["table_name"], sheet, options, row["file_name"], import_id, progress)
    place = folder(import_id)
    write_refused(place / "refused.csv", sheet.header, sheet.rows, report.refusals)
    half = place / "report.json.part"
    half.write_text(json.dumps(asdict(report)))
    half.replace(place / "report.json")
    return report


class _Progress:
    """Told in transactions of its own, so that the page sees it while the import's is open."""

    def __init__(self, who: Identity, import_id: UUID, total: int):
        self.who, self.import_id, self.total = who, import_id, total
        self.told = time.monotonic()

    def __call__(self, done: int) -> None:
        if time.monotonic() - self.told < _TELL_EVERY_S:
            return
        self.told = time.monotonic()
        _set(self.who, self.import_id, counts={"done": done, "total": self.total})


def _set(who: Identity, import_id: UUID, **values: Any) -> None:
    with db.write(who) as session:
        session.execute(
            imports.update().where(imports.c.id == import_id, imports.c.status.in_(WORKING)).values(**values)
        )
