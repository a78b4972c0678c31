"""How far an export is, in words."""

from __future__ import annotations

from datetime import datetime

# Before that a pace is a guess.
_MEASURED_S = 1.0


def share(done: int, total: int | None) -> int | None:
    """Of a hundred; None while nobody knows. What is still written is never all."""
    return None if not total else min(99, 100 * done // total)


def left_s(done: int, total: int | None, started_at: datetime | None, now: datetime) -> float | None:
    """Seconds until it is done at the pace so far; None where there is none yet."""
    if not total or not done or started_at is None:
        return None
    spent_s = (now - started_at).total_seconds()
    return None if spent_s < _MEASURED_S else max(0, total - done) * spent_s / done


def left_words(seconds: float | None) -> str:
    """`about 40 s left`, in steps that do not flicker."""
    if seconds is None:
        return ""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 90:
        return f"about {5 * round(seconds / 5)} s left"
    return f"about {round(seconds / 60)} min left"
