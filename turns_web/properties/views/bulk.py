"""Many properties at once: giving them to other managers, first shown, then done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from flask import Response, flash, g, request
from werkzeug.datastructures import MultiDict

from turns_web.core import db
from turns_web.core.errors import Invalid
from turns_web.core.fields import FieldError, Ref, Whole, parse_all
from turns_web.properties import actions
from turns_web.properties.fields import PEOPLE
from turns_web.properties.filters import LISTING
from turns_web.properties.queries import bulk as queries
from turns_web.properties.queries import options
from turns_web.properties.views.blueprint import bp
from turns_web.settings.queries import today
from turns_web.web.auth import allow, own_path
from turns_web.web.forms import Form, once, refused_to
from turns_web.web.render import done, respond

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# More would keep a person waiting, and the page; the rest is done in a second go.
MOST = 1_000


def preview(form: Form | None = None) -> Response:
    """The chosen properties and who has them now, with the form that changes it."""
    back = own_path(request.form.get("next")) or "/properties"
    with db.read(g.identity) as session:
        chosen = _matching(session, back) if request.form.get("all") else _ticked()
        rows = queries.chosen(session, [id for id, _ in chosen[:MOST]])
        managers = options.managers(session)
    return respond(
        "properties/assign.html",
        "properties/_assign.html",
        form=form or Form.typed(),
        rows=rows,
        versions=dict(chosen),
        most=MOST if len(chosen) > MOST else None,
        fields=PEOPLE,
        options={
            "property_manager_id": managers["PROPERTY_MANAGER"],
            "sr_property_manager_id": managers["SR_PROPERTY_MANAGER"],
        },
        back=back,
    )


def _matching(session: Session, back: str) -> list[tuple[UUID, int]]:
    """What the list shows that the person came from, all windows of it: up to MOST and one more."""
    asked = LISTING.parse(MultiDict(parse_qsl(urlsplit(back).query)))
    found = queries.matching(session, asked, today(session, time.monotonic()), g.identity, MOST + 1)
    return found or _ticked()


@bp.post("/properties/bulk")
@allow("properties.assign")
@refused_to(preview)
def assign() -> Response:
    """Without `confirm` the preview; with it those that can be changed are changed, and each refusal is named."""
    if not request.form.get("confirm"):
        return preview()
    chosen = _ticked()
    people = parse_all(PEOPLE, request.form)
    with db.write(g.identity) as session:
        answer = once(session, lambda: _assigned(session, chosen, people))
    back = own_path(request.form.get("next")) or "/properties"
    if answer["refused"]:
        return respond("properties/assigned.html", "properties/_assigned.html", **answer, back=back)
    flash(f"{_counted(answer['done'])} changed hands.")
    return done(back)


def _assigned(session: Session, chosen: list[tuple[UUID, int]], people: dict[str, Any]) -> dict[str, Any]:
    count, refused = actions.assign_managers(
        session, chosen, people["property_manager_id"], people["sr_property_manager_id"]
    )
    return {
        "done": count,
        "refused": [{"id": str(one.id), "address": one.address, "why": one.why} for one in refused],
    }


def _counted(number: int) -> str:
    return "1 property" if number == 1 else f"{number:,} properties"


_ID = Ref(label="Property", to="properties", required=True)
_VERSION = Whole(label="Version", required=True, least=1)


def _ticked() -> list[tuple[UUID, int]]:
    """The ticked properties, each with the version that the person saw. Raises Invalid."""
    typed = list(dict.fromkeys(request.form.getlist("property_id")))
    if not typed:
        raise Invalid({"__all__": "Tick the properties that are to change hands first."})
    if len(typed) > MOST:
        raise Invalid({"__all__": f"Choose at most {MOST:,} properties at once."})
    try:
        ids = [_ID.parse(text) for text in typed]
        return [(id, _VERSION.parse(request.form.get(f"version-{id}"))) for id in ids]
    except FieldError as refused:
        raise Invalid({"__all__": "This list has lost its versions. Reload it and choose again."}) from refused
