"""/admin/outbox: mail that was sent, waits or failed; without a mail server the place where it is read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, flash, g, request

from turns_web.core import db
from turns_web.core.errors import Senseless
from turns_web.core.listing import search_of
from turns_web.notifications.outbox import actions, queries
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to
from turns_web.web.paging import address, unpack, window
from turns_web.web.render import done, respond

bp = Blueprint("outbox", __name__)


@bp.get("/admin/outbox")
@allow("mail.manage")
def index(form: Form | None = None) -> Response:
    q, state = search_of(request.args) or "", request.args.get("status", "")
    if state and state not in queries.STATES:
        raise Senseless("status", f"Choose one of: {', '.join(queries.STATES)}.")
    with db.read(g.identity) as session:
        found = queries.mails(session, q, state, _after())
    shown = window(found, queries.SIZE, lambda mail: mail.key)
    return respond(
        "outbox/list.html",
        "outbox/_list.html",
        mails=shown.rows,
        next=address(cursor=shown.next) if shown.next else None,
        q=q,
        state=state,
        states=queries.STATES,
        sends=current_app.config["SENDS_MAIL"],
        form=form or Form(),
    )


@bp.post("/admin/outbox/<uuid:mail_id>/send")
@allow("mail.manage")
@refused_to(lambda mail_id, form: index(form))
def send_again(mail_id: UUID) -> Response:
    def act() -> dict[str, str]:
        actions.send_again(session, mail_id)
        return {}

    with db.write(g.identity) as session:
        once(session, act)
    flash("It is sent again.")
    return done("/admin/outbox")


def _after() -> tuple[datetime, UUID] | None:
    values = unpack(request.args.get("cursor"), 2)
    if values is None:
        return None
    try:
        return datetime.fromisoformat(values[0]), UUID(values[1])
    except (TypeError, ValueError, AttributeError):
        abort(400)
