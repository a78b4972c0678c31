"""One server that is started, watched and stopped: what a primary, a replica and a Valkey have in common."""

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

from . import children
from .errors import Refused


class Part(ABC):
    name: str
    address: str
    log: Path
    polite = signal.SIGTERM
    patience_s = 10.0
    process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def launch(self) -> None:
        """Start the program, without waiting until it answers. Called again whenever it is found ended."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether it answers now. Returns soon, and never raises."""

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def goes_on(self) -> bool:
        """Whether what has ended is only a first step, which the next launch goes on from."""
        return False

    def bring_up(self, patience_s: float = 120, retry_s: float = 8) -> None:
        """Launch and wait until it answers.

        patience_s: for a program that runs; a recovery takes its time. retry_s: how long one that ends is started
        again; after a kill its predecessor may take seconds to let go of memory, port or lock.
        """
        begun = time.monotonic()
        while True:
            if not self.running():
                self.launch()
            children.wait_until(lambda: not self.running() or self.ready(), begun + patience_s - time.monotonic())
            if self.running() and self.ready():
                return
            passed = time.monotonic() - begun
            if passed > (patience_s if self.running() or self.goes_on() else retry_s):
                raise Refused(f"The {self.name} did not start. {self.last_words()}")
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process is not None:
            children.stop(self.process, self.polite, self.patience_s)

    def last_words(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        return f"Its log {self.log} ends with: {lines[-1]}" if lines else f"See {self.log}."
