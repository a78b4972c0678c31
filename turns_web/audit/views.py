"""/audit: who did what, in words; and a record as it was at any version."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, current_app, g, request

from turns_web.audit import filters, meant, pages, queries, versions
from turns_web.audit.filters import Filter
from turns_web.audit.queries import Key
from turns_web.audit.subjects import Subjects
from turns_web.core import db
from turns_web.core.fields import say
from turns_web.core.identity import SYSTEM_USER_ID
from turns_web.web.auth import allow
from turns_web.web.paging import address, canonical, pack, unpack
from turns_web.web.render import is_partial, respond

bp = Blueprint("audit", __name__)

_SUBJECTS = "audit_subjects"


def init_app(app: Flask, subjects: Subjects) -> None:
    """subjects: what the audit speaks of; the domains that describe it lie above this one."""
    app.extensions[_SUBJECTS] = subjects


@bp.get("/audit")
@allow("audit.see")
def index() -> Response:
    subjects: Subjects = current_app.extensions[_SUBJECTS]
    tables = {table: subject.noun.capitalize() for table, subject in subjects.items()}
    asked = filters.parse(request.args, tables, g.identity.zone)
    after = _after()
    with db.read_replica(g.identity) as session:
        named = meant.named(session, asked.q) if asked.q else []
        columns = meant.columns(subjects, asked.q) if asked.q else []
        records = [one.id for one in named if one.filter == "record_id"]
        turn_id = meant.turn(named, asked.q)
        looked_for = asked.of_turn(turn_id) if turn_id else asked
        found = queries.acts(session, looked_for, after, g.identity, records, columns)
        shown = _shown(found, pages.told(session, found.rows, subjects, g.identity), asked)
        if is_partial() and after:
            return respond("audit/_rows.html", **shown)
        people = [(SYSTEM_USER_ID, "Turns itself"), *queries.people(session)] if g.identity.is_admin else []
        names = queries.names(session, asked)
    answer = respond(
        "audit/all.html" if g.identity.is_admin else "audit/own.html",
        "audit/_list.html",
        **shown,
        asked=asked,
        named=named,
        chips=_chips(asked, _named(shown["acts"]) | names | {SYSTEM_USER_ID: "Turns itself"}),
        people=people,
        tables=tables,
        actions=filters.ACTIONS,
        address=address,
    )
    if is_partial():
        answer.headers["HX-Replace-Url"] = canonical()
    return answer


def _after() -> Key | None:
    """Where the window begins. A 400 page for a cursor that is none."""
    cursor = unpack(request.args.get("cursor"), 2)
    try:
        return Key(datetime.fromisoformat(cursor[0]), UUID(cursor[1])) if cursor else None
    except (ValueError, TypeError, AttributeError):
        abort(400)


def _shown(found: queries.Acts, acts: list[pages.Act], asked: Filter) -> dict[str, Any]:
    following = address(cursor=pack([found.next.at.isoformat(), found.next.id])) if found.next else None
    return {"acts": acts, "following": following, "looked_back": found.looked_back, "is_search": bool(asked.q)}


def _named(acts: list[pages.Act]) -> dict[UUID, str]:
    """Of a record that only its acts name."""
    return {act.record_id: act.name or act.noun for act in acts}


def _chips(asked: Filter, names: dict[UUID, str]) -> list[tuple[str, str, str]]:
    """(label, value in words, the address without it) of each filter in force."""
    chips = [("Find", asked.q, address(q=None))] if asked.q else []
    for name, values in asked.values.items():
        words = " or ".join(say(asked.kinds[name], value, names) for value in values)
        chips.append((asked.kinds[name].label, words, address(**{name: None})))
    for name, typed in asked.typed.items():
        kind = asked.times[name]
        chips.append((kind.label, kind.spoken(typed), address(**{name: None})))
    return chips


@bp.get("/audit/<table_name>/<uuid:record_id>/<int:version>")
@allow("audit.version")
def at_version(table_name: str, record_id: UUID, version: int) -> Response:
    """A record as it was at a version, to whoever sees the record."""
    with db.read_replica(g.identity) as session:
        subjects: Subjects = current_app.extensions[_SUBJECTS]
        found = versions.at_version(session, subjects, g.identity, table_name, record_id, version)
    return respond("audit/version.html", found=found)
