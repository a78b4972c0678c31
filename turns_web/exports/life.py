"""The life of an export, as whoever works on it writes it: as the system user, so that it ends also for a person whose
account was closed meanwhile.

Whoever works on one has claimed an attempt and says so in every statement: where a later attempt has begun, or the
export was cancelled, nothing is written, and that is how they learn of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.core import db
from turns_web.core.identity import system_identity
from turns_web.core.outbox import emit
from turns_web.core.queue import EXPORTS, enqueue

# Who does not say for so long that it goes on is taken for dead.
LEASE_S = 30
# A file that ends its worker each time does it no fourth time.
MOST_ATTEMPTS = 3
KEPT_DAYS = 7
# Said after the commit to the asker (turns_web/notifications): with the export's id.
ENDED = "export"
INTERRUPTED = "It was interrupted three times: the server was restarted, or had too much to do. Try it again."

_MINE = "id = :id AND attempt = :attempt AND status = 'running'"
_LEASE = "clock_timestamp() + make_interval(secs => :lease_s)"
_BEGIN = text(
    "UPDATE exports SET status = 'running', attempt = attempt + 1, worker = :worker, done = 0, total = NULL, "  # noqa: S608
    "as_of = NULL, source = NULL, error = NULL, started_at = clock_timestamp(), "
    f"lease_until = {_LEASE} WHERE id = :id AND status = 'queued' "
    "RETURNING id, attempt, user_id, type, format, query"
)
_GO_ON = text(
    "UPDATE exports SET done = :done, total = :total, as_of = :as_of, source = :source, "  # noqa: S608
    f"lease_until = {_LEASE} WHERE {_MINE} RETURNING id"
)
_FINISH = text(
    "UPDATE exports SET status = 'done', done = :done, total = :done, as_of = :as_of, source = :source, "  # noqa: S608
    "filters = :filters, file_name = :file_name, size_bytes = :size_bytes, worker = NULL, "
    "finished_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(days => :kept_days) "
    f"WHERE {_MINE} RETURNING id"
).bindparams(bindparam("filters", type_=JSONB))
_IS_FINISHED = text("SELECT FROM exports WHERE id = :id AND attempt = :attempt AND status = 'done'")
_AUDIT = text("SELECT audit_export(:id)")
_FAIL = text(
    "UPDATE exports SET status = 'failed', error = :error, worker = NULL, finished_at = clock_timestamp() "  # noqa: S608
    f"WHERE {_MINE} RETURNING id"
)
_PUT_BACK = text(
    "UPDATE exports SET status = 'queued', worker = NULL, queued_at = clock_timestamp() "  # noqa: S608
    f"WHERE {_MINE} AND attempt < :most RETURNING id"
)
_LET_GO = text("UPDATE exports SET worker = NULL WHERE id = :id AND attempt = :attempt")


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at an export, which is this process's alone."""

    id: UUID
    attempt: int
    user_id: UUID
    type: str
    format: str
    query: str

    @property
    def _mine(self) -> dict[str, UUID | int]:
        return {"id": self.id, "attempt": self.attempt}


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it. filters: in words, as they were when it was made."""

    rows: int
    as_of: datetime
    source: str
    filters: Sequence[Sequence[str]]
    file_name: str
    size_bytes: int


def begin(export_id: UUID, worker: str) -> Claim | None:
    """None where it is not wanted any more, or somebody else's. worker: names this process."""
    with db.write(system_identity(), context="exports") as session:
        row = session.execute(_BEGIN, {"id": export_id, "worker": worker, "lease_s": LEASE_S}).first()
    return Claim(*row) if row else None


def go_on(claim: Claim, done: int, total: int | None, as_of: datetime | None, source: str | None) -> bool:
    """Tell how far it is; whether it is still wanted of us."""
    told = {"done": done, "total": total, "as_of": as_of, "source": source, "lease_s": LEASE_S}
    with db.write(system_identity(), context="exports") as session:
        return session.execute(_GO_ON, {**claim._mine, **told}).first() is not None


def finish(claim: Claim, made: Made) -> bool:
    """The file is whole; whether it was still wanted of us. Asked once more after a lost answer it says the same."""
    told = {
        "done": made.rows,
        "as_of": made.as_of,
        "source": made.source,
        "filters": [list(pair) for pair in made.filters],
        "file_name": made.file_name,
        "size_bytes": made.size_bytes,
        "kept_days": KEPT_DAYS,
    }
    with db.write(system_identity(), context="exports") as session:
        if session.execute(_FINISH, {**claim._mine, **told}).first() is None:
            return session.execute(_IS_FINISHED, claim._mine).first() is not None
        session.execute(_AUDIT, {"id": claim.id})
        emit(session, ENDED, id=claim.id)
        return True


def fail(claim: Claim, why: str) -> None:
    """why: a sentence for whoever asked."""
    with db.write(system_identity(), context="exports") as session:
        if session.execute(_FAIL, {**claim._mine, "error": why[:500]}).first() is not None:
            emit(session, ENDED, id=claim.id)


def put_back(claim: Claim) -> None:
    """Something came between that may be over the next time."""
    with db.write(system_identity(), context="exports") as session:
        put_back = session.execute(_PUT_BACK, {**claim._mine, "most": MOST_ATTEMPTS}).first() is not None
        if put_back:
            hand_over(session, claim.id)
    if not put_back:
        fail(claim, INTERRUPTED)


def let_go(claim: Claim) -> None:
    """This process has nothing to do with it any more, whatever became of it."""
    with db.write(system_identity(), context="exports") as session:
        session.execute(_LET_GO, claim._mine)


def hand_over(session: Session, export_id: UUID) -> None:
    """To the queue. Handed over twice it is made once."""
    enqueue(session, "make_export", system_identity(), queue=EXPORTS, export_id=export_id)
