"""A move on the board, against a bare handler of the same server with the same update, triggers and commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.client import PARTIAL, Client
from bench.figures import Figure, medians
from bench.ground import Ground
from bench.together import rates

ROUNDS = 60
PEOPLE = 16

# Both ways are open: nothing is asked for on the way back but a note, and the vendor is insured.
_MOVABLE = """
SELECT t.id, t.version FROM turns t JOIN vendors v ON v.id = t.vendor_id
WHERE t.stage_id = (SELECT id FROM turn_stages WHERE name = 'In Progress') AND t.is_open AND t.hold_reason IS NULL
    AND t.scope_approval_status IN ('DFO_APPROVED', 'HO_APPROVED') AND t.turn_amount IS NOT NULL
    AND v.is_approved AND v.is_active AND NOT v.is_archived AND v.insurance_expiry > current_date + 30
ORDER BY t.id LIMIT %s
"""


@dataclass
class Card:
    """A card that goes to and fro between two stages; moved: how often."""

    id: str
    version: int
    stages: tuple[str, str]
    moved: int = 0

    def next(self) -> dict[str, str]:
        stage = self.stages[1 - self.moved % 2]
        return {"id": self.id, "version": str(self.version), "stage_id": stage, "note": "Benchmark"}


def run(ground: Ground) -> Iterator[Figure]:
    cards = movable(ground, 2 * PEOPLE + 2)
    mine, bare, *others = cards
    admin = ground.client(ground.administrator)
    admin.page("/board")
    floor = Client(ground.floors, ground.sign_in(ground.administrator))
    taken = medians(ROUNDS, product=lambda: move(admin, mine), floor=lambda: bare_move(floor, bare))
    yield Figure("a move", taken["product"], 4, floor=taken["floor"], floor_name="bare handler")
    yield Figure("the answer to a drag, on the wire", move(admin, mine).wire / 1000, 3, "KB")
    before = sum(card.version for card in others)
    product, floor_rate = _rates(ground, others[:PEOPLE], others[PEOPLE:])
    yield Figure.rate(f"moves a second, {PEOPLE} people", product, floor_rate)
    there = ground.one("SELECT sum(version) FROM turns WHERE id = ANY(%s)", [card.id for card in others])
    acknowledged = before + sum(card.moved for card in others)
    yield Figure("moves that were acknowledged and lost", abs(acknowledged - int(there)), 0, "")


def movable(ground: Ground, number: int) -> list[Card]:
    stages = tuple(str(ground.one("SELECT id FROM turn_stages WHERE name = %s", name)) for name in _STAGES)
    rows = ground.admin.execute(_MOVABLE, [number]).fetchall()
    if len(rows) < number:
        raise RuntimeError(f"only {len(rows)} cards can be moved to and fro")
    return [Card(str(id), version, stages) for id, version in rows]


_STAGES = ("In Progress", "Final Walk")


def move(client: Client, card: Card) -> Any:
    """As a drag on the board sends it."""
    answer = client.post(f"/turns/{card.id}/stage", {**card.next(), "board": ""}, **PARTIAL)
    if answer.status != 200:
        raise RuntimeError(f"a move was answered {answer.status}: {answer.text[:400]}")
    card.version = int(answer.headers["x-turns-version"])
    card.moved += 1
    return answer


def bare_move(client: Client, card: Card) -> None:
    answer = client.post("/move", card.next())
    card.version += 1
    card.moved += 1
    if answer.text != f'{{"version": {card.version}}}':
        raise RuntimeError(f"the bare handler answered {answer.text}")


def _rates(ground: Ground, mine: list[Card], bare: list[Card]) -> tuple[float, float]:
    """Moves a second with each card moved by another person, for the product and for the bare handler."""
    tokens = [ground.sign_in(ground.administrator) for _ in range(PEOPLE)]
    return rates(
        [_mover(ground.product, token, move, card) for token, card in zip(tokens, mine, strict=True)],
        [_mover(ground.floors, token, bare_move, card) for token, card in zip(tokens, bare, strict=True)],
    )


def _mover(address: str, token: str, act: Callable[[Client, Card], object], card: Card) -> Callable[[], object]:
    client = Client(address, token)
    if act is move:
        client.page("/board")
    return lambda: act(client, card)
