"""One subscription to Redis a process, on its event loop."""

from __future__ import annotations

import asyncio
import time

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from turns_web.web.live.channel import CHANNEL, unpacked
from turns_web.web.live.hub import Hub

log = structlog.get_logger(__name__)

# A connection that died without a word is noticed after two of these.
_QUIET_S = 5.0
_AGAIN_S = (0.1, 0.2, 0.5, 1.0)


async def listen(redis_url: str, hub: Hub) -> None:
    """Hand every event to the hub, for ever. While Redis is away, try again; afterwards all streams fetch anew."""
    failures = 0
    while True:
        redis = Redis.from_url(redis_url, socket_connect_timeout=2, socket_keepalive=True)
        try:
            async with redis.pubsub() as pubsub:
                await pubsub.subscribe(CHANNEL)
                hub.back()
                failures = 0
                await _hand_over(pubsub, hub)
        except (RedisError, OSError, TimeoutError) as problem:
            hub.away()
            if failures == 0:
                log.warning("live events stopped: Redis is away", error=str(problem))
            failures += 1
            await asyncio.sleep(_AGAIN_S[min(failures, len(_AGAIN_S)) - 1])
        finally:
            await redis.aclose()


async def _hand_over(pubsub, hub: Hub) -> None:
    heard = time.monotonic()
    while True:
        message = await pubsub.get_message(timeout=_QUIET_S)
        if message is None:
            if time.monotonic() - heard > 2 * _QUIET_S + 1:
                raise TimeoutError("Redis does not answer")
            await pubsub.ping()
            continue
        heard = time.monotonic()
        if message["type"] == "message":
            hub.tell(unpacked(message["data"]))
