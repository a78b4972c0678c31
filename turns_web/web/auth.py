"""Signing requests in, and the two decorators that every route has one of.

Sessions live in Postgres; what a request shows of one is web/tokens. flask-login asks `_signed_in` once a request; the
Identity it makes is `g.identity`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Request, g, redirect, request
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from turns_web import access
from turns_web.core.errors import Forbidden, NotFound
from turns_web.core.identity import Identity, Role
from turns_web.web import resend, tokens
from turns_web.web.programs import asked_by_program
from turns_web.web.wrote import wrote_lately

# (token_hash, ip, user_agent) -> Identity or None
Loader = Callable[[str, str | None, str | None], Identity | None]

# Set by create_app: of a cookie's token, of a bearer's; sees(identity, table, id) -> bool.
_of_cookie: Loader
_of_bearer: Loader
_sees: Callable[[Identity, str, UUID], bool]

_SAFE = {"GET", "HEAD", "OPTIONS"}
_ROWS = {"turn_id": "turns", "property_id": "properties", "vendor_id": "vendors"}


class SignedIn(UserMixin):
    """by_bearer: a program showed a token, which no other site can make a browser do."""

    def __init__(self, identity: Identity, *, by_bearer: bool):
        self.identity = identity
        self.by_bearer = by_bearer

    def get_id(self) -> str:
        return str(self.identity.user_id)


def init_app(app: Flask, of_cookie: Loader, of_bearer: Loader, sees: Callable[[Identity, str, UUID], bool]) -> None:
    global _of_cookie, _of_bearer, _sees
    _of_cookie, _of_bearer, _sees = of_cookie, of_bearer, sees
    # Its context processor asks who is signed in for every template, also for the page that says that nobody can tell.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # pyright: ignore[reportAttributeAccessIssue] # as its manual says
    manager.request_loader(_signed_in)


def _signed_in(asked: Request) -> SignedIn | None:
    shown = tokens.shown()
    if shown is None:
        return None
    loader = _of_bearer if shown.by_bearer else _of_cookie
    identity = loader(shown.hash, asked.remote_addr, asked.headers.get("User-Agent"))
    if identity and wrote_lately():
        identity = replace(identity, wrote_lately=True)
    return SignedIn(identity, by_bearer=shown.by_bearer) if identity else None


def could_be_forged() -> bool:
    """Whether another site could have made a browser send this: not where a bearer token signed it in; nor where
    nobody is signed in and a program asks, who is refused by the view."""
    if not asked_by_program():
        return True
    return current_user.is_authenticated and not current_user.by_bearer


def public(view: Callable) -> Callable:
    """Open to everybody, signed in or not."""
    view.access = "public"
    return view


def allow(action: str) -> Callable[[Callable], Callable]:
    """Only for those who may `action`. Nobody signed in: to /login, a program 401. A wrong role: 403 where the row
    in the address may be seen, else 404; a vendor is led from lists to the portal and finds no row."""

    def wrap(view: Callable) -> Callable:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            identity = identify()
            if identity is None:
                return _to_login()
            if not access.allows(identity, action):
                return _refuse(identity, kwargs)
            if identity.reads_only and request.method not in _SAFE and action != "account.sign_out":
                raise Forbidden("This token only reads.")
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
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
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
        if f"{request.path}/".startswith("/admin/"):
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
