"""Refusals and faults as pages, for programs as the API tells them. What a form can show by its fields never comes
here; see web/forms."""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, TooManyRequests

from turns_web.core import db
from turns_web.core.errors import (
    Busy,
    Forbidden,
    Invalid,
    NotFound,
    ReplicaLost,
    Senseless,
    Stale,
    Unavailable,
    Unsure,
    WriteIdReused,
)
from turns_web.web import auth, conflict
from turns_web.web.programs import asked_by_program
from turns_web.web.render import respond

log = structlog.get_logger(__name__)

# status: (what happened, what to do)
_SAID = {
    400: ("This address cannot be read", "A part of it has a value that is none. Go back and follow a link instead."),
    403: ("Your role does not do this", "An administrator can tell you who does."),
    404: ("There is nothing here that you may see", "It may have been put away, or belong to somebody else."),
    405: ("This address does not take that", "Go back and use the page's own buttons."),
    409: ("This was already answered differently", "Reload the page and look at what stands there now."),
    413: ("That is too large", "A form takes up to 1 MB, a file up to 25 MB."),
    415: ("That is no form", "Send it from the page."),
    422: ("Something in the form cannot be taken", "Go back and mend it; nothing was saved."),
    429: ("Too many at once", "Wait a moment and send it again; nothing was saved."),
    500: ("Something broke on our side", "Nothing half-done was kept. The fault has been noted; try again."),
    503: ("The database is away for a moment", "Nothing was saved. Try again in a few seconds."),
}

_BUSY = (
    "That took too long and was broken off",
    "Others need not wait for it now. Nothing was saved. Try again in a few seconds.",
)
_SAFE = {"GET", "HEAD"}
_UNSURE = (
    "The database went away while this was being saved",
    "It may be saved already, or not. Send the same form again: what is saved is not saved twice.",
)


def init_app(app: Flask, tell_program: Callable[[Exception], Response]) -> None:
    """tell_program: makes of any exception what a program is answered."""
    app.extensions["tell_program"] = tell_program
    pages: dict[type[Exception], Callable[[Any], Response]] = {
        Senseless: lambda error: page(400),
        NotFound: lambda error: page(404),
        Forbidden: lambda error: page(403, title=error.message),
        Unavailable: lambda error: _later(page(503)),
        Busy: lambda error: _later(page(503, title=_BUSY[0], advice=_BUSY[1])),
        Unsure: lambda error: _later(page(503, title=_UNSURE[0], advice=_UNSURE[1])),
        WriteIdReused: lambda error: page(409),
        Invalid: lambda error: page(422, faults=error.fields),
        Stale: lambda error: conflict.page(error, {}),
        HTTPException: _http,
    }
    for kind, show in pages.items():
        app.register_error_handler(kind, told(show))
    app.register_error_handler(ReplicaLost, _of_the_primary)
    app.register_error_handler(Exception, _fault)


def told(show: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """The handler of an exception: `show` makes the page for people."""

    def answer(error: Exception) -> Response:
        return current_app.extensions["tell_program"](error) if asked_by_program() else show(error)

    return answer


def page(status: int, *, title: str | None = None, advice: str | None = None, faults: dict | None = None) -> Response:
    """The page of `status`; the same words for a row that is not there and one that may not be seen."""
    if "identity" not in g:
        g.identity = None
    said = _SAID.get(status) or _SAID[400 if status < 500 else 500]
    return respond(
        "errors/page.html",
        "errors/_message.html",
        status,
        code=status,
        title=title or said[0],
        advice=advice or said[1],
        faults=faults or {},
        home=auth.reach(g.identity),
    )


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response
    if "identity" not in g:
        auth.identify()
    response = page(error.code or 500, advice=error.description if isinstance(error, TooManyRequests) else None)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "content-range", "retry-after"}:
            response.headers[name] = value
    return response


def _fault(error: Exception) -> Response:
    log.exception("fault", route=str(request.url_rule), request_id=request.headers.get("X-Request-ID"))
    return told(lambda error: page(500))(error)


def _of_the_primary(error: ReplicaLost) -> Any:
    """A GET changes nothing: what the replica broke off is asked once more."""
    if request.method not in _SAFE:
        return told(lambda error: _later(page(503)))(error)
    log.warning("a request is asked once more, of the primary", route=str(request.url_rule))
    try:
        with db.leaving_replica():
            return current_app.dispatch_request()
    except Exception as failed:
        return current_app.handle_user_exception(failed)


def _later(response: Response) -> Response:
    response.headers["Retry-After"] = "2"
    return response
