"""What the report of /readyz means, in words that somebody can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LEAST_LAG_S = 0.05


@dataclass(frozen=True, slots=True)
class Part:
    """state: ok, risk or late, as pills have it; word: the same in a word."""

    key: str
    name: str
    state: str
    word: str
    means: str


def parts(report: Mapping[str, Any]) -> list[Part]:
    """report: of web/health."""
    return [
        _primary(report["primary"]["ok"]),
        _replica(report["replica"]),
        _redis(report["redis"]["ok"]),
        _workers("web", "Web workers", report["workers"]["web"], "Pages are answered by them."),
        _workers("rq", "Job workers", report["workers"]["rq"], "Imports, reminders and housekeeping are done by them."),
    ]


def _primary(is_ok: bool) -> Part:
    if is_ok:
        return Part("primary", "Database", "ok", "Answers", "Everything is written here.")
    return Part("primary", "Database", "late", "Gone", "No page can be answered until it is back.")


def _replica(told: Mapping[str, Any]) -> Part:
    lag_s = told["lag_s"]
    behind = "up to date" if not lag_s or lag_s < _LEAST_LAG_S else f"{lag_s:.1f} s behind"
    if told["ok"] and told["in_use"]:
        return Part("replica", "Read replica", "ok", "In use", f"Lists and reports are read here, {behind}.")
    if told["ok"]:
        return Part("replica", "Read replica", "ok", "Answers", f"{behind.capitalize()}; nothing is read here.")
    if lag_s is None:
        return Part("replica", "Read replica", "risk", "Gone", "Reads go to the database itself until it is back.")
    return Part("replica", "Read replica", "risk", "Behind", f"{behind.capitalize()}: reads go to the database itself.")


def _redis(is_ok: bool) -> Part:
    if is_ok:
        return Part("redis", "Redis", "ok", "Answers", "Live updates, jobs and limits go through it.")
    means = "Pages work; live updates and jobs wait until it is back, and limits are counted in memory."
    return Part("redis", "Redis", "risk", "Gone", means)


def _workers(key: str, name: str, count: int | None, means: str) -> Part:
    if count is None:
        return Part(key, name, "none", "Unknown", "Whatever runs them does not say how many there are.")
    if count == 0:
        return Part(key, name, "late", "None", f"{means} They come back by themselves within a minute.")
    return Part(key, name, "ok", f"{count:,} alive", means)
