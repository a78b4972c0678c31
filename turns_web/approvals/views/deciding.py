"""The decision on one turn, by itself or as an item of the queue: asked once more, then recorded.

A form of the queue carries `queue`, the query of the list that it stands in with the item that comes next: after the
decision that one is open.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import flash, g, request

from turns_web.approvals import actions
from turns_web.approvals.fields import DECISION
from turns_web.approvals.queue.items import Item
from turns_web.approvals.queue.queries import item_of
from turns_web.approvals.reasons import REASONS, joined
from turns_web.approvals.views.blueprint import bp
from turns_web.core import db
from turns_web.core.errors import Invalid
from turns_web.core.fields import Choice, Text, parse_all
from turns_web.turns.fields import DIFFERENCE
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, version_of
from turns_web.web.render import done, respond
from turns_web.web.shell import dom_id

# An override is a super administrator's alone, with a reason of its own.
FIELDS = {
    **DECISION,
    "decision": Choice(
        label="Decision", required=True, options={"approve": "Approve", "reject": "Reject", "override": "Override"}
    ),
    "override_reason": Text(
        label="Reason of the override", max=500, multiline=True, hint="Why nobody else decides; up to 500 characters."
    ),
}
_REASON = {"reject": "reject_reason", "override": "override_reason"}

_DECIDED = {
    "DFO_APPROVED": "Approved {what}.",
    "HO_APPROVED": "Approved {what}.",
    "HO_APPROVAL_NEEDED": "Approved {what}; HO decides next.",
    "REJECTED": "Rejected {what}; your reason stands on the turn.",
    "PENDING": "Taken back from approval: {what}.",
}


@bp.get("/turns/<uuid:turn_id>/approval")
@allow("approvals.decide")
def decision_form(turn_id: UUID, form: Form | None = None):
    """The decision by itself; after a refusal the one that was meant, with everything typed."""
    item = _item(turn_id)
    if form is None:
        # An address may lead whoever may answer to the question itself; it is decided by the form alone.
        form = Form(values=request.args.to_dict(), version=item.version)
        if not item.may_decide and form.value("decision") != "override":
            return _respond(item, form, None)
    return _respond(item, form, form.value("decision"))


@bp.post("/turns/<uuid:turn_id>/approval")
@allow("approvals.decide")
@refused_to(decision_form, DIFFERENCE)
def decide(turn_id: UUID):
    """Without `confirm` it asks once more, naming address and amount; with it, it is decided."""
    version = version_of(request.form)
    said = parse_all(FIELDS, {**request.form, "reject_reason": joined(request.form.getlist("reject_reason"))})
    why = _REASON.get(said["decision"])
    if why and not said[why]:
        # First whether they may at all: nobody is asked for the reason of what is not theirs to do.
        _check(turn_id, version, said["decision"])
        raise Invalid({why: "Enter why, so that everybody can know."})
    if not request.form.get("confirm"):
        return _confirmation(turn_id, version, said["decision"])

    def act() -> dict[str, Any]:
        what = _what(item_of(session, g.identity, turn_id))
        row = actions.decide(session, g.identity, turn_id, version, said["decision"], said.get(why))
        return {"version": row["version"], "status": row["scope_approval_status"], "what": what}

    with db.write(g.identity) as session:
        decided = once(session, act)
    flash(_DECIDED[decided["status"]].format(what=decided["what"]))
    return done(after_decision(turn_id))


def _confirmation(turn_id: UUID, version: int, decision: actions.Decision):
    _check(turn_id, version, decision)
    return _respond(_item(turn_id), Form.typed(), decision)


def _check(turn_id: UUID, version: int, decision: actions.Decision) -> None:
    """Raises NotFound, Stale, Forbidden, as the decision itself would."""
    with db.read(g.identity) as session:
        actions.check_decision(session, g.identity, actions.seen_at(session, turn_id, version), decision)


def _item(turn_id: UUID) -> Item:
    with db.read(g.identity) as session:
        return item_of(session, g.identity, turn_id)


def _what(item: Item) -> str:
    return f"{item.amount} for {item.address}"


def _respond(item: Item, form: Form, confirms: str | None):
    """confirms: the decision that is asked about once more; none where it is still to be chosen."""
    form.values["reject_reason"] = joined(request.form.getlist("reject_reason"))
    return respond(
        "approvals/decide.html",
        "approvals/_decide.html",
        item=item,
        form=form,
        fields=FIELDS,
        reasons=REASONS,
        keys=form,
        confirms=confirms,
        back=after_decision(item.turn_id),
    )


def after_decision(turn_id: UUID) -> str:
    """Where a decision leads: to the next item of the queue that it was made in, else to the turn."""
    if "queue" not in request.values:
        return f"/turns/{turn_id}"
    # Taken apart and put together again: whatever was sent, it leads to the queue.
    asked = dict(parse_qsl(request.values["queue"]))
    try:
        place = f"#{dom_id('queue', UUID(asked.get('open', '')))}"
    except ValueError:
        place = ""
    return f"/approvals?{urlencode(asked)}{place}" if asked else "/approvals"
