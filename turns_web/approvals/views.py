"""/approvals, and sending, taking back and deciding on /turns/<id>."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, g, request

from turns_web.access import may
from turns_web.approvals import actions, queries
from turns_web.approvals.card import Card, card_of
from turns_web.approvals.fields import DECISION, NOTE
from turns_web.approvals.rules import APPROVED
from turns_web.core import db
from turns_web.core.errors import Invalid
from turns_web.core.fields import parse_all
from turns_web.core.names import names_of
from turns_web.settings.queries import today
from turns_web.turns.fields import DIFFERENCE
from turns_web.turns.filters import Filters
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, version_of
from turns_web.web.paging import address, unpack, window
from turns_web.web.render import done, respond

bp = Blueprint("approvals", __name__)

_PARTS = {"mine": "For you", "other": "Elsewhere", "sent": "Sent by you"}


@bp.get("/approvals")
@allow("approvals.see")
def queue():
    """What waits: for approvers theirs first, for others what they sent."""
    decides = may(g.identity.role, "approvals.decide")
    part = request.args.get("part") or ("mine" if decides else "sent")
    if part not in _PARTS:
        abort(400)
    parts = _PARTS if decides else {"sent": "Sent by you", "other": "All that waits"}
    filters = Filters.of(request.args)
    after = unpack(request.args.get("cursor"), 2 if filters.sort else 3)
    with db.read(g.identity) as session:
        day = today(session, time.monotonic())
        found = queries.queue(session, g.identity, part, filters, day, after)
        sums = queries.sums(session, g.identity, filters, day)
        names = names_of(session, filters.wanted_names())
    shown = window(found, queries.SIZE, lambda item: item.key)
    return respond(
        "approvals/queue.html",
        "approvals/_queue.html",
        items=shown.rows,
        next=address(cursor=shown.next) if shown.next else None,
        first=after is None,
        sums=sums,
        part=part,
        tab_items=[(label, address(part=name), sums[name].count) for name, label in parts.items()],
        parts=parts,
        decides=decides,
        filters=filters,
        chips=filters.chips(names),
        today=day,
        keys=Form(),
    )


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


@bp.get("/turns/<uuid:turn_id>/approval")
@allow("approvals.decide")
def decision_form(turn_id: UUID, form: Form | None = None):
    """The decision by itself; after a refusal with everything typed."""
    card = _card(turn_id)
    return respond(
        "approvals/decide.html",
        "approvals/_decide.html",
        card=card,
        form=form or Form(version=card.version),
        fields=DECISION,
        confirms=None,
    )


@bp.post("/turns/<uuid:turn_id>/approval")
@allow("approvals.decide")
@refused_to(decision_form, DIFFERENCE)
def decide(turn_id: UUID):
    """Without `confirm` it asks once more, naming address and amount; with it, it is decided."""
    version = version_of(request.form)
    said = parse_all(DECISION, request.form)
    if said["decision"] == "reject" and not said["reject_reason"]:
        raise Invalid({"reject_reason": "Enter why, so that they know what to change."})
    if not request.form.get("confirm"):
        return _confirmation(turn_id, version, said["decision"])

    def act() -> dict[str, Any]:
        row = actions.decide(session, g.identity, turn_id, version, said["decision"], said["reject_reason"])
        return {"version": row["version"], "status": row["scope_approval_status"]}

    with db.write(g.identity) as session:
        decided = once(session, act)
    flash(_DECIDED[decided["status"]])
    return done(f"/turns/{turn_id}")


_DECIDED = {
    "DFO_APPROVED": "Approved.",
    "HO_APPROVED": "Approved.",
    "HO_APPROVAL_NEEDED": "Approved; HO decides next.",
    "REJECTED": "Rejected; your reason stands on the turn.",
    "PENDING": "Taken back from approval.",
}


def _confirmation(turn_id: UUID, version: int, decision: str):
    with db.read(g.identity) as session:
        actions.check_decision(session, g.identity, actions.seen_at(session, turn_id, version), decision)
    return respond(
        "approvals/decide.html",
        "approvals/_decide.html",
        card=_card(turn_id),
        form=Form.typed(),
        fields=DECISION,
        confirms=decision,
    )


def _card(turn_id: UUID) -> Card:
    with db.read(g.identity) as session:
        row, address_ = queries.turn_to_decide(session, turn_id)
        return card_of(g.identity, row, address_, queries.limits(session, row["market"]))
