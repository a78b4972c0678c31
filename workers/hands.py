"""The RQ workers that a keeper keeps: each of one queue, started anew when it ends, and ended when it hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from turns_web.config import CHECKOUT
from turns_web.embedded import children

log = structlog.get_logger(__name__)

# Somebody may look at a process for a moment; who leaves it stopped holds up what waits.
_STOPPED_S = 10.0
# From its start until a job has claimed its export, and from its last word until it has ended.
_IDLE_S = 10.0
_ASK_EVERY_S = 3.0


class Hand:
    """log_file: what the worker says. is_at_work: whether the process of a job has lately said that it goes on; without
    it nobody is asked."""

    def __init__(self, queue: str, log_file: Path, is_at_work: Callable[[int], bool] | None = None):
        self.queue = queue
        self._log_file = log_file
        self._is_at_work = is_at_work
        self._process: subprocess.Popen[bytes] | None = None
        self._well_at = 0.0
        self._at_work_at = 0.0
        self._ask_at = 0.0
        self._horses: list[int] = []

    def tend(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._start()
        elif self._hangs(self._process.pid):
            log.warning("a worker hangs and is killed", queue=self.queue, pid=self._process.pid)
            children.kill_group(self._process.pid)

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, patience_s: float) -> None:
        """What is cut short is taken up again, its truth is in Postgres."""
        if self._process is not None:
            children.stop(self._process, signal.SIGTERM, patience_s)

    def _start(self) -> None:
        argv = [sys.executable, "-m", "workers.worker", self.queue]
        self._process = children.spawn(argv, self._log_file, cwd=CHECKOUT)
        self._well_at = self._at_work_at = time.monotonic()
        log.info("worker started", queue=self.queue, pid=self._process.pid, keeper=os.getpid())

    def _hangs(self, worker: int) -> bool:
        horses, now = children.children(worker), time.monotonic()
        if not any(map(children.stopped, [worker, *horses])):
            self._well_at = now
        if horses != self._horses or not horses or self._is_at_work is None:
            # Short jobs follow each other quicker than they are asked after.
            self._horses, self._at_work_at = horses, now
        elif now >= self._ask_at:
            self._ask_at = now + _ASK_EVERY_S
            if self._are_at_work(horses, self._is_at_work):
                self._at_work_at = now
        return now - self._well_at > _STOPPED_S or now - self._at_work_at > _IDLE_S + _ASK_EVERY_S

    def _are_at_work(self, horses: list[int], ask: Callable[[int], bool]) -> bool:
        try:
            return all(map(ask, horses))
        except Exception as problem:
            # Nor could they say so: once the database is back they are given their time again.
            log.warning("nobody knows whether a worker goes on", queue=self.queue, error=str(problem))
            return True
