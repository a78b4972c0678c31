"""/exports: asking for a file, seeing how far it is, fetching it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, flash, g, redirect, request

from turns_web.core import clock, db
from turns_web.core.errors import Invalid
from turns_web.exports import actions, asked, queries, sources
from turns_web.exports.fields import COLUMNS, FIELDS, WHAT
from turns_web.exports.files import path_of
from turns_web.exports.formats import FORMATS
from turns_web.exports.shown import page_title, shown, waiting_words
from turns_web.web import files
from turns_web.web.auth import allow
from turns_web.web.forms import Form, new_write_id, once, refused_to
from turns_web.web.limits import limited
from turns_web.web.render import done, private, respond

bp = Blueprint("exports", __name__)


def init_app(app: Flask) -> None:
    """For the lists, which offer their rows as files."""
    app.jinja_env.globals.update(
        export_formats=FORMATS,
        new_write_id=new_write_id,
        columns_seen=lambda type: ",".join(sources.columns_seen(g.identity, type)),
    )


@bp.get("/exports")
@allow("exports.make")
def index(form: Form | None = None) -> Response:
    sees_all = g.identity.is_admin and request.args.get("of") != "own"
    form = form or _form()
    with db.read(g.identity) as session:
        found = queries.recent(session, of=None if sees_all else g.identity.user_id)
        only = _only(session, form)
    now = clock.now()
    return respond(
        "exports/list.html",
        "exports/_list.html",
        form=form,
        only=only,
        fields=FIELDS,
        columns=_columns(form),
        rows=[shown(one, now) for one in found],
        title=page_title(one for one in found if one.user_id == g.identity.user_id),
        waiting=waiting_words([one for one in found if one.user_id == g.identity.user_id]),
        under_way=any(one.is_under_way for one in found),
        sees_all=sees_all,
        at=request.args.get("at", ""),
        keys=Form(),
    )


def _form() -> Form:
    """As an address or a link of a list fills it in."""
    usual = {"type": "turns", "format": "csv", "columns": "", "query": ""}
    return Form({name: request.args.get(name, value) for name, value in usual.items()})


def _only(session: Any, form: Form) -> list[tuple[str, str]]:
    """What narrows the rows, in words. A 400 page for an address that asks for nonsense."""
    type, query = form.value("type"), form.value("query")
    if type not in WHAT or not query:
        return []
    today = clock.today(g.identity.portfolio_zone)
    return list(sources.source(session, g.identity, type, asked.query_of(type, parse_qsl(query)), today).filters)


def _columns(form: Form) -> dict[str, str]:
    """The choices; also the one that a list's link made."""
    typed, usual = form.value("columns"), COLUMNS
    return usual if typed in usual else {**usual, typed: f"The {len(typed.split(','))} of the list"}


@bp.post("/exports")
@allow("exports.make")
@refused_to(index)
def make() -> Response:
    type, format = request.form.get("type", ""), request.form.get("format", "")
    if type not in WHAT:
        raise Invalid({"type": f"Choose one of: {', '.join(WHAT.values())}."})
    columns = asked.columns_typed(g.identity, type, request.form.get("columns", ""))
    query = asked.query_of(type, parse_qsl(request.form.get("query", "")), columns)
    return _asked(lambda session: actions.ask(session, g.identity, type, format, query))


@bp.post("/exports/<uuid:export_id>/again")
@allow("exports.make")
@refused_to(index)
def again(export_id: UUID) -> Response:
    return _asked(lambda session: actions.again(session, g.identity, export_id))


def _asked(ask: Any) -> Response:
    """To the page, with the export in question before one's eyes. Only a new one counts against the limit."""

    def act() -> dict[str, Any]:
        found = ask(session)
        if found.is_new:
            limited(current_app, g.identity, rule="exports")
        return {"id": str(found.export.id), "is_new": found.is_new}

    with db.write(g.identity) as session:
        answer = once(session, act)
    if not answer["is_new"]:
        flash("This one is under way already: here it is.")
    return done(f"/exports?at={answer['id']}")


@bp.post("/exports/<uuid:export_id>/cancel")
@allow("exports.make")
@refused_to(index)
def cancel(export_id: UUID) -> Response:
    def act() -> dict[str, str]:
        actions.cancel(session, export_id)
        return {"id": str(export_id)}

    with db.write(g.identity) as session:
        once(session, act)
    return done(f"/exports?at={export_id}")


@bp.get("/exports/<uuid:export_id>/file")
@allow("exports.make")
def file(export_id: UUID) -> Response:
    """The file; while there is none, the page that says why."""
    with db.read(g.identity) as session:
        export = queries.load(session, export_id)
    if export.status != "done":
        return private(redirect(f"/exports?at={export_id}", 303))
    return files.sent(path_of(export), export.file_name or "", FORMATS[export.format].mimetype)
