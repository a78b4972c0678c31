"""/forgot: a link for a new password, by mail. What is answered never tells who has an account."""

from __future__ import annotations

from flask import Response, current_app, request

from turns_web.accounts.fields import USER
from turns_web.accounts.links import actions as links
from turns_web.accounts.links.actions import Purpose
from turns_web.admin.people import mails
from turns_web.admin.people.views.blueprint import bp
from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.core.identity import system_identity
from turns_web.web.auth import public
from turns_web.web.forms import Form, refused_to
from turns_web.web.limits import Limits, too_many
from turns_web.web.render import respond


@bp.get("/forgot")
@public
def forgot_form(form: Form | None = None) -> Response:
    return _page(form or Form(), None)


@bp.post("/forgot")
@public
@refused_to(forgot_form)
def forgot() -> Response:
    email = parse_all(USER, request.form, ["email"])["email"]
    _refuse_too_often(email)
    with db.write(system_identity(), context="forgotten password") as session:
        found = links.make_for_forgotten(session, email)
        if found:
            row = {"email": found.email, "first_name": found.first_name, "role": found.role}
            # Not by this request's own name for us: whoever sent it could make that up, and read the link there.
            mails.send(session, Purpose.RESET, found.link, row, current_app.config["PUBLIC_ADDRESS"])
    return _page(Form(), email)


def _page(form: Form, asked: str | None) -> Response:
    sends_mail = current_app.config["SENDS_MAIL"]
    return respond("accounts/forgot.html", form=form, asked=asked, sends_mail=sends_mail)


def _refuse_too_often(email: str) -> None:
    """Nobody fills somebody's mailbox, or asks after many. Raises TooManyRequests."""
    limits: Limits = current_app.extensions["limits"]
    for name, who in (("reset_account", email.lower()), ("reset_address", request.remote_addr or "unknown")):
        if not limits.hit(name, who):
            too_many(limits.standing(name, who))
