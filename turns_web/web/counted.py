"""Counting in Redis, for all processes; in this process's own memory while Redis is away."""

from __future__ import annotations

import time
from typing import Any

import structlog
from limits.errors import StorageError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

# A Redis that is away must not hold up a page: neither one that is asked, nor all that would ask after it.
TIMEOUTS_S = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
_AWAY_S = 2.0


class Counted:
    """shared: counts in Redis, None where there is none. own: has the same methods, and counts here."""

    def __init__(self, shared: Any | None, own: Any):
        self._shared, self._own = shared, own
        self.away_until = 0.0

    def ask(self, method: str, *told: Any, **named: Any) -> Any:
        if self._shared is not None and time.monotonic() >= self.away_until:
            try:
                return getattr(self._shared, method)(*told, **named)
            except (RedisError, StorageError, OSError):
                self.away_until = time.monotonic() + _AWAY_S
                log.warning("limits are counted in memory: Redis is away")
        return getattr(self._own, method)(*told, **named)
