"""/api/auth: a session for a program, which keeps its token itself."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask import session as browser
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from turns_web.accounts.queries import bearer_of
from turns_web.accounts.sign_in import WRONG, credentials, sign_in, sign_out
from turns_web.api.answers import answer
from turns_web.api.blueprint import bp
from turns_web.api.body import json_object, refuse_unknown
from turns_web.api.rows import as_json
from turns_web.core import db
from turns_web.core.errors import Invalid
from turns_web.core.identity import Role
from turns_web.core.tokens import hash_of
from turns_web.core.versioned import load
from turns_web.schema import users
from turns_web.web import tokens
from turns_web.web.auth import allow, public
from turns_web.web.csrf import csrf

# What each role may follow, as addresses under /api/sync/.
_STAFF_FOLLOW = ("notifications", "properties", "property-types", "turn-stages", "turns", "vendors")
_VENDORS_FOLLOW = ("turn-stages", "turns")


@bp.post("/auth/login")
@csrf.exempt  # the password itself is in the request, and no cookie comes of it
@public
def login() -> Response:
    sent = json_object()
    refuse_unknown(sent, ("email", "password"))
    token = sign_in(*credentials(**_texts(sent, "email", "password")))
    who = bearer_of(hash_of(token), None, None) if token else None
    if who is None:
        raise Unauthorized(WRONG, www_authenticate=WWWAuthenticate("bearer"))
    with db.read(who) as session:
        user = as_json(users, load(session, users, who.user_id))
    return answer({"user": user, "token": token, "shapes": shapes(who.role)})


@bp.post("/auth/logout")
@allow("account.sign_out")
def logout() -> Response:
    shown = tokens.shown()
    sign_out()
    response = answer({"success": True})
    if shown and not shown.by_bearer:
        browser.clear()
        tokens.drop_cookie(response)
    return response


def shapes(role: Role) -> list[str]:
    followed = _VENDORS_FOLLOW if role is Role.VENDOR else _STAFF_FOLLOW
    return [f"/api/sync/{table}" for table in followed]


def _texts(sent: dict[str, Any], *names: str) -> dict[str, str | None]:
    others = {name: "Send a text." for name in names if not isinstance(sent.get(name), str | None)}
    if others:
        raise Invalid(others)
    return {name: sent.get(name) for name in names}
