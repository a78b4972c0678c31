"""/properties/<id>: the page of one home, and putting it away."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, g, request

from turns_web.audit.history import history
from turns_web.core import db
from turns_web.properties import actions, rules
from turns_web.properties.fields import ALL_FIELDS, KINDS, PARTS, STATUSES, UTILITY
from turns_web.properties.queries import page as queries
from turns_web.properties.views.blueprint import bp
from turns_web.settings.queries import today
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to, version_of
from turns_web.web.paging import pack, unpack
from turns_web.web.render import done, respond
from turns_web.web.shell import dom_id


@bp.get("/properties/<uuid:property_id>")
@allow("properties.see")
def show(property_id: UUID, form: Form | None = None) -> Response:
    return respond("properties/show.html", "properties/_show.html", **context(property_id, form))


def fresh(property_id: UUID, notice: str) -> Response:
    """After a piece was saved in place: the whole page's part anew, so that every form in it has the new version."""
    answer = respond("properties/_show.html", **context(property_id, notice=notice))
    answer.headers["HX-Retarget"] = f"#{dom_id('property', property_id)}"
    answer.headers["HX-Reswap"] = "outerHTML"
    return answer


def context(property_id: UUID, form: Form | None = None, notice: str = "") -> dict[str, Any]:
    """All that the page shows. form: a refused form of the page. notice: what was just done."""
    with db.read(g.identity) as session:
        row = queries.property_with_people(session, property_id, today(session, time.monotonic()))
        found = queries.turns_of(session, property_id)
        may_edit = rules.may_edit(g.identity, row)
        return {
            "row": row,
            "turns": found[: queries.TURNS],
            "more_turns": more_turns(property_id, found),
            "utilities": queries.utilities_of(session, property_id),
            "history": history(session, "properties", "property", ALL_FIELDS, property_id),
            "may_edit": may_edit,
            "may_assign": rules.may_give_away(g.identity, row),
            "notice": notice,
            "form": form or Form(version=row["version"]),
            "fields": {**ALL_FIELDS, **UTILITY},
            "parts": PARTS,
            "statuses": STATUSES,
            "kinds": KINDS,
        }


def more_turns(property_id: UUID, found: list[queries.Turn]) -> str | None:
    """The address of the turns that follow, where there are more."""
    if len(found) <= queries.TURNS:
        return None
    last = found[queries.TURNS - 1]
    return f"/properties/{property_id}/turns?cursor={pack([last.created_at.isoformat(), last.id])}"


@bp.get("/properties/<uuid:property_id>/turns")
@allow("properties.see")
def turns(property_id: UUID) -> Response:
    """The property's turns, a window at a time."""
    try:
        cursor = unpack(request.args.get("cursor"), 2)
        before = (datetime.fromisoformat(cursor[0]), UUID(cursor[1])) if cursor else None
    except (ValueError, TypeError, AttributeError):
        abort(400)
    with db.read(g.identity) as session:
        row = actions.visible(session, property_id)
        found = queries.turns_of(session, property_id, before)
    return respond(
        "properties/turns.html",
        "properties/_turns.html",
        row=row,
        turns=found[: queries.TURNS],
        more_turns=more_turns(property_id, found),
    )


@bp.get("/properties/<uuid:property_id>/history")
@allow("properties.see")
def earlier(property_id: UUID) -> Response:
    """The history before `before`, a window at a time."""
    try:
        before = datetime.fromisoformat(request.args["before"]) if request.args.get("before") else None
    except ValueError:
        abort(400)
    with db.read(g.identity) as session:
        row = actions.visible(session, property_id)
        found = history(session, "properties", "property", ALL_FIELDS, property_id, before)
    return respond("properties/history.html", "properties/_history.html", row=row, history=found)


@bp.post("/properties/<uuid:property_id>/archive")
@allow("properties.archive")
@refused_to(show, ALL_FIELDS)
def archive(property_id: UUID) -> Response:
    with db.write(g.identity) as session:
        version = version_of(request.form)
        once(session, lambda: actions.archive_property(session, property_id, version).answer(ALL_FIELDS))
    flash("The property is archived: it is out of the lists until somebody restores it.")
    return done(f"/properties/{property_id}")


@bp.post("/properties/<uuid:property_id>/restore")
@allow("properties.archive")
@refused_to(show, ALL_FIELDS)
def restore(property_id: UUID) -> Response:
    with db.write(g.identity) as session:
        version = version_of(request.form)
        once(session, lambda: actions.restore_property(session, property_id, version).answer(ALL_FIELDS))
    flash("The property is back in the lists.")
    return done(f"/properties/{property_id}")
