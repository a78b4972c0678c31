"""Refusals and faults as pages. What a form can show by its fields never comes here; see web/forms."""

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from turns_web.core.errors import Forbidden, Invalid, NotFound, Senseless, Stale, Unavailable, WriteIdReused
from turns_web.web import auth, conflict
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


def init_app(app: Flask) -> None:
    app.register_error_handler(Senseless, lambda error: page(400))
    app.register_error_handler(NotFound, lambda error: page(404))
    app.register_error_handler(Forbidden, lambda error: page(403, title=error.message))
    app.register_error_handler(Unavailable, lambda error: _later(page(503)))
    app.register_error_handler(WriteIdReused, lambda error: page(409))
    app.register_error_handler(Invalid, lambda error: page(422, faults=error.fields))
    app.register_error_handler(Stale, lambda error: conflict.page(error, {}))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


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
    response = page(error.code or 500, advice=None)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _fault(error: Exception) -> Response:
    log.exception("fault", route=str(request.url_rule), request_id=request.headers.get("X-Request-ID"))
    return page(500)


def _later(response: Response) -> Response:
    response.headers["Retry-After"] = "2"
    return response
