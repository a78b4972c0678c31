"""/admin/webhooks: register an address, choose its events, see what was sent there, try it, switch it off and on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, request

from turns_web.core import db
from turns_web.core.clock import now
from turns_web.core.fields import parse_all
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, spoken, version_of
from turns_web.web.once import show_once, to_show
from turns_web.web.render import done, respond
from turns_web.webhooks import actions, queries
from turns_web.webhooks.fields import EVENTS, WEBHOOK

bp = Blueprint("webhooks", __name__)


@bp.get("/admin/webhooks")
@allow("webhooks.manage")
def index(form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        rows = queries.registered(session)
    return respond("webhooks/list.html", form=_as_typed(form) or Form(), fields=WEBHOOK, events=EVENTS, rows=rows)


@bp.post("/admin/webhooks")
@allow("webhooks.manage")
@refused_to(index)
def register() -> Response:
    typed = parse_all(WEBHOOK, _typed())

    def act() -> dict[str, str]:
        webhook_id, secret = actions.register(session, typed, allow_private=_allow_private())
        show_once(f"webhook-{webhook_id}", secret)
        return {"id": str(webhook_id)}

    with db.write(g.identity) as session:
        answer = once(session, act)
    return done(f"/admin/webhooks/{answer['id']}")


@bp.get("/admin/webhooks/<uuid:webhook_id>")
@allow("webhooks.manage")
def show(webhook_id: UUID, form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        row, sent = queries.webhook(session, webhook_id), queries.recently_sent(session, webhook_id)
    return respond(
        "webhooks/show.html",
        "webhooks/_sent.html",
        row=row,
        sent=sent,
        form=_as_typed(form) or Form.of(row, WEBHOOK),
        fields=WEBHOOK,
        events=EVENTS,
        moves=any(one.moves_soon(now()) for one in sent) and row["disabled_at"] is None,
        secret=to_show(f"webhook-{webhook_id}"),
    )


@bp.post("/admin/webhooks/<uuid:webhook_id>/edit")
@allow("webhooks.manage")
@refused_to(show, WEBHOOK)
def edit(webhook_id: UUID) -> Response:
    typed, version = spoken(WEBHOOK, _typed()), version_of(request.form)

    def act(session: Any) -> None:
        actions.change(session, webhook_id, version, typed, allow_private=_allow_private())

    _do(act, "Saved.")
    return _back_to(webhook_id)


@bp.post("/admin/webhooks/<uuid:webhook_id>/test")
@allow("webhooks.manage")
def send_test(webhook_id: UUID) -> Response:
    _do(lambda session: actions.send_test(session, webhook_id), "A test is on its way.")
    return _back_to(webhook_id)


@bp.post("/admin/webhooks/<uuid:webhook_id>/on")
@allow("webhooks.manage")
def switch_on(webhook_id: UUID) -> Response:
    _do_at(actions.switch_on, webhook_id, "It is switched on.")
    return _back_to(webhook_id)


@bp.post("/admin/webhooks/<uuid:webhook_id>/off")
@allow("webhooks.manage")
def switch_off(webhook_id: UUID) -> Response:
    _do_at(actions.switch_off, webhook_id, "It is switched off.")
    return _back_to(webhook_id)


@bp.post("/admin/webhooks/<uuid:webhook_id>/delete")
@allow("webhooks.manage")
def remove(webhook_id: UUID) -> Response:
    _do_at(actions.remove, webhook_id, "The webhook is deleted.")
    return done("/admin/webhooks")


def _do_at(act: Callable[[Any, UUID, int], None], webhook_id: UUID, said: str) -> None:
    """One act, as `_do` does it, on the version that the person saw."""
    version = version_of(request.form)
    _do(lambda session: act(session, webhook_id, version), said)


def _do(act: Callable[[Any], None], said: str) -> None:
    """One act in a transaction of its own, once however often its form is sent. said: to whoever did it."""

    def acted() -> dict[str, Any]:
        act(session)
        return {}

    with db.write(g.identity) as session:
        once(session, acted)
    flash(said)


def _back_to(webhook_id: UUID) -> Response:
    return done(f"/admin/webhooks/{webhook_id}")


def _typed() -> dict[str, str]:
    """The form's fields; a box is sent for each event."""
    typed = request.form.to_dict()
    return {**typed, "events": ", ".join(request.form.getlist("events"))}


def _as_typed(form: Form | None) -> Form | None:
    if form is not None:
        form.values["events"] = _typed()["events"]
    return form


def _allow_private() -> bool:
    return current_app.config["WEBHOOK_ALLOW_PRIVATE"]
