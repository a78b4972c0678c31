"""/board/views: keep the present view under a name, or take a kept one away."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, flash, g, request
from werkzeug.datastructures import MultiDict

from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.turns.board.shape import Shape
from turns_web.turns.filters import Filters
from turns_web.turns.saved import actions
from turns_web.turns.saved.actions import VIEW_FIELDS
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to
from turns_web.web.render import done, respond

bp = Blueprint("saved", __name__)


@bp.get("/board/views/new")
@allow("views.save")
def view_form(form: Form | None = None) -> Any:
    asked = MultiDict(parse_qsl(form.value("query"))) if form else request.args
    return respond(
        "turns/view.html",
        "turns/_view.html",
        form=form or Form(),
        fields=VIEW_FIELDS,
        query=Shape.of(asked).query(Filters.of(asked)),
    )


@bp.post("/board/views")
@allow("views.save")
@refused_to(view_form)
def keep() -> Any:
    asked = MultiDict(parse_qsl(request.form.get("query", "")))
    query = Shape.of(asked).query(Filters.of(asked))
    values = parse_all(VIEW_FIELDS, request.form)
    with db.write(g.identity) as session:
        once(session, lambda: {"id": str(actions.keep_view(session, query, values))})
    flash(f"Kept as “{values['name']}”.")
    return done(f"/board?{query}")


@bp.post("/board/views/<uuid:view_id>/drop")
@allow("views.save")
def drop(view_id: UUID) -> Any:
    def drop_it() -> dict[str, Any]:
        actions.drop_view(session, view_id)
        return {}

    with db.write(g.identity) as session:
        once(session, drop_it)
    flash("The view is taken away.")
    return done("/board")
