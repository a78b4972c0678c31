"""What is asked of every request before its view: input that can be stored, and room under the person's limit."""

from __future__ import annotations

from flask import Flask, abort, current_app, request

from turns_web.web import auth
from turns_web.web.limits import limited

_LONGEST_QUERY = 8_000
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# Whoever leaves is not made to wait.
_WAYS_OUT = {"accounts.logout", "api.logout"}


def init_app(app: Flask) -> None:
    @app.before_request
    def check() -> None:
        if not _is_storable(request.query_string.decode("latin-1")) or len(request.query_string) > _LONGEST_QUERY:
            abort(400)
        if request.endpoint == "asset":
            # The same for everybody: no session is looked up for a style sheet.
            return
        identity = auth.identify()
        if identity and request.method in _UNSAFE and request.endpoint not in _WAYS_OUT:
            limited(current_app, identity)


def _is_storable(text: str) -> bool:
    """Postgres holds no NUL, and none can be meant."""
    return "%00" not in text and "\x00" not in text
