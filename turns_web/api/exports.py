"""/api/reports/export and /api/reports/exports: files for programs, made as the pages have them made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, g

from turns_web.api.answers import answer
from turns_web.api.blueprint import bp
from turns_web.api.body import json_object, refuse_unknown
from turns_web.api.errors import refuse
from turns_web.api.exporting import pairs_of
from turns_web.core import db
from turns_web.core.errors import Invalid
from turns_web.exports import actions, queries, sources
from turns_web.exports.asked import query_of
from turns_web.exports.files import path_of
from turns_web.exports.formats import FORMATS
from turns_web.exports.queries import Export
from turns_web.web import files
from turns_web.web.auth import allow
from turns_web.web.limits import limited, stands

BODY = ("type", "format", "filters")
_NOT_READY = {
    "queued": "The file is not made yet: ask for the export until its status is done.",
    "running": "The file is not made yet: ask for the export until its status is done.",
    "failed": "There is no file, because making it failed. Ask for it again.",
    "cancelled": "There is no file, because making it was cancelled. Ask for it again.",
    "expired": "The file is not kept any more. Ask for it again.",
}


@bp.post("/reports/export")
@allow("exports.make")
def make_export() -> Response:
    """Only a new one counts against the limit: the same one asked for twice is found."""
    type, format, query = _asked_for(json_object())
    stands(current_app, g.identity, "exports")
    with db.write(g.identity) as session:
        asked = actions.ask(session, g.identity, type, format, query)
        if asked.is_new:
            limited(current_app, g.identity, rule="exports")
    return answer({"export": _told(asked.export)}, 202)


def _asked_for(sent: Mapping[str, Any]) -> tuple[str, str, str]:
    """(type, format, query). Raises Invalid with every fault at once."""
    refuse_unknown(dict(sent), BODY)
    faults: dict[str, Any] = {
        name: f"Choose one of: {', '.join(known)}."
        for name, known in (("type", sources.TYPES), ("format", FORMATS))
        if not isinstance(sent.get(name), str) or sent[name] not in known
    }
    filters = sent.get("filters", {})
    if not isinstance(filters, dict):
        faults["filters"] = "Send an object: the filters by name."
    if faults:
        raise Invalid(faults)
    pairs, columns = pairs_of(sent["type"], filters)
    return sent["type"], sent["format"], query_of(sent["type"], pairs, columns)


@bp.get("/reports/export")
@allow("exports.make")
def list_exports() -> Response:
    """One's own lately, of administrators everybody's."""
    with db.read(g.identity) as session:
        return answer({"exports": [_told(one) for one in queries.recent(session)]})


@bp.get("/reports/exports/<uuid:export_id>")
@allow("exports.make")
def read_export(export_id: UUID) -> Response:
    with db.read(g.identity) as session:
        return answer({"export": _told(queries.load(session, export_id))})


@bp.get("/reports/exports/<uuid:export_id>/file")
@allow("exports.make")
def read_export_file(export_id: UUID) -> Response:
    with db.read(g.identity) as session:
        export = queries.load(session, export_id)
    if export.status != "done":
        return refuse(409, _NOT_READY[export.status], "NOT_READY")
    return files.sent(path_of(export), export.file_name or "", FORMATS[export.format].mimetype)


def _told(export: Export) -> dict[str, Any]:
    return {
        "id": str(export.id),
        "user_id": str(export.user_id),
        "type": export.type,
        "format": export.format,
        "status": export.status,
        "progress": {"done": export.done, "total": export.total},
        "url": f"/api/reports/exports/{export.id}/file",
        "as_of": _moment(export.as_of),
        "source": export.source,
        "file_name": export.file_name,
        "size_bytes": export.size_bytes,
        "created_at": _moment(export.created_at),
        "finished_at": _moment(export.finished_at),
        "expires_at": _moment(export.expires_at),
        "error": export.error,
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
