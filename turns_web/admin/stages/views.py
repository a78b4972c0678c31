"""/admin/stages: their order, what each asks for, a new one, and retiring one with the turns that are in it."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, g, request

from turns_web.admin.doing import do
from turns_web.admin.stages import actions, queries
from turns_web.admin.stages.fields import NEW_STAGE, STAGE
from turns_web.core import db
from turns_web.core.fields import Ref, parse_all
from turns_web.settings.queries import today
from turns_web.web.auth import allow
from turns_web.web.filters import plural
from turns_web.web.forms import Form, refused_to, spoken, version_of
from turns_web.web.render import done, is_partial, respond

bp = Blueprint("stages", __name__)

_BEGUN = {"color": "#8a8577"}
_RETIRING = {"move_to_stage_id": Ref(label="Stage to move to", to="turn_stages")}


@bp.get("/admin/stages")
@allow("stages.manage")
def index(form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        stages = queries.stages(session)
    return respond("admin/stages.html", "admin/_stages.html", form=form or Form(), stages=stages)


@bp.post("/admin/stages/order")
@allow("stages.manage")
@refused_to(index)
def put_in_order() -> Response:
    ids = _order()
    versions = {id: version_of(request.form, f"version-{id}") for id in ids}
    do(lambda session: actions.put_in_order(session, ids, versions))
    _recolour()
    return index() if is_partial() else done("/admin/stages")


def _order() -> list[UUID]:
    """The stages as they stand in the form, one of them moved by its button."""
    try:
        ids = [UUID(one) for one in request.form.getlist("stage_id")]
        moved = {way: UUID(request.form[way]) for way in ("up", "down") if way in request.form}
    except ValueError:
        abort(400)
    for way, id in moved.items():
        if id in ids:
            place = ids.index(id)
            ids.insert(max(0, place - 1) if way == "up" else place + 1, ids.pop(place))
    return ids


@bp.get("/admin/stages/new")
@allow("stages.manage")
def new_form(form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        active = [stage for stage in queries.stages(session) if stage["is_active"]]
    under_way = [stage for stage in active if not stage["is_complete_stage"]]
    begun = Form(values={**_BEGUN, "after": str(under_way[-1]["id"])})
    others = [(stage["id"], stage["name"]) for stage in active]
    return respond("admin/stage_new.html", form=form or begun, fields=NEW_STAGE, others=others)


@bp.post("/admin/stages/new")
@allow("stages.manage")
@refused_to(new_form)
def make() -> Response:
    typed = parse_all(NEW_STAGE, request.form)
    after = typed.pop("after")
    do(lambda session: {"id": str(actions.make(session, typed, after))}, f"{typed['name']} is added.")
    _recolour()
    return done("/admin/stages")


@bp.get("/admin/stages/<uuid:stage_id>")
@allow("stages.manage")
def edit_form(stage_id: UUID, form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        row = queries.stage(session, stage_id)
        lacking = queries.lacking(session, stage_id)
    return respond("admin/stage.html", row=row, lacking=lacking, form=form or Form.of(row, STAGE), fields=STAGE)


@bp.post("/admin/stages/<uuid:stage_id>/edit")
@allow("stages.manage")
@refused_to(edit_form, STAGE)
def edit(stage_id: UUID) -> Response:
    typed, version = spoken(STAGE, request.form), version_of(request.form)

    def act(session: Any) -> dict[str, Any]:
        answer = actions.change(session, stage_id, version, typed).answer(STAGE)
        return {**answer, "note": f"Saved. {answer['note']}".strip()}

    do(act)
    _recolour()
    return done("/admin/stages")


@bp.get("/admin/stages/<uuid:stage_id>/retire")
@allow("stages.manage")
def retire_form(stage_id: UUID, form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        row = queries.stage(session, stage_id)
        turns = queries.lacking(session, stage_id)["turns"]
        ways = queries.ways_out(session, stage_id, today(session, time.monotonic()))
    form = form or Form(version=row["version"])
    return respond("admin/stage_retire.html", row=row, turns=turns, ways=ways, form=form, fields=_RETIRING)


@bp.post("/admin/stages/<uuid:stage_id>/retire")
@allow("stages.manage")
@refused_to(retire_form, STAGE)
def retire(stage_id: UUID) -> Response:
    to, version = parse_all(_RETIRING, request.form)["move_to_stage_id"], version_of(request.form)
    leave = request.form.get("leave") == "1"

    def act(session: Any) -> dict[str, Any]:
        day = today(session, time.monotonic())
        moved = actions.retire(session, stage_id, version, to, leave=leave, today=day)
        return {"note": f"The stage is retired, and {plural(moved, 'turn')} moved." if moved else "It is retired."}

    do(act)
    _recolour()
    return done("/admin/stages")


@bp.post("/admin/stages/<uuid:stage_id>/restore")
@allow("stages.manage")
@refused_to(edit_form, STAGE)
def bring_back(stage_id: UUID) -> Response:
    version = version_of(request.form)
    do(lambda session: actions.bring_back(session, stage_id, version), "The stage takes in turns again.")
    _recolour()
    return done("/admin/stages")


def _recolour() -> None:
    """The next page has the stages' colours and houses as they are now."""
    current_app.extensions["stage_colours"].forget()
