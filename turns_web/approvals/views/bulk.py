"""POST /approvals/bulk: look at what was ticked, then decide on each."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from flask import abort, g, request

from turns_web.approvals import bulk
from turns_web.approvals.fields import DECISION
from turns_web.approvals.reasons import REASONS, joined
from turns_web.approvals.views.blueprint import bp
from turns_web.core import db, idempotency
from turns_web.core.errors import Invalid, Refusal
from turns_web.core.fields import parse_all
from turns_web.turns.bulk.actions import words_of
from turns_web.web.auth import allow
from turns_web.web.forms import Form, version_of
from turns_web.web.render import respond


class Result(NamedTuple):
    id: UUID
    address: str
    is_done: bool
    words: str


_TOO_MANY = f"At most {bulk.MOST} go at once: these are the first of them. Do the rest in another go."
_DONE = {
    "DFO_APPROVED": "approved",
    "HO_APPROVED": "approved",
    "HO_APPROVAL_NEEDED": "approved, HO decides next",
    "REJECTED": "rejected",
    "PENDING": "taken back from approval",
}


@bp.post("/approvals/bulk")
@allow("approvals.decide")
def bulk_decision() -> Any:
    ids = _ids()
    try:
        said = _said()
    except Invalid as refused:
        return _confirmation(ids[: bulk.MOST], refused.fields)
    if len(ids) > bulk.MOST:
        return _confirmation(ids[: bulk.MOST], {"__all__": [_TOO_MANY]})
    if not ids:
        return _confirmation(ids, {"__all__": ["Tick the turns that you decide on first."]})
    if request.form.get("confirm") != "1":
        return _confirmation(ids, {})
    return _results(ids, said)


def _ids() -> list[UUID]:
    try:
        return bulk.chosen(request.form.getlist("turn_id"))
    except ValueError:
        abort(400)


def _said() -> dict[str, Any]:
    said = parse_all(DECISION, {**request.form, "reject_reason": joined(request.form.getlist("reject_reason"))})
    asked = request.form.get("confirm") == "1"
    if said["decision"] == "reject" and not said["reject_reason"] and asked:
        raise Invalid({"reject_reason": "Enter why, so that they know what to change."})
    return said


def _confirmation(ids: list[UUID], errors: dict[str, list[str]]) -> Any:
    """Each address and amount, and what all come to; what cannot be decided on in this way is named beforehand."""
    versions = {id: _version(id) for id in ids}
    with db.read(g.identity) as session:
        picked = bulk.picked(session, g.identity, ids, versions)
    form = Form.typed(errors)
    form.values["reject_reason"] = joined(request.form.getlist("reject_reason"))
    return respond(
        "approvals/bulk.html",
        "approvals/_bulk_confirm.html",
        422 if errors else 200,
        step="confirm",
        picked=picked,
        versions=versions,
        form=form,
        fields=DECISION,
        reasons=REASONS,
    )


def _version(id: UUID) -> int | None:
    try:
        return version_of(request.form, f"version-{id}")
    except Invalid:
        return None


def _results(ids: list[UUID], said: dict[str, Any]) -> Any:
    with db.read(g.identity) as session:
        picked = bulk.picked(session, g.identity, ids, {})
    addresses = {item.turn_id: item.address for item in picked.items}
    results = [_one(id, addresses.get(id, "A turn that you may not see"), said) for id in ids]
    return respond(
        "approvals/bulk.html",
        "approvals/_bulk_results.html",
        step="results",
        results=results,
        done=sum(result.is_done for result in results),
    )


def _one(id: UUID, address: str, said: dict[str, Any]) -> Result:
    """What is refused takes nothing else with it."""
    write_id = request.form.get("write_id")
    try:
        version = version_of(request.form, f"version-{id}")
        with db.write(g.identity) as session:
            answer = idempotency.once(
                session,
                g.identity,
                f"{write_id[:60]}:{id}" if write_id else None,
                {"id": id, "version": version, **said},
                lambda: bulk.decide_one(session, g.identity, id, version, said["decision"], said["reject_reason"]),
            )
    except Refusal as refused:
        return Result(id, address, False, " ".join(words_of(refused)))
    return Result(id, address, True, f"{answer['amount']} {_DONE[answer['status']]}")
