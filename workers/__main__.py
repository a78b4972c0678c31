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
from turns_web.embedded import children
from workers.mail import Postman, compose
from workers.relay import relay
from workers.schedule import Scheduler
from workers.webhooks import Sender

logger = structlog.get_logger(__name__)


@dataclass
class Round:
    """What each keeper does every `every_s` seconds, beside the others: none takes what another holds."""

    act: Callable[[], None]
    every_s: float
    due: float = 0.0

    def do_if_due(self) -> None:
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + self.every_s
        try:
            self.act()
        except Exception:  # the database may be away for a moment: it is due again soon
            logger.exception("a round failed", round=self.act.__name__)


ROUNDS = [
    Round(relay, every_s=0.5),
    Round(Sender().send_due, every_s=0.5),
    Round(compose, every_s=1),
    Round(Postman().send_due, every_s=1),
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
    scheduler = Scheduler()
    scheduler.start()
    worker = None
    while not stopping:
        if worker is None or worker.poll() is not None:
            worker = children.spawn([sys.executable, "-m", "workers.worker"], logs / "worker.log", cwd=CHECKOUT)
            logger.info("worker started", pid=worker.pid, keeper=os.getpid())
        for each in ROUNDS:
            each.do_if_due()
        time.sleep(0.5)
    scheduler.stop()
    if worker is not None:
        # A job under way gets a few seconds; what is cut short is taken up again, its truth is in Postgres.
        children.stop(worker, signal.SIGTERM, patience_s=5)


if __name__ == "__main__":
    main()
