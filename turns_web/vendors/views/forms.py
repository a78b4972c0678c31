"""Making a vendor and changing it: the whole form, and a piece of it in place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, g, request

from turns_web.core import db
from turns_web.core.errors import Forbidden
from turns_web.core.fields import Fields, parse_all
from turns_web.vendors import actions, rules
from turns_web.vendors.fields import ALL_FIELDS, FIELDS, PARTS, TAX_ID
from turns_web.vendors.views import page
from turns_web.vendors.views.blueprint import bp
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, spoken, version_of
from turns_web.web.render import done, is_partial, respond


@bp.get("/vendors/new")
@allow("vendors.create")
def new_form(form: Form | None = None) -> Response:
    return respond(
        "vendors/new.html",
        "vendors/_new.html",
        form=form or Form.of({}, FIELDS),
        parts=PARTS,
        secret=_secret(),
        labels=ALL_FIELDS,
    )


@bp.post("/vendors/new")
@allow("vendors.create")
@refused_to(new_form)
def create() -> Response:
    typed = parse_all({**FIELDS, **TAX_ID}, request.form)
    with db.write(g.identity) as session:
        answer = once(session, lambda: actions.create_vendor(session, g.identity, typed).answer(FIELDS))
    flash("The vendor is added." if g.identity.is_admin else "The vendor is added; an administrator approves it.")
    return done(f"/vendors/{answer['id']}")


@bp.get("/vendors/<uuid:vendor_id>/edit")
@allow("vendors.edit")
def edit_form(vendor_id: UUID, form: Form | None = None) -> Response:
    """The whole form, or with `part` one piece of it for editing in place."""
    part = _part(request.values.get("part", ""))
    with db.read(g.identity) as session:
        row = actions.visible(session, vendor_id)
    refuse_stranger(row)
    return respond(
        "vendors/edit.html",
        "vendors/_edit.html",
        row=row,
        form=form or Form.of(row, FIELDS),
        part=part,
        parts={part: PARTS[part]} if part else PARTS,
        secret={} if part else _secret(),
        labels=ALL_FIELDS,
    )


@bp.post("/vendors/<uuid:vendor_id>/edit")
@allow("vendors.edit")
@refused_to(edit_form, ALL_FIELDS)
def edit(vendor_id: UUID) -> Response:
    part = _part(request.form.get("part", ""))
    with db.write(g.identity) as session:
        actions.visible(session, vendor_id)
        version = version_of(request.form)
        typed = spoken(PARTS[part] if part else {**FIELDS, **TAX_ID}, request.form)
        save = partial(actions.edit_vendor, session, g.identity, vendor_id, version, typed)
        answer = once(session, lambda: save().answer(ALL_FIELDS))
    said = f"Saved. {answer['note']}".strip()
    if is_partial():
        return page.fresh(vendor_id, said)
    flash(said)
    return done(f"/vendors/{vendor_id}")


def refuse_stranger(row: Mapping[str, Any]) -> None:
    """Raises Forbidden where the vendor is somebody else's to keep: no form is shown that would be refused."""
    if not rules.may_edit(g.identity, row):
        raise Forbidden("An administrator changes this vendor, or the senior manager who added it.")


def _part(name: str) -> str:
    if name and name not in PARTS:
        abort(400)
    return name


def _secret() -> Fields:
    return TAX_ID if g.identity.is_admin else {}
