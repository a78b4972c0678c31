"""Writes by programs: one versioned update, many programs at once, and a batch, against a bare handler that leaves the
same rows behind: the update with its triggers, the event, the receipt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bench.client import Answer, Client
from bench.figures import Figure, medians
from bench.ground import Ground
from bench.together import rates

ROUNDS = 60
PROGRAMS = 16
BATCH = 100

_TURNS = "SELECT id, version FROM turns WHERE is_open ORDER BY id LIMIT %s"


@dataclass
class Turn:
    """A turn whose work order a program sets again and again; written: how often."""

    id: str
    version: int
    written: int = 0

    def operation(self) -> dict[str, Any]:
        data = {"wo_number": f"B-{self.written % 1000}-{self.version}"}
        return {"operation": "update", "id": self.id, "version": self.version, "data": data}

    def was_written(self) -> None:
        self.version += 1
        self.written += 1


def run(ground: Ground) -> Iterator[Figure]:
    turns = _turns(ground, 2 + 2 * PROGRAMS + BATCH)
    mine, bare, *others = turns
    many, others = others[:BATCH], others[BATCH:]
    token = ground.sign_in(ground.administrator)
    client, floor = Client(ground.product), Client(ground.floors)
    taken = medians(
        ROUNDS,
        product=lambda: write(client, token, mine),
        floor=lambda: write(floor, token, bare),
        batch=lambda: write_batch(client, token, many),
    )
    yield Figure("a versioned update", taken["product"], 4, floor=taken["floor"], floor_name="bare handler")
    product, floor_rate = rates(
        [_program(ground.product, token, turn) for turn in others[:PROGRAMS]],
        [_program(ground.floors, token, turn) for turn in others[PROGRAMS:]],
    )
    yield Figure.rate(f"updates a second, {PROGRAMS} programs", product, floor_rate)
    there = ground.one("SELECT sum(version) FROM turns WHERE id = ANY(%s)", [turn.id for turn in others])
    yield Figure(
        "updates that were acknowledged and lost", abs(sum(turn.version for turn in others) - int(there)), 0, ""
    )
    yield Figure(f"a batch of {BATCH}", taken["batch"], 25, floor=taken["product"], floor_name="one update")


def _turns(ground: Ground, number: int) -> list[Turn]:
    return [Turn(str(id), version) for id, version in ground.admin.execute(_TURNS, [number])]


def _program(address: str, token: str, turn: Turn) -> Callable[[], None]:
    client = Client(address)
    return lambda: write(client, token, turn)


def write(client: Client, token: str, turn: Turn) -> None:
    _send(client, token, "/api/write/turns", turn.operation())
    turn.was_written()


def write_batch(client: Client, token: str, turns: list[Turn]) -> None:
    operations = [{"table": "turns", **turn.operation()} for turn in turns]
    _send(client, token, "/api/write/batch", {"operations": operations})
    for turn in turns:
        turn.was_written()


def _send(client: Client, token: str, path: str, body: dict[str, Any]) -> Answer:
    sent = json.dumps({**body, "writeId": str(uuid4())}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    answer = client.ask("POST", path, sent, headers)
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered {answer.status}: {answer.text[:400]}")
    return answer
