"""Who has just written reads their own write: a cookie says so for a few seconds, and then reads that may go to the
replica go only where everything committed so far has arrived."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from turns_web.web.programs import asked_by_program
from turns_web.web.tokens import cookie_name

# A replica that is further behind than a second is not read at all.
_SECONDS = 10


def init_app(app: Flask) -> None:
    @app.after_request
    def remember(response: Response) -> Response:
        # Who signs in by a form may have written elsewhere. A program with a token keeps no cookies, and reads what it
        # wrote from the primary.
        is_browser = cookie_name() in request.cookies or not asked_by_program()
        if request.method == "POST" and response.status_code < 400 and is_browser:
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
