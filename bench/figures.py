"""A figure beside what it is held against, and the way both are measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """name: what was measured. value in `unit`; floor: what it is a multiple of, None for plain limits.

    limit: the most that the value (or, with a floor, their ratio) may be; with at_least, the least.
    """

    name: str
    value: float
    limit: float
    unit: str = "ms"
    floor: float | None = None
    floor_name: str = "floor"
    at_least: bool = False

    @classmethod
    def rate(cls, name: str, product: float, bare: float) -> Figure:
        """What many do in a second, beside the bare handler's."""
        return cls(name, product, 0.3, "/s", floor=bare, floor_name="bare handler", at_least=True)

    @property
    def held(self) -> float:
        return self.value if self.floor is None else self.value / self.floor

    @property
    def is_met(self) -> bool:
        return self.held >= self.limit if self.at_least else self.held <= self.limit

    def line(self) -> str:
        limit = f"{'at least' if self.at_least else 'at most'} {self.limit:,g}"
        told = f"{self.name:<58} {_number(self.value):>9} {self.unit:<4}"
        if self.floor is None:
            told += f" {'':>38} {limit:<17}"
        else:
            floor = f"{self.floor_name} {_number(self.floor)} {self.unit}"
            told += f" {floor:>29} {self.held:>6.2f} × {limit:<17}"
        return f"{told} {'met' if self.is_met else 'NOT MET'}"


def _number(value: float) -> str:
    if value >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def medians(rounds: int, **acts: Callable[[], object]) -> dict[str, float]:
    """The median milliseconds of each, done in turn, so that whatever else the machine does weighs on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for act in acts.values():
        for _ in range(4):
            act()
    for _ in range(rounds):
        for name, act in acts.items():
            started = time.perf_counter()
            act()
            taken[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
