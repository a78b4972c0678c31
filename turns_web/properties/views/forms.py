"""Making a property and changing it: the whole form, and a piece of it in place."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, abort, flash, g, request

from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.properties import actions
from turns_web.properties.fields import ALL_FIELDS, FIELDS, PARTS, PEOPLE, people_of, people_of_new
from turns_web.properties.queries import options
from turns_web.properties.views import page
from turns_web.properties.views.blueprint import bp
from turns_web.settings.queries import today
from turns_web.web.auth import allow
from turns_web.web.forms import Form, is_whole, once, refused_to, spoken, version_of
from turns_web.web.render import done, is_partial, respond

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# A form that was never filled in says what is so for most homes.
_USUAL = {"is_core": True, "country": "United States"}


@bp.get("/properties/new")
@allow("properties.create")
def new_form(form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        offered = _offered(session)
    return respond(
        "properties/new.html",
        "properties/_new.html",
        form=form or Form.of(_USUAL, {**FIELDS, **PEOPLE}),
        parts=PARTS,
        people=people_of_new(g.identity.role),
        options=offered,
        labels=ALL_FIELDS,
    )


@bp.post("/properties/new")
@allow("properties.create")
@refused_to(new_form)
def create() -> Response:
    typed = parse_all({**FIELDS, **people_of_new(g.identity.role)}, request.form)
    # What the form does not speak of keeps the database's own default.
    typed = {name: value for name, value in typed.items() if value is not None or name in request.form}
    with db.write(g.identity) as session:
        day = today(session, time.monotonic())
        answer = once(session, lambda: actions.create_property(session, g.identity, typed, day).answer(FIELDS))
    flash("The property is added.")
    return done(f"/properties/{answer['id']}")


@bp.get("/properties/<uuid:property_id>/edit")
@allow("properties.edit")
def edit_form(property_id: UUID, form: Form | None = None) -> Response:
    """The whole form, or with `part` one piece of it for editing in place."""
    part = request.values.get("part", "")
    if part and part not in PARTS:
        abort(400)
    with db.read(g.identity) as session:
        row = actions.visible(session, property_id)
        offered = _offered(session)
    return respond(
        "properties/edit.html",
        "properties/_edit.html",
        row=row,
        form=form or Form.of(row, ALL_FIELDS),
        part=part,
        parts={part: PARTS[part]} if part else PARTS,
        people={} if part else people_of(g.identity.role),
        options=offered,
        labels=ALL_FIELDS,
    )


@bp.post("/properties/<uuid:property_id>/edit")
@allow("properties.edit")
@refused_to(edit_form, ALL_FIELDS)
def edit(property_id: UUID) -> Response:
    part = request.form.get("part", "")
    if part and part not in PARTS:
        abort(400)
    with db.write(g.identity) as session:
        # Whose row it is comes before what is wrong in the form: what may not be seen has no faults to show.
        actions.visible(session, property_id)
        version = version_of(request.form)
        fields = PARTS[part] if part else {**FIELDS, **people_of(g.identity.role)}
        typed = spoken(fields, request.form, whole=is_whole(fields, request.form))
        day = today(session, time.monotonic())
        save = partial(actions.edit_property, session, property_id, version, typed, day)
        answer = once(session, lambda: save().answer(ALL_FIELDS))
    said = f"Saved. {answer['note']}".strip()
    if is_partial():
        return page.fresh(property_id, said)
    flash(said)
    return done(f"/properties/{property_id}")


def _offered(session: Session) -> dict[str, options.Options]:
    managers = options.managers(session)
    return {
        "property_type_id": options.types(session),
        "property_manager_id": managers["PROPERTY_MANAGER"],
        "sr_property_manager_id": managers["SR_PROPERTY_MANAGER"],
    }
