"""Watches the parts: what dies is started again, and `status.json` says how things stand."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from turns_web.embedded import children, standing
from turns_web.embedded.errors import Refused
from turns_web.embedded.part import Part
from turns_web.embedded.postgres import Replica
from turns_web.embedded.standing import Standing

log = structlog.get_logger(__name__)

TICK_S = 0.25
LOOK_EVERY_S = 2.0
PATIENCE_WITH_REPLICA_S = 30.0


@dataclass
class Watched:
    part: Part
    state: str = "starting"
    restart_at: float = 0.0
    pause_s: float = 0.0
    look_at: float = 0.0


class Supervisor:
    def __init__(self, home: Path, parts: Sequence[Part]):
        self.home = home
        self.watched = [Watched(part) for part in parts]
        self.replica_streamed_at = time.monotonic()

    def watch(self) -> None:
        """For ever; the signal that ends it is an exception."""
        while True:
            for watched in self.watched:
                self._tend(watched)
            self._reap_orphans()
            time.sleep(TICK_S)

    def _tend(self, watched: Watched) -> None:
        now = time.monotonic()
        if not watched.part.running():
            self._restart(watched, now)
        elif now >= watched.look_at:
            ready = watched.part.ready()
            # One that is coming up is looked at often, one that is up now and then.
            watched.look_at = now + (LOOK_EVERY_S if ready else TICK_S)
            if ready:
                watched.pause_s = 0.0
            self._note(watched, "ok" if ready else "starting")
            if ready and isinstance(watched.part, Replica):
                self._tend_stream(watched.part, now)

    def _restart(self, watched: Watched, now: float) -> None:
        """At once the first time, then with growing pauses, so that what cannot start does not eat the machine."""
        if now < watched.restart_at:
            return
        if watched.part.process is not None:
            children.kill_group(watched.part.process.pid)
            log.warning("part ended, starting it again", part=watched.part.name, status=watched.part.process.poll())
        try:
            watched.part.launch()
        except (Refused, OSError) as problem:
            log.error("part does not start", part=watched.part.name, problem=str(problem))
        watched.pause_s = min(5.0, watched.pause_s + 0.5)
        watched.restart_at = now + watched.pause_s
        watched.look_at = 0.0
        self._note(watched, "starting" if watched.part.running() else "down")

    def _tend_stream(self, replica: Replica, now: float) -> None:
        """A replica that answers but has not streamed for long has lost its way: its slot, or the primary's history."""
        if replica.streams() or not replica.primary.ready():
            self.replica_streamed_at = now
        elif now - self.replica_streamed_at > PATIENCE_WITH_REPLICA_S or not replica.slot_is_good():
            log.warning("the replica does not stream, copying it anew")
            self.replica_streamed_at = now
            replica.copy_anew()

    def _note(self, watched: Watched, state: str) -> None:
        if watched.state != state:
            watched.state = state
            self.write_status()

    def write_status(self) -> None:
        standing.write(self.home, os.getpid(), {watched.part.name: _standing(watched) for watched in self.watched})

    def _reap_orphans(self) -> None:
        """Wait for grandchildren that came to us when their parent was killed; our own are waited for by Popen."""
        own = {watched.part.process.pid for watched in self.watched if watched.part.process}
        for pid in children.zombies(os.getpid()):
            if pid not in own:
                os.waitpid(pid, os.WNOHANG)

    def stop(self) -> None:
        """In reverse order, each given time to end well; whatever else is left of our descendants is killed."""
        for watched in reversed(self.watched):
            watched.part.stop()
        standing.forget(self.home)
        for pid in children.children(os.getpid()):
            children.kill_group(pid)


def _standing(watched: Watched) -> Standing:
    process = watched.part.process
    return Standing(process.pid if process else None, watched.part.address, watched.state)
