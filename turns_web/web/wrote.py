"""Who has just written reads their own write: a cookie says so for a few seconds, and then reads that may go to the
replica go only where everything committed so far has arrived."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from turns_web.web.tokens import cookie_name

# A replica that is further behind than a second is not read at all.
_SECONDS = 10


def init_app(app: Flask) -> None:
    @app.after_request
    def remember(response: Response) -> Response:
        # What a program reads with its token is not on the replica.
        if request.method == "POST" and response.status_code < 400 and cookie_name() in request.cookies:
            response.set_cookie(
                _name(),
                "1",
                max_age=_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=current_app.config["PRODUCTION"],
                path="/",
            )
        return response


def wrote_lately() -> bool:
    return _name() in request.cookies


def _name() -> str:
    return "__Host-turns_wrote" if current_app.config["PRODUCTION"] else "turns_wrote"
