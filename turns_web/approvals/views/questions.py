"""Needs information: an approver asks whoever sent it, the clock stands still, and they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, g, request

from turns_web.approvals import actions
from turns_web.approvals.fields import ANSWER, QUESTION
from turns_web.approvals.queue.queries import item_of
from turns_web.approvals.views.blueprint import bp
from turns_web.approvals.views.deciding import after_decision
from turns_web.core import db
from turns_web.core.fields import Fields, parse_all
from turns_web.turns.fields import DIFFERENCE
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, version_of
from turns_web.web.render import done, respond


@bp.get("/turns/<uuid:turn_id>/ask")
@allow("approvals.decide")
def ask_form(turn_id: UUID, form: Form | None = None):
    return _form(turn_id, "ask", QUESTION, form)


@bp.post("/turns/<uuid:turn_id>/ask")
@allow("approvals.decide")
@refused_to(ask_form, DIFFERENCE)
def ask(turn_id: UUID):
    _say(turn_id, actions.ask, QUESTION)
    flash("Asked. The clock stands still until the answer comes.")
    return done(after_decision(turn_id))


@bp.get("/turns/<uuid:turn_id>/answer")
@allow("approvals.see")
def answer_form(turn_id: UUID, form: Form | None = None):
    return _form(turn_id, "answer", ANSWER, form)


@bp.post("/turns/<uuid:turn_id>/answer")
@allow("approvals.see")
@refused_to(answer_form, DIFFERENCE)
def answer(turn_id: UUID):
    _say(turn_id, actions.answer, ANSWER)
    flash("Answered. The approval goes on.")
    return done(f"/turns/{turn_id}")


def _form(turn_id: UUID, verb: str, fields: Fields, form: Form | None):
    with db.read(g.identity) as session:
        item = item_of(session, g.identity, turn_id)
    return respond(
        "approvals/question.html",
        "approvals/_question.html",
        item=item,
        verb=verb,
        form=form or Form(values=request.args.to_dict(), version=item.version),
        fields=fields,
        back=after_decision(turn_id),
    )


def _say(turn_id: UUID, act: Callable[..., Any], fields: Fields) -> None:
    version = version_of(request.form)
    (words,) = parse_all(fields, request.form).values()

    def said() -> dict[str, Any]:
        return {"version": act(session, g.identity, turn_id, version, words)["version"]}

    with db.write(g.identity) as session:
        once(session, said)
