"""The keeper, `python -m workers`: keeps the RQ workers alive and does what has to be done every so often."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from turns_web.config import load_settings
from turns_web.core import db, log
from turns_web.core.queue import EXPORTS, QUEUE
from turns_web.exports.workers import give_up_dead, is_at_work
from workers.hands import Hand
from workers.mail import Postman, compose
from workers.relay import relay
from workers.schedule import Scheduler
from workers.webhooks import Sender

logger = structlog.get_logger(__name__)

_PATIENCE_S = 5.0


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
    Round(give_up_dead, every_s=2),
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
    hands = [Hand(QUEUE, logs / "worker.log"), Hand(EXPORTS, logs / "exports.log", is_at_work)]
    rounds = [*ROUNDS, *(Round(hand.tend, every_s=0.5) for hand in hands)]
    while not stopping:
        for each in rounds:
            each.do_if_due()
        time.sleep(0.5)
    scheduler.stop()
    # All at once: a job under way gets a few seconds.
    for hand in hands:
        hand.ask_to_end()
    ends_at = time.monotonic() + _PATIENCE_S
    for hand in hands:
        hand.end(max(0.0, ends_at - time.monotonic()))


if __name__ == "__main__":
    main()
