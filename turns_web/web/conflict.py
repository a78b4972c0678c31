"""The page of two versions: field by field what was there, what somebody else saved, what this person typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask import Response, g, request

from turns_web.core import db
from turns_web.core.errors import Conflict, Stale
from turns_web.core.fields import Choice, Day, Field, Fields, Flag, Ref, Text, say
from turns_web.core.names import names_of
from turns_web.core.together import Piece, differences, put_together
from turns_web.web.render import respond

# Bookkeeping that a person did not set and need not weigh.
_SILENT = {"version", "updated_at", "updated_by", "created_at", "created_by", "id"}
_KEYS = {"csrf_token", "version", "write_id"}


@dataclass(frozen=True, slots=True)
class Row:
    """One field in conflict, as text. `typed` is what an `input` of that type would hold; options: [(value, words)].

    together: of a long text, both changes in one where they do not touch, else None.
    """

    field: str
    label: str
    base: str
    server: str
    local: str
    typed: str
    input: str
    multiline: bool
    options: list[tuple[str, str]]
    together: str | None

    def pieces(self, side: Literal["base", "server", "local"]) -> list[Piece]:
        """A side's text; of long texts in pieces against what was there."""
        text = getattr(self, side)
        return differences(self.base, text) if self.multiline and side != "base" else [Piece("same", text)]


def page(stale: Stale, fields: Fields) -> Response:
    """The answer 409 to a form whose version is older than the row's."""
    with db.read(g.identity) as session:
        names = names_of(session, _wanted(stale, fields))
    rows = [_row(conflict, fields[conflict.field], names) for conflict in stale.conflicts if conflict.field in fields]
    changed_by = _changed_by(stale, names)
    return respond(
        "errors/conflict.html",
        "errors/_conflict.html",
        409,
        rows=rows,
        kept=_kept(stale, fields, names, changed_by),
        changes=[] if rows else _changes(stale, fields, names),
        message=stale.message,
        changed_by=changed_by,
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


def _row(conflict: Conflict, kind: Field, names: Mapping[UUID, str]) -> Row:
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
        options=[("", "none"), *options] if options and typed == "" else options,
        together=_together(conflict) if isinstance(kind, Text) and kind.multiline else None,
    )


def _together(conflict: Conflict) -> str | None:
    if not (conflict.base and conflict.server and conflict.local):
        return None
    return put_together(conflict.base, conflict.server, conflict.local)


def _distinct(ids: Iterable[UUID | None]) -> list[UUID]:
    return list(dict.fromkeys(id for id in ids if id is not None))


def _changed_by(stale: Stale, names: Mapping[UUID, str]) -> str:
    by = stale.server.get("updated_by")
    if by == g.identity.user_id:
        return "You"
    return names.get(by) or "Somebody"


def _kept(stale: Stale, fields: Fields, names: Mapping[UUID, str], changed_by: str) -> list[str]:
    """What was settled without asking: fields that only one of the two changed."""
    base = stale.base or {}
    in_conflict = {one.field for one in stale.conflicts}
    theirs = [
        f"{fields[name].label} is now {say(fields[name], stale.server[name], names)}. Only {changed_by} changed it."
        for name in stale.kept
        if name in fields
    ]
    yours = [
        f"{fields[name].label} will be {say(fields[name], value, names)}. Only you changed it."
        for name, value in stale.merged.items()
        if name in fields and name in base and name not in in_conflict and stale.server[name] == base[name] != value
    ]
    return theirs + yours


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
