"""Whole page or fragment: one decision, one place."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request

_VARY = ("HX-Request", "HX-Request-Type", "Cookie")


def is_partial() -> bool:
    """A fragment goes out for these requests only; a history restore gets the whole page."""
    asked = request.headers
    return (
        asked.get("HX-Request") == "true"
        and asked.get("HX-Request-Type") == "partial"
        and asked.get("HX-History-Restore-Request") != "true"
    )


def respond(page: str, fragment: str | None = None, status: int = 200, /, **context: Any) -> Response:
    """The fragment for a partial request, else the page that includes it; both from the same context."""
    template = fragment if fragment and is_partial() else page
    return private(make_response(render_template(template, **context), status))


def done(location: str) -> Response:
    """After a POST: 303 to `location`; a partial request is told to go there."""
    if is_partial():
        response = make_response("", 204)
        response.headers["HX-Location"] = location
        return private(response)
    return private(redirect(location, 303))


def private(response: Response) -> Response:
    """Never kept by a cache, and told apart by what the request asked for."""
    response.headers["Cache-Control"] = "no-store, private"
    for header in _VARY:
        response.vary.add(header)
    return response
