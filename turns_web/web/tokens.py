"""The tokens that requests are signed in by: a browser's in its cookie; a program's, under /api/ and at /events, as
`Authorization: Bearer`. Of each only the sha256 is kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, current_app, request

from turns_web.core.tokens import hash_of
from turns_web.web.programs import asked_by_program

# The session slides on in Postgres while it is used, so the cookie must outlive it: as long as browsers keep any.
COOKIE_DAYS = 400
# No token of ours is longer; a longer one is not worth its hash.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """by_bearer: a program sent it by itself, which no other site can make a browser do."""

    hash: str
    by_bearer: bool


def shown() -> Shown | None:
    """The token that this request shows. A bearer counts alone: a wrong one is not made good by a cookie beside it."""
    bearer = bearer_of(request.headers.get("Authorization")) if asked_by_program() else None
    token = request.cookies.get(cookie_name()) if bearer is None else bearer
    return Shown(hash_of(token), bearer is not None) if token and len(token) <= LONGEST else None


def bearer_of(authorization: str | None) -> str | None:
    """The token of an `Authorization: Bearer` header: empty where it names none, None where there is no such header."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def cookie_name() -> str:
    return "__Host-turns_session" if current_app.config["PRODUCTION"] else "turns_session"


def keep_in_cookie(response: Response, token: str) -> None:
    response.set_cookie(
        cookie_name(),
        token,
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["PRODUCTION"],
        path="/",
    )


def drop_cookie(response: Response) -> None:
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="Lax", secure=current_app.config["PRODUCTION"], path="/"
    )
