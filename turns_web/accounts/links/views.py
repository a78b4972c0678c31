"""/invite/<token> and /reset/<token>: looking at a link leaves it as it is, choosing a password uses it up."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask import session as browser

from turns_web.accounts.links import actions
from turns_web.accounts.links.actions import Found, Purpose
from turns_web.accounts.sign_in import begin_session
from turns_web.core import db
from turns_web.core.errors import NotFound
from turns_web.core.identity import Role
from turns_web.web import tokens
from turns_web.web.auth import public
from turns_web.web.forms import Form, refused_to
from turns_web.web.render import private, respond

bp = Blueprint("links", __name__)


@bp.get("/invite/<token>")
@public
def invitation(token: str, form: Form | None = None) -> Response:
    return _page(token, Purpose.INVITE, form)


@bp.post("/invite/<token>")
@public
@refused_to(invitation)
def accept(token: str) -> Response:
    return _used(token, Purpose.INVITE)


@bp.get("/reset/<token>")
@public
def new_password(token: str, form: Form | None = None) -> Response:
    return _page(token, Purpose.RESET, form)


@bp.post("/reset/<token>")
@public
@refused_to(new_password)
def set_password(token: str) -> Response:
    return _used(token, Purpose.RESET)


def _page(token: str, purpose: Purpose, form: Form | None) -> Response:
    found = _found(token, purpose)
    if found is None or found.state != "open":
        return _dead(found, purpose)
    role = Role(found.role).words if found.role else ""
    return respond("accounts/link.html", form=form or Form(), found=found, purpose=purpose.value, role=role)


def _used(token: str, purpose: Purpose) -> Response:
    """Signed in with the new password; everybody else who was is out."""
    found = _found(token, purpose)
    if found is None or found.state != "open":
        return _dead(found, purpose)
    password = request.form.get("password", "")
    try:
        with db.write(None, context="by a link") as session:
            person = actions.use(session, token, purpose, password, found.email or "")
    except NotFound:  # another request of the same link was a moment faster
        return _dead(_found(token, purpose), purpose)
    browser.clear()
    response = redirect("/", 303)
    tokens.keep_in_cookie(response, begin_session(person))
    return private(response)


def _found(token: str, purpose: Purpose) -> Found | None:
    if len(token) > tokens.LONGEST:
        return None
    with db.sign_in() as session:
        found = actions.look(session, token)
    return found if found and found.purpose == purpose else None


def _dead(found: Found | None, purpose: Purpose) -> Response:
    """The same page for a link that never was and one that was used: it tells whose it is to nobody."""
    return respond("accounts/link_dead.html", None, 410 if found else 404, found=found, purpose=purpose.value)
