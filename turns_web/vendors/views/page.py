"""/vendors/<id>: the page of one company, and its tax id for administrators."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, g, request

from turns_web.audit.history import history
from turns_web.core import db
from turns_web.settings.queries import today
from turns_web.vendors import actions, rules
from turns_web.vendors.fields import ALL_FIELDS
from turns_web.vendors.queries import page as queries
from turns_web.vendors.views.blueprint import bp
from turns_web.web.auth import allow
from turns_web.web.forms import Form
from turns_web.web.render import respond
from turns_web.web.shell import dom_id


@bp.get("/vendors/<uuid:vendor_id>")
@allow("vendors.see")
def show(vendor_id: UUID, form: Form | None = None) -> Response:
    return respond("vendors/show.html", "vendors/_show.html", **context(vendor_id, form))


def fresh(vendor_id: UUID, notice: str) -> Response:
    """After a piece was saved in place: the whole page's part anew, so that every form in it has the new version."""
    answer = respond("vendors/_show.html", **context(vendor_id, notice=notice))
    answer.headers["HX-Retarget"] = f"#{dom_id('vendor', vendor_id)}"
    answer.headers["HX-Reswap"] = "outerHTML"
    return answer


def context(vendor_id: UUID, form: Form | None = None, notice: str = "") -> dict[str, Any]:
    """All that the page shows. form: a refused form of the page. notice: what was just done."""
    with db.read(g.identity) as session:
        row = actions.visible(session, vendor_id)
        day = today(session, time.monotonic())
        return {
            "row": row,
            "jobs": queries.open_jobs(session, vendor_id),
            "history": history(session, "vendors", "vendor", ALL_FIELDS, vendor_id),
            "insurance": rules.insurance(row["insurance_expiry"], day),
            "insurance_words": rules.insurance_words(row["insurance_expiry"], day),
            "may_edit": rules.may_edit(g.identity, row),
            "form": form or Form(version=row["version"]),
            "fields": ALL_FIELDS,
            "notice": notice,
        }


@bp.get("/vendors/<uuid:vendor_id>/history")
@allow("vendors.see")
def earlier(vendor_id: UUID) -> Response:
    """The history before `before`, a window at a time."""
    try:
        before = datetime.fromisoformat(request.args["before"]) if request.args.get("before") else None
    except ValueError:
        abort(400)
    with db.read(g.identity) as session:
        row = actions.visible(session, vendor_id)
        found = history(session, "vendors", "vendor", ALL_FIELDS, vendor_id, before)
    return respond("vendors/history.html", "vendors/_history.html", row=row, history=found)


@bp.post("/vendors/<uuid:vendor_id>/tax-id")
@allow("vendors.tax_id")
def tax_id(vendor_id: UUID) -> Response:
    """Shown on asking only, which the history keeps."""
    with db.write(g.identity) as session:
        row = actions.visible(session, vendor_id)
        found = actions.show_tax_id(session, vendor_id)
    return respond("vendors/tax_id.html", "vendors/_tax_id.html", row=row, tax_id=found)
