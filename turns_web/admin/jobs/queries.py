"""What the page of jobs shows of the queue and of the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.admin.jobs.fields import CHORES, JOBS, KINDS
from turns_web.core import chores
from turns_web.core.names import names_of
from turns_web.core.queue import Job

# Each part as an index holds it: asked as one, all that was told in two days would be read.
_PARTS = (
    "done_at IS NULL AND kind NOT IN ('webhook', 'mail')",
    "done_at IS NULL AND kind = 'webhook'",
    "done_at IS NULL AND kind = 'mail'",
    "done_at IS NOT NULL AND error IS NOT NULL",
)
_ROWS = " UNION ALL ".join(f"SELECT kind, created_at, done_at, error FROM outbox WHERE {part}" for part in _PARTS)  # noqa: S608
_OUTBOX = text(
    "SELECT CASE WHEN kind IN ('job', 'mail', 'webhook') THEN kind ELSE 'event' END AS kind, "  # noqa: S608
    "count(*) FILTER (WHERE done_at IS NULL) AS waiting, "
    "min(created_at) FILTER (WHERE done_at IS NULL) AS oldest, "
    "count(*) FILTER (WHERE done_at IS NULL AND error IS NOT NULL) AS retried, "
    "count(*) FILTER (WHERE done_at IS NOT NULL AND error IS NOT NULL) AS failed "
    f"FROM ({_ROWS}) AS rows GROUP BY 1"
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows of the outbox of one kind. oldest: since when the first of them waits. retried: so many of those that wait
    have failed before; failed: so many were given up and are kept yet, mail for thirty days, others for two."""

    kind: str
    words: str
    waiting: int = 0
    oldest: datetime | None = None
    retried: int = 0
    failed: int = 0


def backlogs(session: Session) -> list[Backlog]:
    found = {row.kind: row for row in session.execute(_OUTBOX)}
    return [
        Backlog(kind, words, row.waiting, row.oldest, row.retried, row.failed)
        if (row := found.get(kind))
        else Backlog(kind, words)
        for kind, words in KINDS.items()
    ]


def routine(session: Session) -> list[tuple[str, chores.Chore]]:
    """What is done every so often, by its words; the ones that failed first. One that no keeper has planned yet is not
    there, nor one that none does any more."""
    known = chores.known(session)
    found = [(words, known[name]) for name, words in CHORES.items() if name in known]
    return sorted(found, key=lambda one: not one[1].failures)


def people_of(session: Session, jobs: Iterable[Job]) -> dict[UUID, str]:
    """The names of those in whose name jobs are done; the system user has none."""
    return names_of(session, {"people": [job.user_id for job in jobs]})


def words_of(job: Job) -> str:
    return JOBS.get(job.name, job.name)
