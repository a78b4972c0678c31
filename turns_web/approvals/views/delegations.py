"""/approvals/delegations: who decides for whom, and for how long."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request

from turns_web.approvals import delegations
from turns_web.approvals.fields import DELEGATION
from turns_web.approvals.views.blueprint import bp
from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.settings.queries import today
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, version_of
from turns_web.web.render import done, respond

_PAGE = "/approvals/delegations"


@bp.get(_PAGE)
@allow("approvals.delegations")
def delegation_page(form: Form | None = None):
    with db.read(g.identity) as session:
        found = delegations.delegations(session, g.identity)
        people = delegations.people(session, g.identity)
        day = today(session, time.monotonic()).isoformat()
    return respond(
        "approvals/delegations.html",
        "approvals/_delegations.html",
        found=found,
        people=people,
        form=form or Form(values={"starts_on": day, "ends_on": day}),
        fields=DELEGATION,
        keys=Form(),
    )


@bp.post(_PAGE)
@allow("approvals.delegate")
@refused_to(delegation_page, DELEGATION)
def delegate():
    values = parse_all(DELEGATION, request.form)

    def save() -> dict[str, Any]:
        return {"id": str(delegations.delegate(session, values))}

    with db.write(g.identity) as session:
        once(session, save)
    flash("They stand in for you on those days.")
    return done(_PAGE)


@bp.get(f"{_PAGE}/<uuid:delegation_id>")
@allow("approvals.delegations")
def delegation(delegation_id: UUID):
    """Where the page of a conflict leads back to."""
    return redirect(_PAGE, 303)


def _again(delegation_id: UUID, form: Form):
    """Ending it is refused without a field of the page's form: said at its head, beside an empty form."""
    return delegation_page(Form(errors=form.errors))


@bp.post(f"{_PAGE}/<uuid:delegation_id>/end")
@allow("approvals.delegations")
@refused_to(_again, DELEGATION)
def end_delegation(delegation_id: UUID):
    version = version_of(request.form)

    def save() -> dict[str, Any]:
        delegations.end(session, delegation_id, version)
        return {"id": str(delegation_id)}

    with db.write(g.identity) as session:
        once(session, save)
    flash("It is ended: from now on they decide nothing for the other.")
    return done(_PAGE)
