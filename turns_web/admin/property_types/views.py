"""/admin/property-types: the types of homes, each changed in its line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request

from turns_web.admin.doing import do
from turns_web.admin.property_types import actions, queries
from turns_web.admin.property_types.fields import NEW_TYPE, TYPE
from turns_web.core import db
from turns_web.core.fields import parse_all
from turns_web.web.auth import allow
from turns_web.web.forms import Form, refused_to, spoken, version_of
from turns_web.web.render import done, respond

bp = Blueprint("property_types", __name__)


@bp.get("/admin/property-types")
@allow("property_types.manage")
def index(type_id: UUID | None = None, form: Form | None = None) -> Response:
    """type_id: the type whose line was refused; none where the new one was."""
    with db.read(g.identity) as session:
        rows = queries.types(session)
    forms = {row["id"]: form if form and row["id"] == type_id else Form.of(row, TYPE) for row in rows}
    new = form if form and type_id is None else Form()
    return respond("admin/property_types.html", rows=rows, forms=forms, new=new, fields=TYPE)


@bp.post("/admin/property-types")
@allow("property_types.manage")
@refused_to(index)
def make() -> Response:
    typed = parse_all(NEW_TYPE, request.form)
    do(lambda session: {"id": str(actions.make(session, typed))}, f"{typed['name']} is added.")
    return done("/admin/property-types")


@bp.post("/admin/property-types/<uuid:type_id>")
@allow("property_types.manage")
@refused_to(index, TYPE)
def change(type_id: UUID) -> Response:
    typed, version = spoken(TYPE, request.form), version_of(request.form)

    def act(session: Any) -> dict[str, Any]:
        answer = actions.change(session, type_id, version, typed).answer(TYPE)
        return {**answer, "note": f"Saved. {answer['note']}".strip()}

    do(act)
    return done("/admin/property-types")
