"""What changed of the board, as pieces for a page that shows it: the answer to a move and to a live update alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g, make_response, render_template
from sqlalchemy.orm import Session

from turns_web.access import may
from turns_web.turns.board import html, queries
from turns_web.turns.board.shape import Shape
from turns_web.turns.filters import Filters
from turns_web.web.render import private


def answer(session: Session, shape: Shape, filters: Filters, ids: list[UUID], with_heads: bool = True) -> Any:
    """The cards of `ids` that are in the view, and the heads of all columns, under the filter in force.

    with_heads: the figures of all turns cost more than a move; whoever moves many gets them once, afterwards.
    """
    known, here, completed_days = queries.frame(session)
    heads = queries.heads(session, filters, here) if with_heads else {}
    found = queries.changed(session, filters, ids, here) if ids else []
    cards = html.cards(
        [change.row for change in found], queries.stage_facts(known), here, may(g.identity.role, "turns.move")
    )
    if shape.group:
        lane = [getattr(change, shape.group) for change in found]
        cards = [html.in_lane([card], id)[0] for card, id in zip(cards, lane, strict=True)]
    columns = [queries.Column(stage, heads.get(stage.id, queries.Head()), queries.NONE) for stage in known]
    page = render_template(
        "turns/_changes.html",
        cards=cards,
        completed_days=completed_days,
        columns=columns if with_heads else [],
        summary=queries.Summary.of(heads.values()) if with_heads else None,
    )
    return private(make_response(page))
