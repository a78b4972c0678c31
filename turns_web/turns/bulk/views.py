"""POST /board/bulk: choose what to change, look at what would be refused, do it."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, abort, g, request
from werkzeug.datastructures import MultiDict

from turns_web.core import db, idempotency
from turns_web.core.errors import Invalid, Refusal
from turns_web.turns.board.queries import here
from turns_web.turns.bulk import actions, queries
from turns_web.turns.bulk.fields import BULK_FIELDS, MOST
from turns_web.turns.filters import Filters
from turns_web.turns.queries import choices
from turns_web.turns.stages import way
from turns_web.web.auth import allow
from turns_web.web.forms import Form, spoken, version_of
from turns_web.web.render import respond

bp = Blueprint("bulk", __name__)


class Result(NamedTuple):
    id: UUID
    address: str
    is_done: bool
    words: list[str]


@bp.post("/board/bulk")
@allow("turns.bulk")
def bulk() -> Any:
    ids = _ids()
    try:
        values = {name: value for name, value in spoken(BULK_FIELDS, request.form).items() if value is not None}
    except Invalid as refused:
        return _choose(ids, refused.fields)
    note = values.pop("note", None)
    if not values and request.form.get("confirm") == "1":
        return _choose(ids, {"__all__": ["Choose what is to change."]})
    if not values or not ids:
        return _choose(ids, {})
    if request.form.get("confirm") == "1":
        return _results(ids, values, note)
    return _preview(ids, values, note)


def _ids() -> list[UUID]:
    """The turns that were ticked, or with `all=1` those of the whole view."""
    if request.form.get("all") == "1":
        filters = Filters.of(MultiDict(parse_qsl(request.form.get("board", ""))))
        with db.read(g.identity) as session:
            return queries.matching(session, filters, here(session).today)
    try:
        return list(dict.fromkeys(UUID(one) for one in request.form.getlist("turn_id")))
    except ValueError:
        abort(400)


def _choose(ids: list[UUID], errors: dict[str, list[str]]) -> Any:
    """The form of what is to change; 422 where something in it cannot be taken, or no turn was ticked."""
    with db.read(g.identity) as session:
        options = choices(session, BULK_FIELDS, {}, here(session).today)
        chosen = queries.picked(session, ids[:MOST])
        stages = way(session).active()
    return respond(
        "turns/bulk.html",
        "turns/_bulk_choose.html",
        422 if errors or not chosen else 200,
        step="choose",
        chosen=chosen,
        too_many=len(ids) > MOST,
        most=MOST,
        form=Form.typed(errors),
        fields=BULK_FIELDS,
        options={**options, "stage_id": [(stage.id, stage.name) for stage in stages]},
        versions=_versions(chosen),
        what=request.form.get("what", ""),
    )


def _versions(chosen: list[queries.Picked]) -> dict[UUID, str]:
    """The version of each that the person saw; without a script the page could not send it, and it is what is shown."""
    return {one.turn["id"]: request.form.get(f"version-{one.turn['id']}") or str(one.turn["version"]) for one in chosen}


def _preview(ids: list[UUID], values: dict[str, Any], note: str | None) -> Any:
    with db.read(g.identity) as session:
        today = here(session).today
        stages = way(session)
        chosen = queries.picked(session, ids[:MOST], values.get("vendor_id"))
        refused = queries.refused(session, stages, chosen, values, note, today)
        options = choices(session, BULK_FIELDS, values, today)
    return respond(
        "turns/bulk.html",
        "turns/_bulk_preview.html",
        step="preview",
        chosen=chosen,
        refused=refused,
        too_many=len(ids) > MOST,
        most=MOST,
        form=Form.typed(),
        said=_said(values, note, options | {"stage_id": [(stage.id, stage.name) for stage in stages]}),
        versions=_versions(chosen),
    )


def _said(values: dict[str, Any], note: str | None, options: dict[str, Any]) -> list[tuple[str, str]]:
    """What is to change, in words."""
    named = {name: {str(value): words for value, words in pairs} for name, pairs in options.items()}
    said = [
        (BULK_FIELDS[name].label, named.get(name, {}).get(str(value)) or BULK_FIELDS[name].words(value))
        for name, value in values.items()
    ]
    return said + ([("Note", note)] if note else [])


def _results(ids: list[UUID], values: dict[str, Any], note: str | None) -> Any:
    with db.read(g.identity) as session:
        today = here(session).today
        addresses = {one.turn["id"]: one.address for one in queries.picked(session, ids[:MOST])}
    results = [_one(id, addresses.get(id, "A turn that you may not see"), values, note, today) for id in ids[:MOST]]
    return respond(
        "turns/bulk.html",
        "turns/_bulk_results.html",
        step="results",
        results=results,
        done=sum(result.is_done for result in results),
        left=[result for result in results if not result.is_done],
        too_many=len(ids) > MOST,
        most=MOST,
    )


def _one(id: UUID, address: str, values: dict[str, Any], note: str | None, today: Any) -> Result:
    """One of them, in a transaction and with a receipt of its own: what is refused takes nothing else with it."""
    write_id = request.form.get("write_id")
    try:
        version = version_of(request.form, f"version-{id}")
        with db.write(g.identity) as session:
            answer = idempotency.once(
                session,
                g.identity,
                f"{write_id[:60]}:{id}" if write_id else None,
                {"id": id, "version": version, "note": note, **values},
                lambda: actions.change_turn(session, id, version, values, note, today),
            )
    except Refusal as refused:
        return Result(id, address, False, actions.words_of(refused))
    return Result(id, address, True, [answer["note"]])
