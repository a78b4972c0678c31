"""The headers that every answer of Flask carries, and what the answer cost."""

from __future__ import annotations

import time
from uuid import uuid4

from flask import Flask, Response, g

from turns_web.core.db import act
from turns_web.core.pools import Spent, spent


def init_app(app: Flask) -> None:
    policy = "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()
        spent.set(Spent())
        act.set(uuid4().hex)

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        # What its thread does next, outside of any request, is another act.
        act.set(None)

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        if response.mimetype == "text/html":
            headers["Content-Security-Policy"] = policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        if app.config["PRODUCTION"]:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        else:
            headers["Server-Timing"] = _timing()
        return response


def _timing() -> str:
    counted = spent.get() or Spent()
    whole = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    return f'app;dur={whole:.1f}, db;dur={counted.seconds * 1000:.1f}, sql;desc="{counted.statements}"'
