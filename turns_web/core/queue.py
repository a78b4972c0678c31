"""Jobs of the workers: first a row of the outbox in the writer's own transaction, then, by the relay, a job of RQ.

So a job is never lost with Redis, and never runs for what was rolled back. It may run twice, and must be safe to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from redis import Redis
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError, InvalidJobOperation, NoSuchJobError
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from turns_web.core.identity import Identity
from turns_web.core.outbox import JOB, Event, emit

QUEUE = "turns"
# Files take minutes: with a queue and a worker of their own nothing else waits behind them.
EXPORTS = "exports"
LONGEST_S = 3600
_KEEP_FAILED_S = 7 * 86400


def enqueue(session: Session, name: str, who: Identity, *, queue: str = QUEUE, **ids: UUID | str) -> None:
    """Have `workers.jobs.<name>` done as this person, after the commit. ids: its arguments, which stay small."""
    ids = {key: str(value) for key, value in ids.items()}
    emit(session, JOB, name=name, user_id=who.user_id, ids=ids, queue=queue)


def hand_over(redis: Redis, job: Event) -> None:
    """To RQ. Handed over twice it is one job, as long as RQ still knows the first."""
    queue = Queue(job.get("queue", QUEUE), connection=redis, serializer=JSONSerializer)
    try:
        queue.enqueue_call(
            f"workers.jobs.{job['name']}",
            kwargs={"user_id": job["user_id"], **job["ids"]},
            job_id=job["outbox_id"],
            unique=True,
            timeout=LONGEST_S,
            failure_ttl=_KEEP_FAILED_S,
            # Also what takes up the job of a worker that was killed; an export's row does that by itself.
            retry=None if queue.name == EXPORTS else Retry(max=2),
        )
    except DuplicateJobError:
        pass


@dataclass(frozen=True, slots=True)
class Job:
    """name: of its function in workers.jobs. user_id: in whose name it is done. since: waits, runs or failed since.
    error: what it failed with, in a line."""

    id: str
    name: str
    user_id: UUID | None
    since: datetime | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Jobs:
    """The oldest first, of the failed ones the newest; at most _SHOWN of each, and how many there are."""

    waiting: list[Job]
    running: list[Job]
    failed: list[Job]
    waiting_count: int
    failed_count: int


_SHOWN = 50


def look(redis_url: str) -> Jobs:
    """What RQ knows of jobs now, of every queue. Raises RedisError."""
    with _queues(redis_url) as queues:
        seen = [_look(queue) for queue in queues]
    return Jobs(
        _sorted(job for of in seen for job in of.waiting)[:_SHOWN],
        _sorted(job for of in seen for job in of.running),
        _sorted(job for of in seen for job in of.failed)[::-1][:_SHOWN],
        sum(of.waiting_count for of in seen),
        sum(of.failed_count for of in seen),
    )


def _look(queue: Queue) -> Jobs:
    failed = queue.failed_job_registry
    return Jobs(
        [_told(job, job.enqueued_at) for job in _fetched(queue, queue.get_job_ids(0, _SHOWN))],
        [_told(job, job.started_at) for job in _fetched(queue, queue.started_job_registry.get_job_ids())],
        [
            _told(job, job.ended_at, _failure(job))
            for job in _fetched(queue, failed.get_job_ids(0, _SHOWN - 1, desc=True))
        ],
        queue.count,
        failed.count,
    )


def _sorted(jobs: Iterable[Job]) -> list[Job]:
    return sorted(jobs, key=lambda job: (job.since is None, job.since, job.id))


def again(redis_url: str, job_id: str) -> bool:
    """Have a failed job done once more; whether it was one. Raises RedisError."""
    with _queues(redis_url) as queues:
        return any(_again(queue, job_id) for queue in queues)


def _again(queue: Queue, job_id: str) -> bool:
    try:
        queue.failed_job_registry.requeue(job_id)
    except (InvalidJobOperation, NoSuchJobError):
        return False
    return True


def waiting_for(redis_url: str, queue_name: str, argument: str) -> set[str]:
    """What jobs that wait in this queue are given as that argument. Raises RedisError."""
    with _queues(redis_url) as queues:
        [queue] = (one for one in queues if one.name == queue_name)
        return {str(job.kwargs.get(argument)) for job in _fetched(queue, queue.get_job_ids())}


@contextmanager
def _queues(redis_url: str) -> Iterator[list[Queue]]:
    with Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=1, retry=None) as redis:
        yield [Queue(name, connection=redis, serializer=JSONSerializer) for name in (QUEUE, EXPORTS)]


def _fetched(queue: Queue, ids: list[str]) -> list[RqJob]:
    """Those that are still known: one may be done meanwhile."""
    found = RqJob.fetch_many(ids, queue.connection, serializer=JSONSerializer)
    return [job for job in found if job is not None]


def _told(job: RqJob, since: datetime | None, error: str = "") -> Job:
    user_id = job.kwargs.get("user_id")
    # RQ's own times are UTC and do not say so.
    aware = since.replace(tzinfo=UTC) if since and since.tzinfo is None else since
    return Job(job.id, (job.func_name or "").rsplit(".", 1)[-1], UUID(user_id) if user_id else None, aware, error)


def _failure(job: RqJob) -> str:
    """The exception itself: the first line behind the last one that led to it. What follows is the statement and the
    like."""
    result = job.latest_result()
    told = (result.exc_string or "" if result else "").rpartition('\n  File "')[2].splitlines()[1:]
    said = next((line for line in told if line and not line.startswith(" ")), "")
    return said[:500] or "It ended without saying why."
