"""Sending a turn for approval and taking it back, on /turns/<id>."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, g, request

from turns_web.approvals import actions, queries
from turns_web.approvals.card import Card, card_of
from turns_web.approvals.fields import NOTE
from turns_web.approvals.rules import APPROVED
from turns_web.approvals.views.blueprint import bp
from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.turns.fields import DIFFERENCE
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, version_of
from turns_web.web.render import done, respond


@bp.get("/turns/<uuid:turn_id>/submit")
@allow("turns.submit")
def submit_form(turn_id: UUID, form: Form | None = None):
    return _asking(turn_id, "submit", form)


@bp.post("/turns/<uuid:turn_id>/submit")
@allow("turns.submit")
@refused_to(submit_form, DIFFERENCE)
def submit(turn_id: UUID):
    row = _asked(turn_id, actions.submit)
    flash("Approved: it is within the limit." if row["status"] in APPROVED else "Sent for approval.")
    return done(f"/turns/{turn_id}")


@bp.get("/turns/<uuid:turn_id>/withdraw")
@allow("turns.submit")
def withdraw_form(turn_id: UUID, form: Form | None = None):
    return _asking(turn_id, "withdraw", form)


@bp.post("/turns/<uuid:turn_id>/withdraw")
@allow("turns.submit")
@refused_to(withdraw_form, DIFFERENCE)
def withdraw(turn_id: UUID):
    _asked(turn_id, actions.withdraw)
    flash("Taken back from approval.")
    return done(f"/turns/{turn_id}")


def _asking(turn_id: UUID, verb: str, form: Form | None):
    card = _card(turn_id)
    return respond(
        "approvals/ask.html",
        "approvals/_ask.html",
        card=card,
        verb=verb,
        form=form or Form(version=card.version),
        fields=NOTE,
    )


def _asked(turn_id: UUID, act: Callable[..., Mapping[str, Any]]) -> dict[str, Any]:
    version = version_of(request.form)
    note = parse_all(NOTE, request.form)["note"]

    def save() -> dict[str, Any]:
        row = act(session, turn_id, version, note)
        return {"version": row["version"], "status": row["scope_approval_status"]}

    with db.write(g.identity) as session:
        return once(session, save)


def _card(turn_id: UUID) -> Card:
    with db.read(g.identity) as session:
        row, address_ = queries.turn_to_decide(session, turn_id)
        return card_of(g.identity, row, address_, queries.limits(session, row["market"]))
