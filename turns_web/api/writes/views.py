"""The addresses of writing: /api/write/<table>, /api/write/<table>/<id>, /api/write/batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, current_app, g

from turns_web.api.answers import answer
from turns_web.api.blueprint import bp
from turns_web.api.body import json_object
from turns_web.api.errors import Failed
from turns_web.api.writes.envelope import OPERATION, Asked, read
from turns_web.api.writes.operations import Resource
from turns_web.api.writes.registry import RESOURCES, resource_of
from turns_web.api.writes.run import Step, run
from turns_web.core.errors import Invalid, Refusal
from turns_web.web.auth import allow
from turns_web.web.limits import limited

_SINGLE = (*OPERATION, "writeId")
# So many operations of a batch count as one write.
_COUNTED_AS_ONE = 10


def route(resource: Resource) -> None:
    """An address of its own for each table: what there is not, is not there before anybody is asked to sign in."""
    may_write: Callable[[Callable], Callable] = allow("api.write")
    path = f"/write/{resource.table.name}"
    bp.add_url_rule(path, f"write_{resource.row}", may_write(partial(_write, resource)), methods=["POST"])
    bp.add_url_rule(f"{path}/<uuid:id>", f"put_{resource.row}", may_write(partial(_put, resource)), methods=["PUT"])


def _write(resource: Resource) -> Response:
    return _alone(resource, read(json_object(), _SINGLE))


def _put(resource: Resource, id: UUID) -> Response:
    """An update; whatever the body says of operation and row must be the same."""
    sent = read(json_object(), _SINGLE)
    faults = {
        name: "Leave it out, or send what the address says."
        for name, value in (("operation", "update"), ("id", id))
        if sent.setdefault(name, value) != value
    }
    if faults:
        raise Invalid(faults)
    return _alone(resource, sent)


def _alone(resource: Resource, sent: dict[str, Any]) -> Response:
    write_id = sent.pop("writeId", None)
    step = _step(resource, sent)
    return answer(run(g.identity, [step], write_id, step.asked.meaning()))


def _step(resource: Resource, sent: Mapping[str, Any], index: int | None = None) -> Step:
    """Raises Invalid for an operation that there is not, or that is about no row."""
    asked = Asked(resource.table.name, **sent)
    operation = resource.operation(asked.operation)
    if asked.id is None and not operation.makes:
        raise Invalid({"id": "Send the id of the row."})
    return Step(asked, resource, operation, index)


@bp.post("/write/batch")
@allow("api.write")
def write_batch() -> Response:
    """All of it or nothing."""
    sent = read(json_object(), ("operations", "writeId"))
    if "operations" not in sent:
        raise Invalid({"operations": "Send the operations to do."})
    steps = [_step_of_batch(one, index) for index, one in enumerate(sent["operations"])]
    _count(len(steps))
    meaning = {"operations": [step.asked.meaning() for step in steps]}
    return answer(run(g.identity, steps, sent.get("writeId"), meaning))


def _step_of_batch(sent: Any, index: int) -> Step:
    try:
        if not isinstance(sent, dict):
            raise Invalid({"operations": "Send an object for each operation."})
        found = read(sent, ("table", *OPERATION))
        if "table" not in found:
            raise Invalid({"table": f"Choose one of: {', '.join(RESOURCES)}."})
        return _step(resource_of(found.pop("table")), found, index)
    except Refusal as refused:
        raise Failed(refused, None, index) from refused


def _count(operations: int) -> None:
    """The request itself was counted as one write before."""
    further = math.ceil(operations / _COUNTED_AS_ONE) - 1
    if further:
        limited(current_app, g.identity, further)


for each in RESOURCES.values():
    route(each)
