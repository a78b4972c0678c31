"""/admin/users/<id>: one account, what is open with it, and its history."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Response, abort, current_app, g, request

from turns_web.accounts.fields import ACCOUNT
from turns_web.admin.people import queries, rules
from turns_web.admin.people.handing_over import held
from turns_web.admin.people.listing import STATES
from turns_web.admin.people.views.blueprint import bp
from turns_web.audit.history import history
from turns_web.core import db
from turns_web.web.auth import allow
from turns_web.web.forms import Form
from turns_web.web.render import respond


@bp.get("/admin/users/<uuid:user_id>")
@allow("users.manage")
def show(user_id: UUID, form: Form | None = None) -> Response:
    """form: a refused form of the page."""
    with db.read(g.identity) as session:
        account = queries.account(session, user_id)
        there = held(session, user_id)
        found = history(session, "users", "account", ACCOUNT, user_id)
    return respond(
        "people/show.html",
        "people/_show.html",
        account=account,
        held=there,
        history=found,
        may_keep=rules.may_keep(g.identity, account.row),
        is_own=user_id == g.identity.user_id,
        sends_mail=current_app.config["SENDS_MAIL"],
        states=STATES,
        form=form or Form(version=account.row["version"]),
        fields=ACCOUNT,
    )


@bp.get("/admin/users/<uuid:user_id>/history")
@allow("users.manage")
def earlier(user_id: UUID) -> Response:
    """The history before `before`, a window at a time."""
    try:
        before = datetime.fromisoformat(request.args["before"]) if request.args.get("before") else None
    except ValueError:
        abort(400)
    with db.read(g.identity) as session:
        account = queries.account(session, user_id)
        found = history(session, "users", "account", ACCOUNT, user_id, before)
    return respond("people/history.html", "people/_history.html", account=account, history=found)
