"""The form that moves a turn, the move, and taking it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, flash, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from turns_web.core import db
from turns_web.core.errors import Invalid
from turns_web.turns.board import changes
from turns_web.turns.board.queries import frame, here
from turns_web.turns.board.shape import Shape
from turns_web.turns.filters import Filters
from turns_web.turns.moving import actions
from turns_web.turns.moving.actions import MoveTurn
from turns_web.turns.moving.fields import MERGED, MOVE_FIELDS
from turns_web.turns.moving.queries import form_of
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, spoken, version_of
from turns_web.web.render import done, is_partial, respond

bp = Blueprint("moving", __name__)


@bp.get("/turns/<uuid:turn_id>/stage")
@allow("turns.move")
def stage_form(turn_id: UUID, form: Form | None = None) -> Any:
    to = _uuid((form.value("stage_id") if form else request.args.get("stage_id")) or "")
    with db.read(g.identity) as session:
        shown = form_of(session, turn_id, here(session).today, to)
    refused = form is not None
    if form is not None and "vendor_id" in form.errors and not form.value("vendor_id"):
        form.values["vendor_id"] = str(shown.turn["vendor_id"] or "")
    form = form or Form(values={"stage_id": str(to or "")}, version=shown.turn["version"])
    return respond(
        "turns/move.html",
        # On the board a refusal stands on the card itself.
        "turns/_refusal.html" if refused and "board" in request.form else "turns/_move.html",
        shown=shown,
        form=form,
        fields=MOVE_FIELDS,
        board=request.form.get("board"),
    )


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@bp.post("/turns/<uuid:turn_id>/stage")
@allow("turns.move")
@refused_to(stage_form, MOVE_FIELDS)
def change_stage(turn_id: UUID) -> Any:
    command = _command(turn_id)
    with db.write(g.identity) as session:
        answer = once(session, lambda: actions.move_turn(session, command, frame(session).here.today).answer)
        return _answer(session, answer)


def _command(turn_id: UUID) -> MoveTurn:
    """What was typed; what cannot be read is told together with what the stage asks for."""
    faults: dict[str, list[str]] = {}
    typed: dict[str, Any] = {}
    for name, kind in MOVE_FIELDS.items():
        try:
            typed |= spoken({name: kind}, request.form, whole=False)
        except Invalid as refused:
            faults |= refused.fields
    if not any(name.removeprefix("resolve.") == "stage_id" for name in request.form):
        faults["stage_id"] = ["Choose a stage from the list."]
    return MoveTurn(
        id=turn_id,
        version=version_of(request.form),
        # An empty amount or vendor is one that was not given, not one that is taken away.
        typed={name: typed[name] for name in MERGED if typed.get(name) is not None},
        note=typed.get("note"),
        faults=faults,
    )


@bp.post("/turns/<uuid:turn_id>/undo")
@allow("turns.move")
@refused_to(stage_form, MOVE_FIELDS)
def undo(turn_id: UUID) -> Any:
    version = version_of(request.form)
    with db.write(g.identity) as session:
        answer = once(session, lambda: actions.undo_move(session, g.identity, turn_id, version).answer)
        return _answer(session, answer)


def _answer(session: Session, answer: dict[str, Any]) -> Any:
    """To the board: the card as it is now. To a page: the turn's own."""
    board = request.form.get("board")
    if board is None or not is_partial():
        flash(answer["note"])
        return done(f"/turns/{answer['id']}")
    asked = MultiDict(parse_qsl(board, keep_blank_values=True))
    response = changes.answer(session, Shape.of(asked), Filters.of(asked), [UUID(answer["id"])], with_heads=False)
    note = " ".join(answer["note"].split())
    response.headers["X-Turns-Note"] = note.encode("ascii", "xmlcharrefreplace").decode()
    response.headers["X-Turns-Version"] = str(answer["version"])
    return response
