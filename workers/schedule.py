"""What the keepers do every so often, each of it once however many keepers there are.

Each chore runs in a thread of its own, so that none waits for another or for a job of the queue, and Redis may be away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from turns_web.core import chores
from turns_web.core.chores import Claim
from turns_web.core.db import write
from turns_web.core.identity import system_identity
from turns_web.exports import upkeep as exports
from workers import housekeeping, reminding, sealing

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0
# A third of the lease: two of them may fail.
_HOLD_EVERY_S = chores.LEASE_S / 3


@dataclass(frozen=True, slots=True)
class Due:
    """act: safe to do twice, also at once."""

    act: Callable[[], object]
    every_s: int


SCHEDULE = {
    "reap_exports": Due(exports.reap, 5),
    "seal_audit": Due(sealing.seal_new, 20),
    "expire_exports": Due(exports.expire, 60),
    "send_digests": Due(reminding.send_digests, 60),
    "refresh_property_summary": Due(housekeeping.summarize_properties, 300),
    "remind": Due(reminding.remind, 600),
    "file_turns": Due(housekeeping.file_turns, 600),
    "learn_costs": Due(housekeeping.learn_costs, 600),
    "forget": Due(housekeeping.forget, 600),
    "keep_partitions": Due(housekeeping.keep_partitions, 3600),
    "clear_imports": Due(housekeeping.clear_imports, 3600),
}


class Scheduler:
    def __init__(self, schedule: Mapping[str, Due] = SCHEDULE):
        self._schedule = schedule
        self._at: set[Claim] = set()
        self._stopping = threading.Event()
        self._is_planned = False

    def start(self) -> None:
        # It dies with the process: what that was at is taken up when its lease ends.
        threading.Thread(target=self._work, name="scheduler", daemon=True).start()

    def stop(self) -> None:
        """Take on nothing more, and leave what is under way to others."""
        self._stopping.set()
        try:
            self._hold(lease_s=0)
        except Exception:
            log.warning("chores were not given back: they are taken up when their leases end")

    def _work(self) -> None:
        held_s = 0.0
        while not self._stopping.wait(_LOOK_EVERY_S):
            try:
                held_s += _LOOK_EVERY_S
                if held_s >= _HOLD_EVERY_S:
                    self._hold()
                    held_s = 0.0
                self.begin_due()
            except Exception:  # the database may be away for a moment: what is due stays due
                log.exception("the schedule was not looked at")

    def begin_due(self) -> None:
        """Begin with all that is due and nobody is at."""
        while (claim := self._claimed()) and not self._stopping.is_set():
            self._at.add(claim)
            threading.Thread(target=self._do, args=[claim], name=claim.name, daemon=True).start()

    def _claimed(self) -> Claim | None:
        with write(system_identity(), context="schedule") as session:
            if not self._is_planned:
                chores.plan(session, {name: due.every_s for name, due in self._schedule.items()})
            claim = chores.claim(session, self._schedule)
        self._is_planned = True
        return claim

    def _hold(self, lease_s: float = chores.LEASE_S) -> None:
        if self._at:
            with write(system_identity(), context="schedule") as session:
                chores.hold(session, tuple(self._at), lease_s=lease_s)

    def _do(self, claim: Claim) -> None:
        error = None
        try:
            self._schedule[claim.name].act()
        except Exception as failed:
            log.exception("a chore failed", chore=claim.name)
            error = f"{type(failed).__name__}: {failed}".partition("\n")[0]
        try:
            with write(system_identity(), context="schedule") as session:
                chores.end(session, claim, error)
        except Exception:
            log.exception("the end of a chore was not noted: it is done again", chore=claim.name)
        finally:
            self._at.discard(claim)
