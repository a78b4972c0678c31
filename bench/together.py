"""Many at once: how many a second when all do theirs over and over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

SECONDS = 6.0
WARM_S = 2.0

Act = Callable[[], object]


def rates(mine: Sequence[Act], bare: Sequence[Act]) -> tuple[float, float]:
    """What the product and what the bare handler do in a second, in turns; each server has been up for a while."""
    for acts in (mine, bare):
        _rate(acts, WARM_S)
    taken = [_rate(acts, SECONDS) for acts in (mine, bare, mine, bare)]
    return (taken[0] + taken[2]) / 2, (taken[1] + taken[3]) / 2


def _rate(acts: Sequence[Act], seconds: float) -> float:
    done = [0] * len(acts)
    until = time.perf_counter() + seconds

    def work(number: int) -> None:
        while time.perf_counter() < until:
            acts[number]()
            done[number] += 1

    threads = [threading.Thread(target=work, args=[number]) for number in range(len(acts))]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - started)
