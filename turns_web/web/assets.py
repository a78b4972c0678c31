"""Serving what `static/` holds, and telling templates where."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from flask.sessions import SecureCookieSessionInterface

from turns_web.web.auth import public
from turns_web.web.stage_colours import StageColours
from turns_web.web.static_files import PREFIX, Assets

ROOT = Path(__file__).resolve().parents[2] / "static"
A_YEAR_S = 31_536_000


@lru_cache(maxsize=1)
def assets():
    """The assets of the product, read once in a process."""
    return Assets(ROOT)


def init_app(app: Flask):
    """Serve the assets, and tell templates their addresses."""
    colours = StageColours()
    app.extensions["stage_colours"] = colours
    app.session_interface = Sessions()
    app.add_url_rule(PREFIX + "<path:name>", "asset", serve)
    app.jinja_env.globals.update(
        asset=assets().url,
        stage_colours_url=colours.url,
    )


class Sessions(SecureCookieSessionInterface):
    """The browser's own session, which no asset depends on: kept by "Vary: Cookie", all of them would be fetched anew
    after signing in."""

    def save_session(self, app, session, response):
        if request.endpoint != "asset":
            super().save_session(app, session, response)


@public
def serve(name):
    """A file under its hashed name, in the best encoding that the browser takes."""
    found = assets().find(name) or _stage_colours(name)
    if found is None:
        abort(404)
    body, encoding = found.encoded(set(request.accept_encodings.values()))
    response = Response(body, content_type=found.content_type)
    response.set_etag(f"{found.etag}-{encoding or 'plain'}")
    response.vary.add("Accept-Encoding")
    if encoding:
        response.content_encoding = encoding
    # A sheet of colours asked for by an older name is answered with the present one, and not kept under that name.
    if found.name == name:
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR_S
        response.cache_control.immutable = True
    else:
        response.cache_control.no_store = True
    return response.make_conditional(request)


def _stage_colours(name):
    colours = current_app.extensions["stage_colours"]
    return colours.find(name) if name.startswith("stages.") else None
