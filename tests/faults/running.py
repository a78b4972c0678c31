"""`bin/run` as a process of its own, and a look at everything it started."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from turns_web.config import CHECKOUT, Addresses
from turns_web.embedded import children, ports


class Running:
    """One TURNS_HOME, started and stopped as often as a test likes."""

    def __init__(self, home: Path, variables: dict[str, str] | None = None, port: int | None = None):
        self.home = home
        self.variables = variables or {}
        self.port = port or ports.choose(None)
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        ours = {"TURNS_HOME": str(self.home), "PORT": str(self.port), "RATE_LIMITS": "off", "PYTHONPATH": str(CHECKOUT)}
        return {**os.environ, **ours, **self.variables}

    def launch(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "turns_web.cli.run", "--no-demo", *arguments],
            env=self.environment,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(self) -> None:
        self.process = self.launch()
        assert children.wait_until(lambda: self.process.poll() is not None or self.all_ok(), 150), self.status()
        assert self.process.poll() is None, self.process.stderr.read()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def turns(self, *arguments: str) -> str:
        """What bin/turns prints for this home."""
        done = subprocess.run(
            [sys.executable, "-m", "turns_web.cli.main", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def status(self) -> dict[str, Any]:
        """By part, without the cost of a process: what `bin/turns status --json` prints."""
        from turns_web.cli.status import status

        return status(self.settings())["parts"]

    def settings(self) -> Any:
        from turns_web.config import Settings

        return Settings(turns_home=self.home, **{name.lower(): value for name, value in self.variables.items()})

    def all_ok(self) -> bool:
        if (self.home / "run" / "status.json").exists():
            parts = self.status()
            expected = [part for part in parts.values() if part["address"] or part["pid"]]
            return all(part["state"] == "ok" for part in expected) and self.is_ready()
        return False

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=3) as answer:
                told = json.load(answer)
        except OSError:
            return False
        return told["ready"] and told["replica"]["ok"] and told["redis"]["ok"] and told["workers"]["ok"]

    def addresses(self) -> Addresses:
        return Addresses.read(self.home)

    def processes(self) -> list[int]:
        """Everything alive that has this home in its environment."""
        wanted = f"TURNS_HOME={self.home}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    environment = (entry / "environ").read_bytes().split(b"\0")
                except OSError:
                    continue
                if wanted in environment and children.alive(int(entry.name)):
                    found.append(int(entry.name))
        return found

    def kill_all(self) -> None:
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.process is not None:
            self.process.wait(10)
