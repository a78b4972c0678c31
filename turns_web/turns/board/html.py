"""Cards as HTML, kept while nothing that they show has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from flask import current_app
from markupsafe import Markup

from turns_web.turns.board.cards import Row, StageFacts, face
from turns_web.turns.board.queries import Here

# A portfolio's turns under way, twice over; a card is some 2 KB.
MOST_KEPT = 6000


def cards(rows: Iterable[Row], facts: Mapping[UUID, StageFacts], here: Here, may_move: bool) -> list[Markup]:
    return [_card(row, facts[row.stage_id], here, may_move) for row in rows]


def in_lane(cards: Iterable[Markup], lane: UUID | None) -> list[Markup]:
    """The same cards, each saying its lane, by which scripts put it in its place."""
    mark = f' data-group="{lane or ""}" data-order='
    return [Markup(card.replace(" data-order=", mark, 1)) for card in cards]  # noqa: S704


@lru_cache(maxsize=MOST_KEPT)
def _card(row: Row, facts: StageFacts, here: Here, may_move: bool) -> Markup:
    """The row holds all that is shown, so that it is itself the key: whatever changes, is shown."""
    template = current_app.jinja_env.get_template("turns/_card.html")
    return Markup(template.render(card=face(row, facts, here.today, here.zone), may_move=may_move))  # noqa: S704
