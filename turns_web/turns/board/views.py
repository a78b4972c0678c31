"""GET /board: the columns or the table, their further windows, the panel of filters, and what changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from turns_web.access import may
from turns_web.accounts.actions import set_preferences
from turns_web.core import db
from turns_web.core.names import names_of
from turns_web.turns.board import changes, html, lanes, options, queries, table
from turns_web.turns.board.shape import GROUPS, Shape
from turns_web.turns.filters import FILTERS, Filters
from turns_web.turns.order import KEY
from turns_web.turns.saved.queries import views as kept_views
from turns_web.web.auth import allow, own_path
from turns_web.web.forms import Form
from turns_web.web.paging import pack, unpack
from turns_web.web.render import done, respond

bp = Blueprint("board", __name__)

# A page asks for the whole board instead of so many cards.
MOST_CHANGED = 500


@bp.get("/board")
@allow("board.see")
def board() -> Any:
    shape, filters = Shape.of(request.args), Filters.of(request.args)
    if shape.view == "table":
        return _table(shape, filters)
    return _lanes(shape, filters) if shape.group else _columns(shape, filters)


def _columns(shape: Shape, filters: Filters) -> Any:
    with db.read(g.identity) as session:
        stages, here, completed_days = queries.frame(session)
        columns = queries.columns(session, stages, filters, here)
        top = _top(session, shape, filters, [column.head for column in columns])
    facts = queries.stage_facts(stages)
    may_move = may(g.identity.role, "turns.move")
    return respond(
        "turns/board.html",
        "turns/_board_answer.html",
        **top,
        completed_days=completed_days,
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


def _lanes(shape: Shape, filters: Filters) -> Any:
    first = _whole(request.args.get("lanes"))
    with db.read(g.identity) as session:
        stages, here, completed_days = queries.frame(session)
        heads = queries.heads(session, filters, here)
        found, following = lanes.lanes(session, shape.group, filters, first, here)
        top = _top(session, shape, filters, list(heads.values()))
    facts = queries.stage_facts(stages)
    may_move = may(g.identity.role, "turns.move")
    return respond(
        "turns/board.html",
        "turns/_board_answer.html",
        **top,
        completed_days=completed_days,
        columns=[
            {
                "column": queries.Column(stage, heads.get(stage.id, queries.Head()), queries.NONE),
                "past": _past(filters, stage.id),
                "lanes": [_cell(shape, filters, lane, stage.id, facts, here, may_move) for lane in found],
            }
            for stage in stages
            if stage.is_active or stage.id in heads
        ],
        back=f"/board?{shape.query(filters)}" if first else "",
        following=f"/board?{shape.query(filters, lanes=following)}" if following else "",
    )


def _cell(
    shape: Shape, filters: Filters, lane: lanes.Lane, stage_id: UUID, facts: Any, here: queries.Here, may_move: bool
) -> dict[str, Any]:
    """A lane in a column."""
    window = lane.windows.get(stage_id, queries.NONE)
    more = _more(filters, stage_id, window, group=shape.group, lane=lane.id or "none")
    cards = html.in_lane(html.cards(window.rows, facts, here, may_move), lane.id)
    return {"lane": lane, "cards": cards, "more": more, "left": window.left}


def _whole(typed: str | None) -> int:
    if not typed:
        return 0
    if not typed.isascii() or not typed.isdigit() or len(typed) > 6:
        abort(400)
    return int(typed)


def _top(session: Session, shape: Shape, filters: Filters, heads: list[queries.Head]) -> dict[str, Any]:
    """What stands above board and table alike."""
    names = names_of(session, filters.wanted_names())
    return {
        "keys": Form(),
        "shape": shape,
        "groups": GROUPS,
        "filters": filters,
        "chips": filters.chips(names),
        "views": kept_views(session),
        "summary": queries.Summary.of(heads),
    }


def _more(filters: Filters, stage_id: UUID, window: queries.Window, **lane: Any) -> str:
    if window.next is None:
        return ""
    return f"/board/columns/{stage_id}?{filters.query(**lane, cursor=pack(window.next))}"


def _past(filters: Filters, stage_id: UUID) -> str:
    """Where the complete column leads on to: all that were ever completed, under the same filter."""
    past = filters.at("stage_id", stage_id).at("is_active", None)
    return f"/board?{past.query(view='table')}"


@bp.get("/board/columns/<uuid:stage_id>")
@allow("board.see")
def column(stage_id: UUID) -> Any:
    """The cards after a cursor, and only those."""
    shape, filters = Shape.of(request.args), Filters.of(request.args)
    after = unpack(request.args.get("cursor"), len(KEY))
    named = request.args.get("lane", "none")
    if named != "none" and not _is_uuid(named):
        abort(400)
    lane = UUID(named) if named != "none" else None
    with db.read(g.identity) as session:
        stages, here, _ = queries.frame(session)
        stage = stages.get(stage_id)
        if stage is None:
            abort(404)
        if after and shape.group:
            window = lanes.window(session, shape.group, lane, stage_id, filters, after, here)
        else:
            window = queries.window(session, filters, stage_id, after, here)
    cards = html.cards(window.rows, queries.stage_facts(stages), here, may(g.identity.role, "turns.move"))
    if shape.group:
        cards = html.in_lane(cards, lane)
    return respond(
        "turns/column.html",
        "turns/_window.html",
        stage=stage,
        filters=filters,
        cards=cards,
        more=_more(filters, stage_id, window, group=shape.group, lane=request.args.get("lane")),
        left=window.left,
        past=_past(filters, stage_id),
    )


def _table(shape: Shape, filters: Filters) -> Any:
    after = unpack(request.args.get("cursor"), table.cursor_length(filters))
    with db.read(g.identity) as session:
        stages, here, _ = queries.frame(session)
        lines, following = table.lines(session, filters, after, here)
        heads = queries.heads(session, filters, here)
        top = _top(session, shape, filters, list(heads.values()))
    facts = queries.stage_facts(stages)
    return respond(
        "turns/table.html",
        "turns/_rows.html" if after else "turns/_table_answer.html",
        **top,
        lines=[(line, table.face_of(line.row, facts, here)) for line in lines],
        columns=table.chosen(g.identity),
        all_columns=table.COLUMNS,
        amount=sum(head.amount for head in heads.values()),
        following=f"/board?{shape.query(filters, cursor=pack(following))}" if following else "",
        place=f"/board?{shape.query(filters)}",
        head=f"/board?{shape.query(filters.unsorted())}",
    )


@bp.post("/board/columns")
@allow("board.see")
def choose_columns() -> Any:
    """Keep which columns the table shows, for this person, on every device."""
    names = None if request.form.get("default") else table.known(request.form.getlist("column"))
    with db.write(g.identity) as session:
        set_preferences(session, g.identity, turn_columns=names)
    return done(own_path(request.form.get("next")) or "/board?view=table")


@bp.get("/board/filters")
@allow("board.see")
def panel() -> Any:
    """All filters that can be chosen, as a form; the page's dialog and, without a script, a page."""
    shape, filters = Shape.of(request.args), Filters.of(request.args)
    with db.read(g.identity) as session:
        found = options.options(session)
    return respond(
        "turns/filters.html",
        "turns/_filters.html",
        shape=shape,
        filters=filters,
        known=FILTERS,
        options=found,
        offered=options.OFFERED,
        flags=options.FLAGS,
        days=options.DAYS,
    )


@bp.get("/board/changes")
@allow("board.see")
def changed() -> Any:
    """What became of some turns that the page shows: cards, those gone from this view, and the heads of the columns."""
    ids = [UUID(one) for one in request.args.getlist("turn_id") if _is_uuid(one)]
    # Such an id is no turn_id of a filter, which is a code.
    rest = [(name, one) for name, one in request.args.items(multi=True) if name != "turn_id" or not _is_uuid(one)]
    with db.read(g.identity) as session:
        asked = MultiDict(rest)
        return changes.answer(session, Shape.of(asked), Filters.of(asked), ids[:MOST_CHANGED])


def _is_uuid(typed: str) -> bool:
    try:
        return bool(UUID(typed))
    except ValueError:
        return False
