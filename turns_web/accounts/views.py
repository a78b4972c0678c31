"""/login, /logout, /account and the front door."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, request
from flask import session as browser

from turns_web.accounts import actions, queries
from turns_web.accounts.fields import PREFERENCES
from turns_web.core import db, outbox
from turns_web.core.errors import ALL, Invalid
from turns_web.core.fields import FieldError, clean, parse_all
from turns_web.web import auth
from turns_web.web.auth import allow, public
from turns_web.web.forms import Form, once, refused_to
from turns_web.web.limits import Limits, too_many
from turns_web.web.render import done, private, respond

bp = Blueprint("accounts", __name__)

# One sentence for every way to be wrong, so that nobody learns which addresses have an account.
_WRONG = "This address and password do not go together."


@bp.get("/")
@public
def front_door():
    return private(redirect(auth.reach(auth.identify()), 303))


@bp.get("/login")
@public
def login_form(form: Form | None = None):
    identity = auth.identify()
    if identity is not None and form is None:
        return private(redirect(auth.own_path(request.args.get("next")) or auth.reach(identity), 303))
    return respond(
        "accounts/login.html",
        form=form or Form(),
        next=request.values.get("next", ""),
        demo=current_app.config["DEMO_SIGN_INS"],
    )


@bp.post("/login")
@public
@refused_to(login_form)
def login():
    email, password = _typed_sign_in()
    limits: Limits = current_app.extensions["limits"]
    account, address = email.lower(), request.remote_addr or "unknown"
    for name, who in (("sign_in_account", account), ("sign_in_address", address)):
        if not limits.has_room(name, who):
            return too_many(limits.standing(name, who))
    with db.sign_in() as session:
        user_id = actions.check_password(session, email, password)
    if user_id is None:
        limits.hit("sign_in_account", account)
        limits.hit("sign_in_address", address)
        raise Invalid({ALL: _WRONG})
    return _signed_in(user_id)


def _typed_sign_in() -> tuple[str, str]:
    password = request.form.get("password", "")
    try:
        email = clean(request.form.get("email"))
    except FieldError as refused:
        raise Invalid({"email": str(refused)}) from refused
    asked = {"email": (email, "Enter your e-mail address."), "password": (password, "Enter your password.")}
    faults = {name: sentence for name, (typed, sentence) in asked.items() if not typed}
    if faults or not email:
        raise Invalid(faults)
    if len(email) > 255 or "\x00" in password:
        raise Invalid({ALL: _WRONG})
    return email, password


def _signed_in(user_id: UUID):
    token = secrets.token_urlsafe(32)
    with db.sign_in() as session:
        actions.start_session(
            session,
            user_id,
            auth.token_hash(token),
            request.remote_addr,
            (request.headers.get("User-Agent") or "")[:500],
            timedelta(days=auth.LIFETIME_DAYS),
        )
    browser.clear()
    response = redirect(auth.own_path(request.form.get("next")) or "/", 303)
    auth.keep_token(response, token)
    return private(response)


@bp.post("/logout")
@public
def logout():
    token = request.cookies.get(auth.cookie_name())
    if token:
        with db.sign_in() as session:
            actions.end_session(session, auth.token_hash(token))
        outbox.announce_now(outbox.SESSIONS)
    browser.clear()
    response = redirect("/login", 303)
    auth.drop_token(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return private(response)


@bp.get("/account")
@allow("account.own")
def account(form: Form | None = None):
    """form: one that was refused, of preferences or password; the other stands as it is."""
    with db.read(g.identity) as session:
        sessions = queries.own_sessions(session)
    preferences = {"theme": g.identity.theme, "shortcuts": g.identity.shortcuts}
    refused = {(request.endpoint or "").rpartition(".")[2]: form} if form else {}
    return respond(
        "accounts/account.html",
        form=refused.get("save_account") or Form.of(preferences, PREFERENCES),
        password=refused.get("change_password") or Form(),
        fields=PREFERENCES,
        sessions=sessions,
    )


@bp.post("/account")
@allow("account.own")
@refused_to(account)
def save_account():
    chosen = parse_all(PREFERENCES, request.form)

    def save() -> dict:
        actions.set_preferences(session, g.identity, **chosen)
        return {}

    with db.write(g.identity) as session:
        once(session, save)
    flash("Your preferences are saved.")
    return done("/account")


@bp.post("/account/password")
@allow("account.own")
@refused_to(account)
def change_password():
    current, new = request.form.get("current_password", ""), request.form.get("new_password", "")

    def change() -> dict:
        actions.change_own_password(session, g.identity, current, new)
        return {}

    with db.write(g.identity) as session:
        once(session, change)
    flash("Your password is changed. Your other sessions are signed out.")
    return done("/account")


@bp.post("/account/sessions/<uuid:session_id>/end")
@allow("account.own")
def end_session(session_id: UUID):
    def end() -> dict:
        actions.end_own_session(session, session_id)
        return {}

    with db.write(g.identity) as session:
        once(session, end)
    flash("That session is signed out.")
    return done("/account")
