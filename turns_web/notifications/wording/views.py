"""/admin/texts: the words in which people are told, kind by kind, with a look at what they make."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, request

from turns_web.core import db
from turns_web.core.errors import Invalid, NotFound
from turns_web.notifications.kinds import KINDS, PLACEHOLDERS
from turns_web.notifications.texts import filled
from turns_web.notifications.wording import actions, queries
from turns_web.notifications.wording.fields import TEXT
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, spoken, version_of
from turns_web.web.render import done, respond

bp = Blueprint("texts", __name__)

_EXAMPLE = {
    "address": "9507 Sea Cliff Way, Apt 4",
    "turn": "T-2026-000123",
    "person": "Ana Lopez",
    "amount": "$3,120.00",
    "stage": "In Progress",
    "reason": "Two bids, please",
    "days": "3",
    "date": "12 Mar",
    "vendor": "Rivera Painting",
}


@bp.get("/admin/texts")
@allow("texts.manage")
def index() -> Response:
    with db.read(g.identity) as session:
        written = queries.written(session)
    return respond("texts/list.html", kinds=KINDS, written=written, said=_said)


@bp.get("/admin/texts/<kind>")
@allow("texts.manage")
def show(kind: str, form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        row = queries.text_of(session, kind)
    default = {"subject": KINDS[kind].subject, "body": KINDS[kind].body, "version": 1}
    form = form or Form.of(row or default, TEXT)
    return respond(
        "texts/show.html",
        name=kind,
        kind=KINDS[kind],
        row=row,
        form=form,
        fields=TEXT,
        placeholders=PLACEHOLDERS,
        preview={name: _said(form.value(name)) for name in TEXT},
    )


@bp.post("/admin/texts/<kind>")
@allow("texts.manage")
@refused_to(show, TEXT)
def save(kind: str) -> Response:
    typed, version = spoken(TEXT, request.form), version_of(request.form)
    if request.form.get("preview"):
        # Nothing is wrong and nothing is saved: the same form comes back, with what it would say.
        actions.check(kind, typed)
        return show(kind, form=Form.typed())
    _do(lambda session: actions.write(session, kind, _id(), version, typed))
    flash("Saved: from now on it is said so.")
    return done(f"/admin/texts/{kind}")


@bp.post("/admin/texts/<kind>/default")
@allow("texts.manage")
@refused_to(show, TEXT)
def take_back(kind: str) -> Response:
    version, id = version_of(request.form), _id()
    if kind not in KINDS or id is None:
        raise NotFound()
    _do(lambda session: actions.take_back(session, id, version))
    flash("The default is said again.")
    return done(f"/admin/texts/{kind}")


def _id() -> UUID | None:
    """Of the text that the person saw; none where it was the default."""
    try:
        return UUID(typed) if (typed := request.form.get("id")) else None
    except ValueError:
        raise Invalid({"__all__": "This form has lost its text. Reload the page and try again."}) from None


def _do(act: Any) -> None:
    def acted() -> dict[str, Any]:
        act(session)
        return {}

    with db.write(g.identity) as session:
        once(session, acted)


def _said(text: str) -> str:
    return filled(text, _EXAMPLE)
