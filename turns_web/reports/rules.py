"""Medians and shares of turns that were counted by their days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil


def merged(counts: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    """{days: turns}, in order; turns without days are left out."""
    found: dict[int, int] = {}
    for days, turns in counts:
        if days is not None:
            found[days] = found.get(days, 0) + turns
    return dict(sorted(found.items()))


def median(counts: Mapping[int, int]) -> float | None:
    """As percentile_cont(0.5): the middle one, or half-way between the middle two. counts: {days: turns}, in order."""
    size = sum(counts.values())
    if not size:
        return None
    low, high = _nth(counts, [(size + 1) // 2, size // 2 + 1])
    return (low + high) / 2


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """As percentile_disc: the least that this share of all do not exceed. counts: as for median."""
    size = sum(counts.values())
    return _nth(counts, [max(1, ceil(share * size))])[0] if size else None


def mean(counts: Mapping[int, int]) -> float | None:
    size = sum(counts.values())
    return sum(days * turns for days, turns in counts.items()) / size if size else None


def _nth(counts: Mapping[int, int], places: Sequence[int]) -> list[int]:
    """The values at these places, counted from 1 and in order."""
    found: list[int] = []
    reached = 0
    for days, turns in counts.items():
        reached += turns
        while len(found) < len(places) and places[len(found)] <= reached:
            found.append(days)
    return found
