"""The shapes of the charts, as numbers for SVG: a scale, the pieces of a bar, the points of a line.

Shapes stretch to the room there is, so everything is said in thousandths of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDE = 1000
HIGH = 160
_MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class StageBar:
    """within: until the target or the median, whichever is first; over: how much of the median is past the target.
    None where there is no such mark."""

    within: int
    over: int
    p90: int | None
    target: int | None


def stage_bars(stages: Iterable[tuple[float | None, float | None, float | None]]) -> list[StageBar]:
    """Of (median, p90, target) in days, on one scale."""
    stages = list(stages)
    most = max((value for stage in stages for value in stage if value is not None), default=0) or 1
    return [_stage_bar(*(None if value is None else round(WIDE * value / most) for value in one)) for one in stages]


def _stage_bar(median: int | None, p90: int | None, target: int | None) -> StageBar:
    median = median or 0
    within = median if target is None else min(median, target)
    return StageBar(within, median - within, p90, target)


def share(value: float | None, most: float) -> int:
    """The length of a plain bar."""
    return round(WIDE * value / most) if value and most > 0 else 0


@dataclass(frozen=True, slots=True)
class Line:
    """parts: the points of each stretch without a gap. Thousandths across, HIGH at the foot."""

    parts: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """ticks: what stands at the axis, from the top; heights: where their lines are."""

    ticks: tuple[str, ...]
    heights: tuple[int, ...]
    lines: tuple[Line, ...]


def plot(series: Sequence[Sequence[float | None]]) -> Plot | None:
    """Lines over the same places from left to right; None where there is nothing to draw."""
    known = [value for one in series for value in one if value is not None]
    if not known:
        return None
    ticks = scale(min(known), max(known))
    low, high = ticks[0], ticks[-1]

    def height(value: float) -> int:
        return round(HIGH * (high - value) / (high - low))

    return Plot(
        ticks=tuple(f"{tick:g}" for tick in reversed(ticks)),
        heights=tuple(height(tick) for tick in reversed(ticks)),
        lines=tuple(Line(_parts([None if value is None else height(value) for value in one])) for one in series),
    )


def _parts(heights: Sequence[int | None]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Each place in the middle of its share of the width, where its word stands."""
    parts: list[list[tuple[int, int]]] = [[]]
    for place, height in enumerate(heights):
        if height is None:
            parts.append([])
        else:
            parts[-1].append((round(WIDE * (place + 0.5) / len(heights)), height))
    return tuple(tuple(part) for part in parts if part)


def scale(least: float, most: float) -> list[float]:
    """Round numbers, evenly apart, that hold both; from two to six of them.

    >>> scale(12.9, 17.5)
    [12.0, 14.0, 16.0, 18.0]
    """
    spread = (most - least) or abs(most) or 1.0
    rough = spread / (_MOST_TICKS - 1)
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
    first, last = floor(least / step), ceil(most / step)
    if first == last:
        last += 1
    return [round(step * place, 10) for place in range(first, last + 1)]


def thinned(words: Sequence[str], most: int = 12) -> list[str]:
    """At most so many of the words, evenly, counted from the last; the others are empty."""
    every = ceil(len(words) / most) if words else 1
    return [word if (len(words) - 1 - place) % every == 0 else "" for place, word in enumerate(words)]
