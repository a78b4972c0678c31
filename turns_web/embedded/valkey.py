"""Valkey: the queue, rate limits and live events. It keeps an append-only file, so a restart loses at most a second."""

from pathlib import Path

import redis

from turns_web.config import replace_private

from . import binaries, children, ports
from .part import Part


class Valkey(Part):
    name = "redis"

    def __init__(self, home: Path, port: int, password: str):
        self.folder = home / "valkey"
        self.log = home / "logs" / "redis.log"
        self.port = port
        self.password = password
        self.address = f"{ports.LOOPBACK}:{port}"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{self.address}/0"

    def launch(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        configuration = self.folder / "valkey.conf"
        replace_private(configuration, self._configuration())
        self.process = children.spawn([binaries.valkey(), configuration], self.log, cwd=self.folder)

    def ready(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _configuration(self) -> str:
        """In a file and not on the command line, for the password's sake. `noeviction`: a queue must not lose jobs."""
        return "\n".join(
            [
                f"bind {ports.LOOPBACK}",
                f"port {self.port}",
                f"requirepass {self.password}",
                "appendonly yes",
                "appendfsync everysec",
                'save ""',
                "maxmemory-policy noeviction",
                "daemonize no",
                "set-proc-title no",  # a title is written over the environment, where TURNS_HOME is looked for
                "",
            ]
        )
