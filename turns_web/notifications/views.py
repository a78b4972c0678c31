"""/notifications: what one was told. Nothing is marked as read by looking: the buttons do it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, flash, g, request

from turns_web.core import db
from turns_web.notifications import actions, queries
from turns_web.notifications.kinds import offered_to, wants, wants_digest
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once
from turns_web.web.paging import address, unpack, window
from turns_web.web.render import done, respond

bp = Blueprint("notifications", __name__)


def init_app(app: Flask) -> None:
    """The account's page has a card of what one is told, and is below this in the layers."""
    app.jinja_env.globals.update(notice_choices=_choices)


@bp.get("/notifications")
@allow("notices.own")
def index() -> Response:
    with db.read(g.identity) as session:
        found = queries.told(session, g.identity.user_id, _after())
    shown = window(found, queries.SIZE, lambda one: one.key)
    return respond(
        "notifications/list.html",
        "notifications/_list.html",
        groups=queries.grouped(shown.rows),
        unread=g.identity.unread,
        next=address(cursor=shown.next) if shown.next else None,
        form=Form(),
    )


@bp.get("/notifications/bell")
@allow("notices.own")
def bell() -> Response:
    """How much is new, for open pages that were told that something is."""
    return respond("notifications/_bell.html")


@bp.post("/notifications/<uuid:notice_id>/read")
@allow("notices.own")
def read(notice_id: UUID) -> Response:
    _do(lambda session: {"link": actions.mark_read(session, g.identity, notice_id)})
    return done("/notifications")


@bp.post("/notifications/<uuid:notice_id>/open")
@allow("notices.own")
def follow(notice_id: UUID) -> Response:
    """Mark it and go where it leads."""
    answer = _do(lambda session: {"link": actions.mark_read(session, g.identity, notice_id)})
    return done(answer["link"])


@bp.post("/notifications/read")
@allow("notices.own")
def read_many() -> Response:
    """`turn_id`: what was told of this turn; without one, all."""

    def act(session: Any) -> dict[str, Any]:
        if turn_id := request.form.get("turn_id"):
            actions.mark_turn_read(session, g.identity, _uuid(turn_id))
        else:
            actions.mark_all_read(session, g.identity)
        return {}

    _do(act)
    return done("/notifications")


@bp.post("/account/notices")
@allow("notices.own")
def choose() -> Response:
    def act(session: Any) -> dict[str, Any]:
        actions.choose(session, g.identity, request.form)
        return {}

    _do(act)
    flash("You are told what you chose.")
    return done("/account#notices")


def _do(act: Any) -> dict[str, Any]:
    with db.write(g.identity) as session:
        return once(session, lambda: act(session))


def _choices() -> dict[str, Any]:
    chosen = g.identity.preferences
    return {
        "kinds": [
            (name, kind.label, wants(chosen, name, "page"), wants(chosen, name, "mail"))
            for name, kind in offered_to(g.identity.role).items()
        ],
        "digest": wants_digest(chosen),
    }


def _after() -> tuple[bool, datetime, UUID] | None:
    values = unpack(request.args.get("cursor"), 3)
    if values is None:
        return None
    is_read, at, id = values
    try:
        return bool(is_read), datetime.fromisoformat(at), UUID(id)
    except (TypeError, ValueError, AttributeError):
        abort(400)


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        abort(400)
