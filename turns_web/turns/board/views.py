"""GET /board: columns, their further windows, and what changed of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, request

from turns_web.access import may
from turns_web.core import db
from turns_web.core.names import names_of
from turns_web.turns.board import changes, html, queries
from turns_web.turns.filters import Filters, Senseless
from turns_web.turns.order import KEY
from turns_web.turns.stages import way
from turns_web.web import errors
from turns_web.web.auth import allow
from turns_web.web.paging import pack, unpack
from turns_web.web.render import respond

bp = Blueprint("board", __name__)


@bp.app_errorhandler(Senseless)
def senseless(error: Senseless) -> Any:
    return errors.page(400)


@bp.get("/board")
@allow("board.see")
def board() -> Any:
    filters = Filters.of(request.args)
    with db.read(g.identity) as session:
        here = queries.here(session)
        stages = way(session)
        columns = queries.columns(session, stages, filters, here)
        names = names_of(session, filters.wanted_names())
    facts = queries.stage_facts(stages)
    may_move = may(g.identity.role, "turns.move")
    return respond(
        "turns/board.html",
        "turns/_board_answer.html",
        filters=filters,
        chips=filters.chips(names),
        summary=queries.Summary.of(column.head for column in columns),
        columns=[
            {
                "column": column,
                "cards": html.cards(column.window.rows, facts, here, may_move),
                "more": _more(filters, column.stage.id, column.window),
                "left": column.window.left,
                "past": _past(filters, column.stage.id),
            }
            for column in columns
        ],
    )


def _more(filters: Filters, stage_id: UUID, window: queries.Window) -> str:
    if window.next is None:
        return ""
    return f"/board/columns/{stage_id}?{filters.query(cursor=pack(window.next))}"


def _past(filters: Filters, stage_id: UUID) -> str:
    """Where the complete column leads on to: all that were ever completed, under the same filter."""
    past = filters.at("stage_id", stage_id).at("is_active", None)
    return f"/board?{past.query(view='table')}"


@bp.get("/board/columns/<uuid:stage_id>")
@allow("board.see")
def column(stage_id: UUID) -> Any:
    """The cards after a cursor, and only those."""
    filters = Filters.of(request.args)
    after = unpack(request.args.get("cursor"), len(KEY))
    with db.read(g.identity) as session:
        here = queries.here(session)
        stages = way(session)
        stage = stages.get(stage_id)
        if stage is None:
            abort(404)
        window = queries.window(session, filters, stage_id, after, here)
    return respond(
        "turns/column.html",
        "turns/_window.html",
        stage=stage,
        filters=filters,
        cards=html.cards(window.rows, queries.stage_facts(stages), here, may(g.identity.role, "turns.move")),
        more=_more(filters, stage_id, window),
        left=window.left,
        past=_past(filters, stage_id),
    )


@bp.get("/board/changes")
@allow("board.see")
def changed() -> Any:
    """What became of some turns that the page shows: cards, those gone from this view, and the heads of the columns."""
    filters = Filters.of(request.args)
    ids = _ids(request.args.getlist("turn_id"))
    with db.read(g.identity) as session:
        return changes.answer(session, filters, ids)


def _ids(typed: list[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in dict.fromkeys(typed)][:500]
    except ValueError:
        abort(400)
