"""How a request says who asks: a program by its token, a page's own script by the session's cookie."""

from __future__ import annotations

from turns_web.api.openapi.shapes import Schema

SCHEMES: Schema = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of POST /api/auth/login, or one that was made on the page /account.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "turns_session",
        "description": "In production `__Host-turns_session`. A bearer token beside it counts alone.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "What the page's `<meta name=csrf-token>` holds.",
    },
}
# Any one of a list's entries will do, with all that it names.
READS: list[Schema] = [{"bearer": []}, {"session": []}]
WRITES: list[Schema] = [{"bearer": []}, {"session": [], "csrf": []}]
