"""The keeper, `python -m workers`: keeps an RQ worker alive and does what has to be done every so often."""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from turns_web.config import CHECKOUT, load_settings
from turns_web.core import db, log
from turns_web.core.identity import system_identity
from turns_web.core.queue import enqueue
from turns_web.embedded import children
from workers.mail import Postman, compose
from workers.relay import relay
from workers.reminding import send_digests
from workers.sealing import Sealer
from workers.webhooks import Sender

logger = structlog.get_logger(__name__)


@dataclass
class Chore:
    """Something that is safe to do twice, done every `every_s` seconds."""

    act: Callable[[], None]
    every_s: float
    due: float = 0.0

    def do_if_due(self) -> None:
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + self.every_s
        try:
            self.act()
        except Exception:  # the database may be away for a moment: the chore is due again soon
            logger.exception("chore failed", chore=self.act.__name__)


def ask_for_housekeeping() -> None:
    with db.write(system_identity(), context="housekeeping") as session:
        enqueue(session, "keep_house", system_identity())


def ask_for_reminders() -> None:
    """A job, because it looks at all that is late or waits: the relay does not stand still for it."""
    with db.write(system_identity(), context="reminders") as session:
        enqueue(session, "remind", system_identity())


CHORES = [
    Chore(relay, every_s=0.5),
    Chore(Sender().send_due, every_s=0.5),
    Chore(compose, every_s=1),
    Chore(Postman().send_due, every_s=1),
    Chore(ask_for_reminders, every_s=600),
    Chore(send_digests, every_s=60),
    Chore(ask_for_housekeeping, every_s=600),
    Chore(Sealer().seal_new, every_s=20),
]


def main() -> None:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.configure()
    settings = load_settings()
    db.configure(settings)
    logs = settings.turns_home / "logs"
    worker = None
    while not stopping:
        if worker is None or worker.poll() is not None:
            worker = children.spawn([sys.executable, "-m", "workers.worker"], logs / "worker.log", cwd=CHECKOUT)
            logger.info("worker started", pid=worker.pid, keeper=os.getpid())
        for chore in CHORES:
            chore.do_if_due()
        time.sleep(0.5)
    if worker is not None:
        # A job under way gets a few seconds; what is cut short is taken up again, its truth is in Postgres.
        children.stop(worker, signal.SIGTERM, patience_s=5)


if __name__ == "__main__":
    main()
