"""What is done to a vendor by one button: approve, deactivate, put away, and each of them back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, flash, g, request

from turns_web.core import db
from turns_web.core.versioned import Saved
from turns_web.vendors import actions
from turns_web.vendors.fields import ALL_FIELDS
from turns_web.vendors.queries import page as queries
from turns_web.vendors.views.blueprint import bp
from turns_web.vendors.views.forms import refuse_stranger
from turns_web.vendors.views.page import show
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, version_of
from turns_web.web.render import done, respond


@bp.post("/vendors/<uuid:vendor_id>/approve")
@allow("vendors.approve")
@refused_to(show, ALL_FIELDS)
def approve(vendor_id: UUID) -> Response:
    return _act(vendor_id, actions.approve_vendor, "The vendor is approved: managers may give it work.")


@bp.post("/vendors/<uuid:vendor_id>/unapprove")
@allow("vendors.approve")
@refused_to(show, ALL_FIELDS)
def unapprove(vendor_id: UUID) -> Response:
    return _act(vendor_id, actions.withdraw_approval, "The approval is withdrawn: no new work goes to this vendor.")


@bp.get("/vendors/<uuid:vendor_id>/deactivate")
@allow("vendors.edit")
def before_leaving(vendor_id: UUID, form: Form | None = None) -> Response:
    """What stays with the vendor, before it is deactivated or put away."""
    with db.read(g.identity) as session:
        row = actions.visible(session, vendor_id)
        refuse_stranger(row)
        jobs = queries.open_jobs(session, vendor_id)
    return respond(
        "vendors/leaving.html",
        "vendors/_leaving.html",
        row=row,
        jobs=jobs,
        form=form or Form(version=row["version"]),
        fields=ALL_FIELDS,
    )


@bp.post("/vendors/<uuid:vendor_id>/deactivate")
@allow("vendors.edit")
@refused_to(before_leaving, ALL_FIELDS)
def deactivate(vendor_id: UUID) -> Response:
    return _act(vendor_id, actions.deactivate_vendor, "The vendor is not active: no new work goes to it.")


@bp.post("/vendors/<uuid:vendor_id>/activate")
@allow("vendors.edit")
@refused_to(show, ALL_FIELDS)
def activate(vendor_id: UUID) -> Response:
    return _act(vendor_id, actions.activate_vendor, "The vendor is active again.")


@bp.post("/vendors/<uuid:vendor_id>/archive")
@allow("vendors.archive")
@refused_to(before_leaving, ALL_FIELDS)
def archive(vendor_id: UUID) -> Response:
    said = "The vendor is archived: it is out of the lists until somebody restores it."
    return _act(vendor_id, actions.archive_vendor, said)


@bp.post("/vendors/<uuid:vendor_id>/restore")
@allow("vendors.archive")
@refused_to(show, ALL_FIELDS)
def restore(vendor_id: UUID) -> Response:
    return _act(vendor_id, actions.restore_vendor, "The vendor is back in the lists.")


def _act(vendor_id: UUID, act: Callable[..., Saved], said: str) -> Response:
    with db.write(g.identity) as session:
        actions.visible(session, vendor_id)
        version = version_of(request.form)
        once(session, lambda: act(session, vendor_id, version).answer(ALL_FIELDS))
    flash(said)
    return done(f"/vendors/{vendor_id}")
