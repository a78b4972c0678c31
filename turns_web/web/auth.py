"""Signing requests in, and the two decorators that every route has one of.

Sessions live in Postgres; the cookie holds a random token whose sha256 is stored. flask-login asks `_from_cookie` once
a request; the Identity it makes is `g.identity`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Request, current_app, g, redirect, request
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import Unauthorized

from turns_web import access
from turns_web.core.errors import Forbidden, NotFound
from turns_web.core.identity import Identity, Role
from turns_web.web import resend
from turns_web.web.programs import asked_by_program

LIFETIME_DAYS = 7
# The session slides on in Postgres while it is used, so the cookie must outlive it: as long as browsers keep any.
COOKIE_DAYS = 400

# Set by create_app: (session, token_hash, ip, user_agent) -> Identity or None; sees(identity, table, id) -> bool.
_loader: Callable[[str, str | None, str | None], Identity | None]
_sees: Callable[[Identity, str, UUID], bool]

_ROWS = {"turn_id": "turns", "property_id": "properties", "vendor_id": "vendors"}


class SignedIn(UserMixin):
    def __init__(self, identity: Identity):
        self.identity = identity

    def get_id(self) -> str:
        return str(self.identity.user_id)


def init_app(
    app: Flask,
    loader: Callable[[str, str | None, str | None], Identity | None],
    sees: Callable[[Identity, str, UUID], bool],
) -> None:
    global _loader, _sees
    _loader, _sees = loader, sees
    manager = LoginManager(app)
    manager.session_protection = None  # pyright: ignore[reportAttributeAccessIssue] # as its manual says
    manager.request_loader(_from_cookie)


def cookie_name() -> str:
    return "__Host-turns_session" if current_app.config["PRODUCTION"] else "turns_session"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _from_cookie(asked: Request) -> SignedIn | None:
    token = asked.cookies.get(cookie_name())
    if not token or len(token) > 200:
        return None
    identity = _loader(token_hash(token), asked.remote_addr, asked.headers.get("User-Agent"))
    return SignedIn(identity) if identity else None


def keep_token(response: Any, token: str) -> None:
    response.set_cookie(
        cookie_name(),
        token,
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["PRODUCTION"],
        path="/",
    )


def drop_token(response: Any) -> None:
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="Lax", secure=current_app.config["PRODUCTION"], path="/"
    )


def public(view: Callable) -> Callable:
    """Open to everybody, signed in or not."""
    view.access = "public"
    return view


def allow(action: str) -> Callable[[Callable], Callable]:
    """Only for the roles that may `action`. Nobody signed in: to /login, a program 401. A wrong role: 403 where the row
    in the address may be seen, else 404; a vendor is led from lists to the portal and finds no row."""
    roles = access.ACTIONS[action]

    def wrap(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            identity = identify()
            if identity is None:
                return _to_login()
            if identity.role not in roles:
                return _refuse(identity, kwargs)
            return view(*args, **kwargs)

        guarded.access = action  # pyright: ignore[reportAttributeAccessIssue] # read by the house test
        return guarded

    return wrap


def identify() -> Identity | None:
    """Who asks, as `g.identity`; None where nobody is signed in."""
    g.identity = current_user.identity if current_user.is_authenticated else None
    return g.identity


def _to_login() -> Any:
    if asked_by_program():
        raise Unauthorized()
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    where = f"/login?{urlencode({'next': here})}" if here and here != "/" else "/login"
    if request.headers.get("HX-Request") == "true":
        return "", 401, {"HX-Redirect": where}
    if request.method == "POST":
        return resend.page(
            401,
            title="You are not signed in any more",
            advice="Nothing was saved, and nothing is lost: what you typed is below. Sign in, then send it again.",
            sign_in=True,
        )
    return redirect(where, 303)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """The rows that the address names: in its path, and the home of a new turn."""
    if request.endpoint in ("turns.new_form", "turns.create"):
        with suppress(ValueError):
            return {**row, "property_id": UUID(request.values.get("property_id", ""))}
    return row


def _refuse(identity: Identity, row: dict[str, Any]) -> Any:
    row = _named(row)
    if identity.role is Role.VENDOR:
        if request.path.startswith("/admin/"):
            raise Forbidden()
        is_page = request.headers.get("HX-Request") != "true" and not asked_by_program()
        if request.method == "GET" and not row and is_page:
            return redirect("/portal", 303)
        raise NotFound()
    for name, table in _ROWS.items():
        if name in row and not _sees(identity, table, row[name]):
            raise NotFound()
    raise Forbidden()


def reach(identity: Identity | None) -> str:
    """The first page of one's role."""
    if identity is None:
        return "/login"
    if identity.role is Role.VENDOR:
        return "/portal"
    if identity.role in (Role.DFO_APPROVER, Role.HO_APPROVER):
        return "/approvals"
    return "/board"


def own_path(path: str | None) -> str | None:
    """`path` where it is one of our own, None for anything that leads elsewhere."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or any(c in path for c in "\r\n\t\\"):
        return None
    return path
