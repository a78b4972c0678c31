"""Jobs of the workers: first a row of the outbox in the writer's own transaction, then, by the relay, a job of RQ.

So a job is never lost with Redis, and never runs for what was rolled back. It may run twice, and must be safe to.
"""

from __future__ import annotations

from uuid import UUID

from redis import Redis
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from turns_web.core.identity import Identity
from turns_web.core.outbox import JOB, Event, emit

QUEUE = "turns"
LONGEST_S = 3600
_KEEP_FAILED_S = 7 * 86400


def enqueue(session: Session, name: str, who: Identity, **ids: UUID | str) -> None:
    """Have `workers.jobs.<name>` done as this person, after the commit. ids: its arguments, which stay small."""
    emit(session, JOB, name=name, user_id=who.user_id, ids={key: str(value) for key, value in ids.items()})


def hand_over(redis: Redis, job: Event) -> None:
    """To RQ. Handed over twice it is one job, as long as RQ still knows the first."""
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    try:
        queue.enqueue_call(
            f"workers.jobs.{job['name']}",
            kwargs={"user_id": job["user_id"], **job["ids"]},
            job_id=job["outbox_id"],
            unique=True,
            timeout=LONGEST_S,
            failure_ttl=_KEEP_FAILED_S,
            retry=Retry(max=2),  # also what takes up the job of a worker that was killed
        )
    except DuplicateJobError:
        pass
