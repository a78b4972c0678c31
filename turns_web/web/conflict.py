"""The page of two versions: field by field what was there, what somebody else saved, what this person typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, g, request

from turns_web.core import db
from turns_web.core.errors import Stale
from turns_web.core.fields import Choice, Day, Field, Fields, Flag, Ref, Text, say
from turns_web.core.names import names_of
from turns_web.web.render import respond

# Bookkeeping that a person did not set and need not weigh.
_SILENT = {"version", "updated_at", "updated_by", "created_at", "created_by", "id"}
_KEYS = {"csrf_token", "version", "write_id"}


@dataclass(frozen=True, slots=True)
class Row:
    """One field in conflict, as text. `typed` is what an `input` of that type would hold; options: [(value, words)]."""

    field: str
    label: str
    base: str
    server: str
    local: str
    typed: str
    input: str
    multiline: bool
    options: list[tuple[str, str]]


def page(stale: Stale, fields: Fields) -> Response:
    """The answer 409 to a form whose version is older than the row's."""
    with db.read(g.identity) as session:
        names = names_of(session, _wanted(stale, fields))
    rows = [_row(conflict, fields[conflict.field], names) for conflict in stale.conflicts if conflict.field in fields]
    return respond(
        "errors/conflict.html",
        "errors/_conflict.html",
        409,
        rows=rows,
        kept=[_kept(name, stale, fields[name], names) for name in stale.kept if name in fields],
        changes=[] if rows else _changes(stale, fields, names),
        message=stale.message,
        changed_by=names.get(stale.server.get("updated_by")) or "Somebody",
        changed_at=stale.changed_at,
        version=stale.server_version,
        write_id=request.form.get("write_id"),
        hidden=_hidden(stale, fields, {row.field for row in rows}),
        action=request.path,
        back=request.path.rsplit("/", 1)[0],
    )


def _wanted(stale: Stale, fields: Fields) -> dict[str, list[UUID | None]]:
    wanted: dict[str, list[UUID | None]] = {"people": [stale.server.get("updated_by")]}
    sides = [stale.server, stale.base or {}, stale.merged, {one.field: one.local for one in stale.conflicts}]
    for name, kind in fields.items():
        if isinstance(kind, Ref):
            wanted.setdefault(kind.to, []).extend(side.get(name) for side in sides)
    return wanted


def _row(conflict: Any, kind: Field, names: Mapping[UUID, str]) -> Row:
    options: list[tuple[str, str]] = []
    if isinstance(kind, Choice):
        options = list(kind.options.items())
    elif isinstance(kind, Flag):
        options = [("1", "yes"), ("0", "no")]
    elif isinstance(kind, Ref):
        options = [
            (str(id), say(kind, id, names)) for id in _distinct((conflict.base, conflict.server, conflict.local))
        ]
    typed = ("1" if conflict.local else "0") if isinstance(kind, Flag) else kind.text(conflict.local)
    return Row(
        field=conflict.field,
        label=kind.label,
        base=say(kind, conflict.base, names),
        server=say(kind, conflict.server, names),
        local=say(kind, conflict.local, names),
        typed=typed,
        input="date" if isinstance(kind, Day) else "text",
        multiline=isinstance(kind, Text) and kind.multiline,
        options=options,
    )


def _distinct(ids: Iterable[UUID | None]) -> list[UUID]:
    return list(dict.fromkeys(id for id in ids if id is not None))


def _kept(name: str, stale: Stale, kind: Field, names: Mapping[UUID, str]) -> str:
    return f"{kind.label} is now {say(kind, stale.server[name], names)}. You had not changed it."


def _changes(stale: Stale, fields: Fields, names: Mapping[UUID, str]) -> list[tuple[str, str, str]]:
    """(label, was, now) of what changed since, where nothing can be merged."""
    base = stale.base or {}
    return [
        (kind.label, say(kind, base[name], names), say(kind, stale.server[name], names))
        for name, kind in fields.items()
        if name in base and name in stale.server and name not in _SILENT and base[name] != stale.server[name]
    ]


def _hidden(stale: Stale, fields: Fields, in_conflict: set[str]) -> list[tuple[str, str]]:
    """Everything else that was sent, so that the page's own form says all of it again: merged where it was merged."""
    sent = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in _KEYS | in_conflict and name not in stale.merged and not name.startswith(("resolve.", "local."))
    ]
    merged = [(name, fields[name].text(value)) for name, value in stale.merged.items() if name not in in_conflict]
    return sent + merged
