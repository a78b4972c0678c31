"""The part of /account about API tokens."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, g, request

from turns_web.accounts.tokens import actions
from turns_web.accounts.tokens.fields import TOKEN
from turns_web.accounts.views import account
from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.web.auth import allow
from turns_web.web.forms import once, refused_to
from turns_web.web.once import show_once
from turns_web.web.render import done

bp = Blueprint("tokens", __name__)


@bp.post("/account/tokens")
@allow("account.own")
@refused_to(account)
def make() -> Response:
    typed = parse_all(TOKEN, request.form)

    def act() -> dict[str, str]:
        show_once("token", actions.make_token(session, g.identity, **typed))
        return {}

    with db.write(g.identity) as session:
        once(session, act)
    return done("/account#tokens")


@bp.post("/account/tokens/<uuid:token_id>/revoke")
@allow("account.own")
def revoke(token_id: UUID) -> Response:
    def act() -> dict[str, str]:
        return {"name": actions.revoke_token(session, token_id)}

    with db.write(g.identity) as session:
        name = once(session, act)["name"]
    flash(f"{name} is revoked: programs that use it are refused.")
    return done("/account#tokens")
