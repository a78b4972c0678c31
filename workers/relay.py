"""The relay of the outbox: what was committed is told, even where the process that committed it could not; and what
webhooks asked for is made a delivery to each.

Web processes publish after their commit and name the rows in a list in Redis; the relay marks those many at a time, and
tells itself what is older than a second and still not marked. Told twice is harmless: listeners know each event by its
row. Several relays share the work, none takes what another holds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast
from uuid import UUID

import structlog
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.config import load_settings
from turns_web.core.db import write
from turns_web.core.errors import Unavailable
from turns_web.core.identity import system_identity
from turns_web.core.outbox import JOB, NOTICE, Event
from turns_web.core.queue import hand_over
from turns_web.notifications.fan_out import fan_out as fan_out_to_people
from turns_web.web.live.channel import TOLD
from turns_web.web.live.publisher import publish
from turns_web.webhooks.fan_out import fan_out

log = structlog.get_logger(__name__)

_AT_ONCE = 500

_MARK = text(
    "UPDATE outbox SET done_at = now(), error = NULL WHERE id = ANY(CAST(:ids AS uuid[])) AND done_at IS NULL "
    "RETURNING payload, created_at"
)
_FORGOTTEN = text(
    "SELECT payload FROM outbox WHERE done_at IS NULL AND available_at <= now() AND kind NOT IN ('webhook', 'mail') "
    # Nobody else tells jobs: they need not be given a second for it.
    "AND (kind = 'job' OR created_at < clock_timestamp() - interval '1 second') "
    "ORDER BY created_at, id LIMIT :most FOR UPDATE SKIP LOCKED"
)
_PUT_OFF = text(
    "UPDATE outbox SET available_at = now() + interval '5 minutes', attempts = attempts + 1, error = :error "
    "WHERE id = CAST(:id AS uuid)"
)
# Nothing is the matter with any event: all wait.
_AWAY = (RedisError, OSError, Unavailable)


def relay() -> None:
    """One round: mark what was told, tell what was not. While Redis is away everything waits in its rows."""
    redis = _redis()
    try:
        while mark_told(redis) == _AT_ONCE:
            pass
        while told := tell_forgotten(redis):
            log.info("the relay told events", events=told)
    except (RedisError, OSError) as problem:
        log.warning("events wait in the outbox: Redis is away", error=str(problem))


def mark_told(redis: Redis) -> int:
    """Mark rows whose events were published; how many were named. One that is lost here is told once more."""
    ids = [id.decode() for id in cast(list[bytes] | None, redis.lpop(TOLD, _AT_ONCE)) or ()]
    if ids:
        with write(system_identity(), context="relay") as session:
            told = _mark(session, ids)
        stir(told, redis)
    return len(ids)


def tell_forgotten(redis: Redis) -> int:
    """Publish rows older than a second that are not marked, hand jobs to RQ, and mark them; how many there were.

    Where one of them cannot be told, the others do not wait for it for ever: each goes by itself, and that one is put
    off.
    """
    try:
        told: set[UUID] = set()
        with write(system_identity(), context="relay") as session:
            events = _forgotten(session, _AT_ONCE)
            if events:
                told = _tell(session, redis, events)
        stir(told, redis)
        return len(events)
    except _AWAY:
        raise
    except Exception:
        log.exception("one of many events cannot be told: each is tried alone")
    alone = 0
    while alone < _AT_ONCE and _tell_one(redis):
        alone += 1
    return alone


def _tell_one(redis: Redis) -> bool:
    """The one that has waited longest, told or put off; whether there was one."""
    told: set[UUID] = set()
    with write(system_identity(), context="relay") as session:
        events = _forgotten(session, 1)
        for event in events:
            try:
                with session.begin_nested():
                    told = _tell(session, redis, [event])
            except _AWAY:
                raise
            except Exception as why:
                log.exception("an event is put off: it cannot be told", event_id=event["outbox_id"])
                session.execute(_PUT_OFF, {"id": event["outbox_id"], "error": type(why).__name__})
    stir(told, redis)
    return bool(events)


def _forgotten(session: Session, most: int) -> list[Event]:
    return list(session.execute(_FORGOTTEN, {"most": most}).scalars())


def _tell(session: Session, redis: Redis, events: list[Event]) -> set[UUID]:
    publish(redis, [event for event in events if event["kind"] != JOB])
    for job in (event for event in events if event["kind"] == JOB):
        hand_over(redis, job)
    return _mark(session, [event["outbox_id"] for event in events])


def _mark(session: Session, ids: list[str]) -> set[UUID]:
    """A row is marked once, however often its event is told: so webhooks and people hear of it once. Returns who has
    something new in the page."""
    marked = sorted(session.execute(_MARK, {"ids": ids}), key=lambda row: row.created_at)
    fan_out(session, [(row.payload, row.created_at) for row in marked])
    return fan_out_to_people(session, [row.payload for row in marked])


def stir(people: set[UUID], redis: Redis | None = None) -> None:
    """Their open pages ask how much is new; one that hears nothing finds it at the next load."""
    if people:
        publish(redis or _redis(), [{"kind": NOTICE, "user_ids": sorted(str(person) for person in people)}])


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(load_settings().redis_address, socket_timeout=2, socket_connect_timeout=1)
