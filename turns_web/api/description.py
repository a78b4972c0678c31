"""The API's own description: for programs as OpenAPI, for people as a page."""

from __future__ import annotations

from flask import Response, g

from turns_web.api.answers import answer
from turns_web.api.blueprint import bp
from turns_web.api.openapi import page, refusals
from turns_web.api.openapi.document import document
from turns_web.web.auth import public, reach
from turns_web.web.render import respond


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    return answer(document())


@bp.get("/docs")
@public
def docs() -> Response:
    return respond(
        "api/docs.html",
        about=document()["info"]["description"],
        groups=page.groups(),
        rows=page.rows(),
        refusals=refusals.told(),
        home=reach(g.identity),
    )
