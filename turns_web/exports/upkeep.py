"""What is done about exports every so often: what was left off is taken up again, what is old is put away."""

from __future__ import annotations

import structlog
from redis.exceptions import RedisError
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from turns_web.config import load_settings
from turns_web.core import db
from turns_web.core.identity import system_identity
from turns_web.core.outbox import emit
from turns_web.core.queue import EXPORTS, waiting_for
from turns_web.exports import files
from turns_web.exports.life import ENDED, INTERRUPTED, MOST_ATTEMPTS, hand_over

log = structlog.get_logger(__name__)

# Handed over so long ago, it is looked for in the queue: it may be gone with Redis, or with the worker that took it.
_OUGHT_TO_RUN_S = 10
_ROWS_DAYS = 90

_REAP = text(
    "UPDATE exports SET status = CASE WHEN attempt < :most THEN 'queued' ELSE 'failed' END, "
    "queued_at = clock_timestamp(), finished_at = CASE WHEN attempt < :most THEN NULL ELSE clock_timestamp() END, "
    "error = CASE WHEN attempt < :most THEN NULL ELSE :interrupted END "
    "WHERE id IN (SELECT id FROM exports WHERE status = 'running' AND lease_until < clock_timestamp() "
    "FOR UPDATE SKIP LOCKED) RETURNING id, attempt, status"
)
_OVERDUE = text(
    "SELECT id FROM exports WHERE status = 'queued' AND queued_at < clock_timestamp() - make_interval(secs => :s) "
    "ORDER BY created_at, id FOR UPDATE SKIP LOCKED"
)
_HANDED_OVER = text("UPDATE exports SET queued_at = clock_timestamp() WHERE id = :id")
_EXPIRE = text(
    "UPDATE exports SET status = 'expired' WHERE status = 'done' AND expires_at < clock_timestamp() RETURNING id"
)
_FORGET = text(
    "DELETE FROM exports WHERE status NOT IN ('queued', 'running', 'done') "
    "AND created_at < now() - make_interval(days => :days)"
)
_KNOWN = text("SELECT id, status, attempt FROM exports WHERE id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True)))
)


def reap() -> None:
    """Take up again what its worker has left off, and what the queue has lost. Every few seconds."""
    with db.write(system_identity(), context="exports") as session:
        lost = session.execute(_REAP, {"most": MOST_ATTEMPTS, "interrupted": INTERRUPTED}).all()
        for row in lost:
            log.warning("an export was left off", export_id=str(row.id), attempt=row.attempt, status=row.status)
            if row.status == "queued":
                hand_over(session, row.id)
            else:
                emit(session, ENDED, id=row.id)
    for row in lost:
        files.drop(row.id, row.attempt)
    _hand_over_lost()


def _hand_over_lost() -> None:
    try:
        waiting = waiting_for(load_settings().redis_address, EXPORTS, "export_id")
    except RedisError:
        return  # while Redis is away nobody knows: see the next round
    with db.write(system_identity(), context="exports") as session:
        for id in session.execute(_OVERDUE, {"s": _OUGHT_TO_RUN_S}).scalars().all():
            if str(id) not in waiting:
                log.warning("an export is handed over once more: the queue has lost it", export_id=str(id))
                hand_over(session, id)
                session.execute(_HANDED_OVER, {"id": id})


def expire() -> None:
    """Put away what is old, and delete every file that no row names."""
    with db.write(system_identity(), context="exports") as session:
        session.execute(_EXPIRE)
        session.execute(_FORGET, {"days": _ROWS_DAYS})
    sweep()


def sweep() -> None:
    """The files are listed before the rows are read, so that no file is judged by a row that is older."""
    there = files.kept()
    if not there:
        return
    with db.read(system_identity()) as session:
        known = {row.id: row for row in session.execute(_KNOWN, {"ids": there})}
    for id in there:
        row = known.get(id)
        if row is None or row.status in ("failed", "cancelled", "expired"):
            files.forget(id)
        else:
            files.drop(id, row.attempt if row.status == "queued" else row.attempt - 1)
