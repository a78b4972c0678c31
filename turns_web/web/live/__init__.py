"""Live events: what was saved in one browser shows in the others.

After each commit `publisher` tells Redis, every process hears it (`subscription`), the `hub` decides whom it concerns
(`sight`), and `stream` sends it down the open `/events` of those people. An event says what changed, never data.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Flask

from turns_web.core import outbox
from turns_web.web.live.publisher import Publisher
from turns_web.web.live.stream import Present, Streams, Visible
from turns_web.web.tokens import cookie_name

# One a process and Redis, however many applications a process makes.
_publisher = lru_cache(maxsize=None)(Publisher)


def init_app(app: Flask, present: Present, visible: Visible) -> None:
    """Tell what is committed, and make the streams for the front to serve: `app.extensions["live"]`."""
    outbox.on_commit(_publisher(app.config["REDIS_URL"]))
    with app.app_context():
        cookie = cookie_name()
    app.extensions["live"] = Streams(app.config["REDIS_URL"], cookie, present, visible)
