"""The board while the worker makes three exports of all turns there are."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator

from bench.client import Client
from bench.figures import Figure
from bench.ground import Ground

FORMATS = ("csv", "excel", "pdf")
ROUNDS = 200
_UNDER_WAY = "SELECT count(*) FROM exports WHERE status IN ('queued', 'running')"
_WRITES = "SELECT count(*) FROM exports WHERE status = 'running' AND done > 0"


def run(ground: Ground) -> Iterator[Figure]:
    """In turn without, with and without them again: what the machine does besides weighs on both."""
    admin = ground.client(ground.administrator)
    admin.page("/board")
    before = _board(admin, lambda: False)
    asked = [_export(admin, format) for format in FORMATS]
    _wait(lambda: ground.one(_WRITES))
    meanwhile = _board(admin, lambda: not ground.one(_UNDER_WAY))
    for address in asked:
        admin.post(f"/exports/{address}/cancel", {"csrf_token": admin.csrf})
    _wait(lambda: not ground.one(_UNDER_WAY))
    after = _board(admin, lambda: False)
    without = statistics.median(before + after)
    yield Figure("beside three exports", statistics.median(meanwhile), 1.3, floor=without, floor_name="without them")


def _export(admin: Client, format: str) -> str:
    body = json.dumps({"type": "turns", "format": format, "filters": {}}).encode()
    answer = admin.ask(
        "POST",
        "/api/reports/export",
        body,
        {"Content-Type": "application/json", "X-CSRF-Token": admin.csrf},
    )
    if answer.status != 202:
        raise RuntimeError(f"an export was answered {answer.status}: {answer.text}")
    return json.loads(answer.text)["export"]["id"]


def _board(admin: Client, is_over: Callable[[], bool]) -> list[float]:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        admin.must("/board")
        taken.append((time.perf_counter() - started) * 1000)
        if is_over():
            raise RuntimeError("the exports were done before the board was measured: have more turns")
    return taken


def _wait(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.1)
