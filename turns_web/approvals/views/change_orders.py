"""/turns/<id>/change-orders: what was spent beyond what was approved, and recording more of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, request

from turns_web.approvals import queries
from turns_web.approvals.card import card_of
from turns_web.approvals.change_orders import change_orders, record
from turns_web.approvals.fields import CHANGE_ORDER
from turns_web.approvals.rules import WAITING
from turns_web.approvals.views.blueprint import bp
from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.turns.fields import DIFFERENCE
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, version_of
from turns_web.web.render import done, respond


@bp.get("/turns/<uuid:turn_id>/change-orders")
@allow("change_orders.record")
def change_order_form(turn_id: UUID, form: Form | None = None):
    with db.read(g.identity) as session:
        row, address = queries.turn_to_decide(session, turn_id)
        card = card_of(g.identity, row, address, queries.limits(session, row["market"]))
        orders = change_orders(session, turn_id)
    return respond(
        "approvals/change_order.html",
        "approvals/_change_order.html",
        card=card,
        orders=orders,
        committed=card.committed,
        form=form or Form(version=card.version),
        fields=CHANGE_ORDER,
    )


@bp.post("/turns/<uuid:turn_id>/change-orders")
@allow("change_orders.record")
@refused_to(change_order_form, DIFFERENCE)
def record_change_order(turn_id: UUID):
    version = version_of(request.form)
    said = parse_all(CHANGE_ORDER, request.form)

    def save() -> dict[str, Any]:
        row = record(session, turn_id, version, said["amount"], said["reason"])
        return {"version": row["version"], "status": row["scope_approval_status"]}

    with db.write(g.identity) as session:
        recorded = once(session, save)
    waits = recorded["status"] in WAITING
    flash("The change order waits for approval." if waits else "The change order is recorded.")
    return done(f"/turns/{turn_id}")
