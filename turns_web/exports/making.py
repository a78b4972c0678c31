"""Making a file: what a worker does. The row says what is wanted and how far it is; see life.py."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import Connection

from turns_web.accounts.queries import identity_by_id
from turns_web.core import clock, db
from turns_web.core.errors import Invalid, Refusal, Unavailable
from turns_web.core.identity import Identity, Role
from turns_web.exports import files, life, wording
from turns_web.exports.formats import FORMATS
from turns_web.exports.heart import Heart, Stopped
from turns_web.exports.life import Claim, Made
from turns_web.exports.sheet import About, Source
from turns_web.exports.sources import source
from turns_web.exports.workers import name_of

log = structlog.get_logger(__name__)

# A statement that takes longer is broken off, with words.
LONGEST_S = 3000
_TRIES_TO_FINISH = 40
_EVERY_S = 0.7


def work(export_id: UUID) -> None:
    """Make the file, if nobody else does. Safe to do twice: only one claims an attempt."""
    claim = life.begin(export_id, name_of())
    if claim is None:
        return
    with Heart(claim) as heart:
        try:
            made = _make(claim, heart)
        except Exception as problem:
            _end(claim, problem, is_lost=heart.is_lost)
        else:
            _finish(claim, made)


def _make(claim: Claim, heart: Heart) -> Made:
    """The whole file, on the disk. Raises Stopped, and what else there may be."""
    who = _asker(claim)
    format = FORMATS[claim.format]
    with files.written(claim.id, claim.attempt, format.suffix) as out:
        with _read(claim, who, heart) as (rows, about, connection):
            format.write(out, rows, about, connection, heart.tell)
        heart.check()
    return Made(
        rows=about.total,
        as_of=about.as_of,
        source=about.source,
        filters=list(rows.filters),
        file_name=wording.file_name(rows.title, about.as_of, about.zone, format.suffix),
        size_bytes=files.size_of(claim.id, claim.attempt, format.suffix),
    )


def _asker(claim: Claim) -> Identity:
    """Whoever asked, with the rights of this moment. Raises Invalid where they have none any more."""
    who = identity_by_id(claim.user_id)
    if who is None:
        raise Invalid({"user_id": "Your account was closed before the file was made."})
    if who.role is Role.VENDOR:
        raise Invalid({"user_id": "Your role takes no files any more."})
    return who


@contextmanager
def _read(claim: Claim, who: Identity, heart: Heart) -> Iterator[tuple[Source, About, psycopg.Connection]]:
    """The rows as they are at one moment, counted, and the connection that reads them."""
    with db.snapshot(who, longest_s=LONGEST_S) as still:
        rows = source(still.session, who, claim.type, claim.query, clock.today(who.portfolio_zone))
        connection = _raw(still.session.connection())
        heart.reads(connection, still.as_of, still.source)
        try:
            total = _count(connection, rows)
            heart.counted(total)
            yield rows, About(still.as_of, still.source, who.name, total, who.portfolio_zone), connection
        finally:
            heart.reads_no_more()


def _raw(connection: Connection) -> psycopg.Connection:
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(f"exports are read by psycopg, not by {type(raw)}")
    return raw


def _count(connection: psycopg.Connection, rows: Source) -> int:
    row = connection.execute(rows.counting.encode(), rows.given).fetchone()
    return row[0] if row else 0


def _finish(claim: Claim, made: Made) -> None:
    """A primary that is away for a moment is waited for, since the file is whole. Where it stays away, or its answer to
    the commit is lost, the row decides later what becomes of the file: see upkeep.py."""
    for _ in range(_TRIES_TO_FINISH):
        try:
            if not life.finish(claim, made):
                _end(claim, Stopped(), is_lost=True)
            return
        except Unavailable as problem:
            log.warning("an export waits to be finished", export_id=str(claim.id), error=str(problem))
            time.sleep(_EVERY_S)


def _end(claim: Claim, problem: Exception, *, is_lost: bool) -> None:
    """What the row says of an attempt that made no file; nothing of it stays on the disk."""
    files.drop(claim.id, claim.attempt)
    if is_lost or isinstance(problem, Stopped):
        log.info("an export is not wanted any more", export_id=str(claim.id), attempt=claim.attempt)
        life.let_go(claim)
    elif wording.may_pass(problem):
        log.warning("an export begins again", export_id=str(claim.id), attempt=claim.attempt, error=str(problem))
        life.put_back(claim)
    else:
        if not isinstance(problem, Refusal):
            log.error("an export failed", export_id=str(claim.id), attempt=claim.attempt, exc_info=problem)
        life.fail(claim, wording.why(problem))
