"""The board's first page: an administrator with all turns under way before them."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from bench.client import Client
from bench.figures import Figure, medians
from bench.ground import Ground

ROUNDS = 40
FEW = 100


def run(ground: Ground) -> Iterator[Figure]:
    admin = ground.client(ground.administrator)
    floor = Client(ground.floors)
    page = admin.page("/board")
    cards = page.text.count("data-turn=")
    size = _floor_size(floor, cards)
    taken = medians(ROUNDS, product=lambda: admin.must("/board"), floor=lambda: floor.must(f"/board?size={size}"))
    yield Figure(f"first page, {cards} cards", taken["product"], 2, floor=taken["floor"], floor_name="bare page")
    yield Figure("its HTML", len(page.text.encode()) / 1000, 300, "KB")
    yield Figure("on the wire", page.wire / 1000, 35, "KB")
    yield Figure("its elements", _elements(page.text), 2500, "")
    few = ground.client(ground.manager_of_about(FEW))
    all_turns, few_turns = ([one.page("/board").statements for _ in range(6)] for one in (admin, few))
    yield Figure("SQL statements, the most of a page", max(page.statements, *all_turns, *few_turns), 8, "")
    yield Figure(
        "SQL statements with all turns",
        min(all_turns),
        1,
        "",
        floor=min(few_turns),
        floor_name=f"with about {FEW} turns",
    )


def _floor_size(floor: Client, cards: int) -> int:
    """So many a stage that the floor shows as many cards, or a few more."""
    for size in range(1, cards + 1):
        if floor.get(f"/board?size={size}").text.count("data-turn=") >= cards:
            return size
    return cards


def _elements(html: str) -> int:
    counter = _Counter()
    counter.feed(html)
    return counter.found


class _Counter(HTMLParser):
    found = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found += 1
