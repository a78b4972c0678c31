"""Telling Redis what was committed: at once, and never in the way of the request that committed it.

A thread of its own does the talking. While Redis is away events are dropped here: their outbox rows stay unmarked and
the relay tells them later.
"""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError

from turns_web.core.outbox import JOB, Event
from turns_web.web.live.channel import CHANNEL, MOST_TOLD, TOLD, packed

log = structlog.get_logger(__name__)

_MOST_WAITING = 2_000
_MOST_AT_ONCE = 500
_AWAY_S = 1.0


class Publisher:
    """Called with the events of a transaction, after its commit."""

    def __init__(self, redis_url: str):
        self._redis = Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1)
        self._waiting: SimpleQueue[list[Event]] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._away_until = 0.0

    def __call__(self, events: list[Event]) -> None:
        events = [event for event in events if event["kind"] != JOB]
        if not events or time.monotonic() < self._away_until or self._waiting.qsize() > _MOST_WAITING:
            return
        self._waiting.put(events)
        if self._thread is None:
            self._start()

    def _start(self) -> None:
        # Not before the first event: a server may fork after it was made.
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="live-publisher", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            events = self._waiting.get()
            while len(events) < _MOST_AT_ONCE:
                try:
                    events = events + self._waiting.get_nowait()
                except Empty:
                    break
            try:
                _publish_and_note(self._redis, events)
            except (RedisError, OSError):
                self._away_until = time.monotonic() + _AWAY_S
                log.warning("live events wait for the relay: Redis is away", events=len(events))


def publish(redis: Redis, events: list[Event]) -> None:
    """Tell all processes."""
    with redis.pipeline(transaction=False) as pipe:
        _say(pipe, events)
        pipe.execute()


def _publish_and_note(redis: Redis, events: list[Event]) -> None:
    """Tell all processes, and the relay which rows it may mark."""
    with redis.pipeline(transaction=False) as pipe:
        _say(pipe, events)
        rows = [event["outbox_id"] for event in events if "outbox_id" in event]
        if rows:
            pipe.rpush(TOLD, *rows)
            pipe.ltrim(TOLD, -MOST_TOLD, -1)
        pipe.execute()


def _say(pipe: Pipeline, events: list[Event]) -> None:
    for event in events:
        pipe.publish(CHANNEL, packed(event))
