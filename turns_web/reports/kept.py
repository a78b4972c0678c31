"""What was counted is kept for five minutes: in Redis for all processes, in this one alone while Redis is away. Whoever
asks for the same while it is counted waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

KEPT_S = 300
# A Redis that is away must not hold up a report, nor all those that are asked after it.
_TIMEOUTS_S = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
_AWAY_S = 2.0
# Of one process: a report of a hundred vendors is 30 kB.
_MOST_HERE = 100


class Kept:
    """Texts by their key, each for KEPT_S."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis = Redis.from_url(redis_url, **_TIMEOUTS_S) if redis_url else None
        self._away_until = 0.0
        self._here: dict[str, tuple[float, bytes]] = {}
        self._lock = threading.Lock()
        self._counting: dict[str, tuple[threading.Lock, int]] = {}

    def get(self, key: str) -> bytes | None:
        return self._ask_redis("get", key) or self._get_here(key)

    def put(self, key: str, told: bytes) -> None:
        if self._ask_redis("set", key, told, ex=KEPT_S):
            return
        with self._lock:
            self._here.pop(key, None)
            self._here[key] = (time.monotonic() + KEPT_S, told)
            while len(self._here) > _MOST_HERE:
                del self._here[next(iter(self._here))]

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """One thread of this process at a time for each key."""
        with self._lock:
            mine, waiting = self._counting.get(key, (threading.Lock(), 0))
            self._counting[key] = (mine, waiting + 1)
        try:
            with mine:
                yield
        finally:
            with self._lock:
                mine, waiting = self._counting.pop(key)
                if waiting > 1:
                    self._counting[key] = (mine, waiting - 1)

    def _ask_redis(self, method: str, *told: Any, **named: Any) -> Any:
        """None while it is away."""
        if self._redis is None or time.monotonic() < self._away_until:
            return None
        try:
            return getattr(self._redis, method)(*told, **named)
        except (RedisError, OSError):
            self._away_until = time.monotonic() + _AWAY_S
            log.warning("reports are kept in memory: Redis is away")
            return None

    def _get_here(self, key: str) -> bytes | None:
        with self._lock:
            until, told = self._here.get(key, (0.0, None))
        return told if until > time.monotonic() else None


_kept = Kept(None)


def configure(redis_url: str | None) -> None:
    """Once a process, after any fork."""
    global _kept
    _kept = Kept(redis_url)


def kept() -> Kept:
    return _kept
