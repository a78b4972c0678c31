"""The parts that serve people: the web server and the workers, as children of the supervisor."""

import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path

from turns_web.config import CHECKOUT
from turns_web.embedded import children, standing
from turns_web.embedded.part import Part

WEB_WORKERS = 2


class Web(Part):
    """Granian: one process that holds the port and starts its workers anew when they die."""

    name = "web"
    patience_s = 15.0
    application = "turns_web.asgi:app"

    def __init__(self, home: Path, host: str, port: int):
        self.host = host
        self.port = port
        self.log = home / "logs" / "web.log"
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        # A server that listens everywhere is asked at the loopback address.
        near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 # compared with, not bound to
        self.near_address = f"http://{near[host]}:{port}" if host in near else self.address

    def launch(self) -> None:
        self.process = children.spawn(
            [
                sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws",
                "--host", self.host, "--port", str(self.port), "--workers", str(WEB_WORKERS),
                "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10",
                self.application,
            ],
            self.log,
            cwd=CHECKOUT,
        )  # fmt: skip

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.near_address}/healthz", timeout=2) as answer:  # noqa: S310
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


class Rq(Part):
    """The keeper of the RQ workers, which also relays the outbox and does the housekeeping."""

    name = "rq"
    address = ""
    polite = signal.SIGTERM

    def __init__(self, home: Path):
        self.log = home / "logs" / "rq.log"

    def launch(self) -> None:
        self.process = children.spawn([sys.executable, "-m", "workers"], self.log, cwd=CHECKOUT)

    def ready(self) -> bool:
        return self.process is not None and bool(standing.workers_of(self.process.pid))
