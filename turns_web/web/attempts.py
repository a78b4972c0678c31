"""Attempts to sign in: so many may fail for an account, so many from an address.

Failures are counted, and whoever signs in rightly never. But an attempt under way may yet fail: so each takes a place
before its password is looked at, there are no more places than failures left, and who finds none waits a moment. In
parallel nobody gets more tries than one after another, and however many come in at once, no right one is turned away.

In Redis, across processes; in this process's memory while Redis is away.
"""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast

from flask import Flask, current_app, g
from limits import RateLimitItem
from redis import Redis

from turns_web.web.counted import TIMEOUTS_S, Counted
from turns_web.web.limits import Limits, Standing, too_many

# Of an attempt that takes longer the process died; nobody waits longer either.
PATIENCE_S = 20
_LOOK_AGAIN_S = 0.03
_SWEEP_S = 60

_Key = tuple[str, int]

# For each limit two sorted sets by time: what failed, and what is under way. -1: a place is taken in each. -2: there is
# none at the moment. Else the place in KEYS of the limit that is used up, and the seconds until it has room.
_TAKE = """
local told = redis.call('TIME')
local now = told[1] + told[2] / 1000000
local is_full = false
for i = 1, #KEYS, 2 do
    local amount, window = tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
    redis.call('ZREMRANGEBYSCORE', KEYS[i + 1], '-inf', now - ARGV[2])
    local failures = redis.call('ZCARD', KEYS[i])
    if failures >= amount then
        local next = redis.call('ZRANGE', KEYS[i], failures - amount, failures - amount, 'WITHSCORES')
        return {i, tostring(next[2] + window - now)}
    end
    is_full = is_full or failures + redis.call('ZCARD', KEYS[i + 1]) >= amount
end
if is_full then return {-2} end
for i = 2, #KEYS, 2 do
    redis.call('ZADD', KEYS[i], now, ARGV[1])
    redis.call('EXPIRE', KEYS[i], ARGV[2])
end
return {-1}
"""

_GIVE_BACK = """
local told = redis.call('TIME')
for i = 1, #KEYS, 2 do
    redis.call('ZREM', KEYS[i + 1], ARGV[1])
    if ARGV[2] == '1' then
        redis.call('ZADD', KEYS[i], told[1] + told[2] / 1000000, ARGV[1])
        redis.call('EXPIRE', KEYS[i], ARGV[i + 3])
    end
end
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit as it stands for one account or address."""

    name: str
    who: str
    limit: RateLimitItem

    @property
    def keys(self) -> tuple[str, str]:
        """Of the failures, of the attempts under way."""
        return f"turns:failed:{self.name}:{self.who}", f"turns:trying:{self.name}:{self.who}"


@dataclass(slots=True)
class Attempt:
    id: str
    failed: bool = False


class UsedUp(Exception):
    """rule: the one without room; room_in_s: when it has some again."""

    def __init__(self, rule: Rule, room_in_s: float):
        self.rule, self.room_in_s = rule, room_in_s


class Attempts:
    def __init__(self, limits: dict[str, RateLimitItem], redis_url: str | None):
        self._limits = limits
        self._counted = Counted(_Shared(redis_url) if redis_url else None, _Memory())

    @contextmanager
    def one(self, account: str, address: str) -> Iterator[Attempt]:
        """An attempt at `account` from `address`, to be marked as failed inside. Raises TooManyRequests."""
        asked = {"sign_in_account": account, "sign_in_address": address}
        rules = [Rule(name, who, self._limits[name]) for name, who in asked.items() if name in self._limits]
        attempt = Attempt(secrets.token_hex(8))
        self._wait_for_place(rules, attempt.id)
        try:
            yield attempt
        finally:
            self._counted.ask("give_back", rules, attempt)

    def _wait_for_place(self, rules: Sequence[Rule], id: str) -> None:
        until = time.monotonic() + PATIENCE_S
        try:
            while not self._counted.ask("take", rules, id):
                if time.monotonic() > until:
                    too_many(None)
                time.sleep(_LOOK_AGAIN_S)
        except UsedUp as used_up:
            g.standing = Standing(used_up.rule.name, used_up.rule.limit, 0, math.ceil(used_up.room_in_s))
            too_many(g.standing)


