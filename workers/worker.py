"""One RQ worker, `python -m workers.worker [QUEUE]`."""

import os
import sys
from importlib import import_module

from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

import workers.jobs  # noqa: F401 # once, and not anew in the process of each job
from turns_web.config import load_settings
from turns_web.core import log
from turns_web.core.queue import EXPORTS, QUEUE
from turns_web.embedded.children import dies_with_parent

# Files are made with what the pages leave of the machine.
_PATIENT = 10


class TurnsWorker(Worker):
    def main_work_horse(self, job, queue):
        """In the process of one job. Without this it outlives a killed worker, and two may write one file."""
        dies_with_parent(os.getppid())()
        super().main_work_horse(job, queue)


def main(queue: str = QUEUE) -> None:
    """With RQ's defaults a killed worker's job is taken up again after up to 13 minutes; with these in about 90 s."""
    log.configure()
    if queue == EXPORTS:
        os.nice(_PATIENT)
    # Before it forks: else each job would begin with seconds of loading.
    import_module("workers.jobs")
    worker = TurnsWorker(
        [queue],
        connection=Redis.from_url(load_settings().redis_address),
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=5,
    )
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main(*sys.argv[1:])
