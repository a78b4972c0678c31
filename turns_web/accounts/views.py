"""/login, /logout, /account and the front door."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, request
from flask import session as browser

from turns_web.accounts import actions, queries
from turns_web.accounts.fields import PREFERENCES
from turns_web.accounts.sign_in import WRONG, credentials, sign_in, sign_out
from turns_web.accounts.tokens.fields import TOKEN
from turns_web.accounts.tokens.queries import own_tokens
from turns_web.core import db
from turns_web.core.errors import ALL, Invalid
from turns_web.core.fields import parse_all
from turns_web.web import auth, tokens
from turns_web.web.auth import allow, public
from turns_web.web.forms import Form, once, refused_to
from turns_web.web.once import to_show
from turns_web.web.render import done, private, respond

bp = Blueprint("accounts", __name__)


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
    token = sign_in(*credentials(request.form.get("email"), request.form.get("password")))
    if token is None:
        raise Invalid({ALL: WRONG})
    browser.clear()
    response = redirect(auth.own_path(request.form.get("next")) or "/", 303)
    tokens.keep_in_cookie(response, token)
    return private(response)


@bp.post("/logout")
@public
def logout():
    sign_out()
    browser.clear()
    response = redirect("/login", 303)
    tokens.drop_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return private(response)


@bp.get("/account")
@allow("account.own")
def account(form: Form | None = None):
    """form: one that was refused; the others stand as they are."""
    with db.read(g.identity) as session:
        sessions, tokens_made = queries.own_sessions(session), own_tokens(session)
    preferences = {"theme": g.identity.theme, "shortcuts": g.identity.shortcuts}
    refused = {request.endpoint: form} if form else {}
    return respond(
        "accounts/account.html",
        form=refused.get("accounts.save_account") or Form.of(preferences, PREFERENCES),
        password=refused.get("accounts.change_password") or Form(),
        fields=PREFERENCES,
        sessions=sessions,
        token=refused.get("tokens.make") or Form({"scope": "read"}),
        token_fields=TOKEN,
        tokens=tokens_made,
        made_token=to_show("token"),
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
    flash("Your password is changed. Your other sessions are signed out, and your API tokens revoked.")
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
