"""How often a person may do what: moving windows in Redis, shared by all processes; in memory while Redis is away."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import NoReturn

from flask import Flask, Response, g
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from turns_web.core.identity import Identity
from turns_web.web.counted import TIMEOUTS_S, Counted

DEFAULTS = {
    "writes": "100/minute",
    "shapes": "50/minute",
    "reports": "10/5 minutes",
    "exports": "5/10 minutes",
    "sign_in_account": "5/minute",
    "sign_in_address": "20/minute",
    "reset_account": "3/15 minutes",
    "reset_address": "20/hour",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands against one limit. reset_s: seconds until there is room again."""

    name: str
    limit: RateLimitItem
    remaining: int
    reset_s: int


class Limits:
    """How each person stands under each rule."""

    def __init__(self, configured: str | None, redis_url: str | None):
        self.rules = rules(configured)
        shared = MovingWindowRateLimiter(RedisStorage(redis_url, **TIMEOUTS_S)) if redis_url else None
        self._counted = Counted(shared, MovingWindowRateLimiter(MemoryStorage()))

    def hit(self, name: str, who: str, cost: int = 1) -> bool:
        """Count it, and tell whether there was room."""
        rule = self.rules.get(name)
        return rule is None or self._counted.ask("hit", rule, name, who, cost=cost)

    def standing(self, name: str, who: str) -> Standing | None:
        rule = self.rules.get(name)
        if rule is None:
            return None
        window = self._counted.ask("get_window_stats", rule, name, who)
        return Standing(name, rule, window.remaining, max(0, math.ceil(window.reset_time - time.time())))


def rules(configured: str | None) -> dict[str, RateLimitItem]:
    """The limits in force: the defaults, or `off`, or the defaults with `writes=500/minute;…` in their place.

    Raises ValueError for a name or a rate that is none.
    """
    if configured == "off":
        return {}
    told = dict(DEFAULTS)
    for part in filter(None, (configured or "").split(";")):
        name, _, rate = part.partition("=")
        if name.strip() not in DEFAULTS:
            raise ValueError(f"RATE_LIMITS knows {', '.join(DEFAULTS)}; not {name.strip()!r}")
        told[name.strip()] = rate.strip()
    return {name: parse(rate) for name, rate in told.items()}


def init_app(app: Flask) -> None:
    limits = Limits(app.config["RATE_LIMITS"], app.config["REDIS_URL"])
    app.extensions["limits"] = limits

    @app.after_request
    def tell(response: Response) -> Response:
        standing: Standing | None = g.get("standing")
        if standing:
            response.headers["RateLimit-Policy"] = (
                f'"{standing.name}";q={standing.limit.amount};w={standing.limit.get_expiry()}'
            )
            response.headers["RateLimit"] = f'"{standing.name}";r={standing.remaining};t={standing.reset_s}'
        return response


def limited(app: Flask, identity: Identity, cost: int = 1, rule: str = "writes") -> None:
    """Count a write of this signed-in person, as `cost` writes, or what another rule counts. Raises TooManyRequests
    where there is no room."""
    limits: Limits = app.extensions["limits"]
    who = str(identity.user_id)
    room = limits.hit(rule, who, cost)
    g.standing = limits.standing(rule, who)
    if not room:
        too_many(g.standing)


def stands(app: Flask, identity: Identity, rule: str) -> None:
    """Have the answer tell how this person stands under the rule, though nothing is counted."""
    limits: Limits = app.extensions["limits"]
    g.standing = limits.standing(rule, str(identity.user_id))


def too_many(standing: Standing | None) -> NoReturn:
    wait = max(1, standing.reset_s) if standing else 60
    raise TooManyRequests(f"Wait {wait} seconds and send it again; nothing was saved.", retry_after=wait)