class _Shared:
    """`take` gives a place under each rule, or answers False where one has none at the moment, or raises UsedUp;
    `give_back` takes the places of an attempt that is over, and counts it if it failed."""

    def __init__(self, redis_url: str):
        redis = Redis.from_url(redis_url, **TIMEOUTS_S)
        self._take, self._give_back = redis.register_script(_TAKE), redis.register_script(_GIVE_BACK)

    def take(self, rules: Sequence[Rule], id: str) -> bool:
        if not rules:
            return True
        told = cast(list[Any], self._take(_keys(rules), [id, PATIENCE_S, *_measures(rules)]))
        place, *room_in_s = told
        if place > 0:
            raise UsedUp(rules[place // 2], float(room_in_s[0]))
        return place == -1

    def give_back(self, rules: Sequence[Rule], attempt: Attempt) -> None:
        if rules:
            self._give_back(_keys(rules), [attempt.id, int(attempt.failed), *_measures(rules)])


def _keys(rules: Sequence[Rule]) -> list[str]:
    return [key for rule in rules for key in rule.keys]


def _measures(rules: Sequence[Rule]) -> list[int]:
    """As many as there are keys: of each rule how many, and in how many seconds."""
    return [part for rule in rules for part in (rule.limit.amount, rule.limit.get_expiry())]


class _Memory:
    """The same, key by key: {attempt's id: when}. A key is a set of Redis and for how many seconds it keeps one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sets: dict[_Key, dict[str, float]] = {}
        self._swept = time.monotonic()

    def take(self, rules: Sequence[Rule], id: str) -> bool:
        with self._lock:
            now = time.monotonic()
            self._sweep(now)
            has_places = [self._has_place(rule, now) for rule in rules]
            if all(has_places):
                for rule in rules:
                    self._add(_kept(rule)[1], id, now)
            return all(has_places)

    def _sweep(self, now: float) -> None:
        """Made-up accounts and addresses, which nobody asks about a second time, would fill the memory."""
        if now - self._swept < _SWEEP_S:
            return
        self._swept = now
        for key in list(self._sets):
            self._since(key, now)

    def _has_place(self, rule: Rule, now: float) -> bool:
        failed, trying = _kept(rule)
        failures, under_way = self._since(failed, now), self._since(trying, now)
        if len(failures) >= rule.limit.amount:
            raise UsedUp(rule, failures[-rule.limit.amount] + rule.limit.get_expiry() - now)
        return len(failures) + len(under_way) < rule.limit.amount

    def _since(self, key: _Key, now: float) -> list[float]:
        """Those that the set still keeps, the oldest first; a set that keeps none is gone."""
        _, seconds = key
        kept = {id: when for id, when in self._sets.pop(key, {}).items() if when > now - seconds}
        if kept:
            self._sets[key] = kept
        return sorted(kept.values())

    def _add(self, key: _Key, id: str, when: float) -> None:
        self._sets.setdefault(key, {})[id] = when

    def give_back(self, rules: Sequence[Rule], attempt: Attempt) -> None:
        with self._lock:
            now = time.monotonic()
            for failed, trying in map(_kept, rules):
                self._sets.get(trying, {}).pop(attempt.id, None)
                self._since(trying, now)
                if attempt.failed:
                    self._add(failed, attempt.id, now)


def _kept(rule: Rule) -> tuple[_Key, _Key]:
    """Of the failures, of the attempts under way."""
    failed, trying = rule.keys
    return (failed, rule.limit.get_expiry()), (trying, PATIENCE_S)


def init_app(app: Flask) -> None:
    limits: Limits = app.extensions["limits"]
    app.extensions["attempts"] = Attempts(limits.rules, app.config["REDIS_URL"])


def attempt(account: str, address: str) -> AbstractContextManager[Attempt]:
    """An attempt to sign in, as a context; mark it `failed` inside. Raises TooManyRequests."""
    attempts: Attempts = current_app.extensions["attempts"]
    return attempts.one(account, address)
