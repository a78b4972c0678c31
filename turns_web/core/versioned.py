"""Writing a row that somebody else may have written meanwhile.

Every write is one `UPDATE … WHERE id AND version`. Where an older version comes in, three versions of each field are
held against each other: what the person saw (`base`, from the audit), what is there now (`server`), what was typed
(`local`). Fields that one side changed keep that side's value; fields that both set to different values are conflicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, Update, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.core.errors import Conflict, Forbidden, NotFound, Stale
from turns_web.core.fields import Fields

# A row that is written as often as people can press keys still settles in a few tries.
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Saved:
    """row: as it is now. kept: names of columns that only somebody else changed since the person's version."""

    row: Mapping[str, Any]
    kept: list[str] = field(default_factory=list)

    def answer(self, fields: Fields) -> dict[str, Any]:
        """What a form's receipt keeps of it."""
        return {"id": str(self.row["id"]), "version": self.row["version"], "note": kept_words(fields, self.kept)}


def kept_words(fields: Fields, kept: Iterable[str]) -> str:
    """The line that says what somebody else changed meanwhile, and that it was kept; empty where it was nothing that
    `fields` describes."""
    labels = [fields[name].label for name in kept if name in fields]
    if not labels:
        return ""
    return f"Somebody else changed {' and '.join(labels)} meanwhile; that was kept."


def put(session: Session, table: Table, id: UUID, version: int, **flag: bool) -> tuple[Saved, Mapping[str, Any]]:
    """Set one flag of a row (archived or not, active or not), whatever else changed since `version`.

    Returns the row, and as it was before. Raises NotFound, Forbidden, and Stale where the flag is not so afterwards:
    then somebody else set it since.
    """
    before: dict[str, Any] = {}

    def check(server: Mapping[str, Any], changes: dict[str, Any]) -> None:
        before.update(server)

    saved = merge_update(session, table, id, version, flag, check)
    if any(saved.row[name] != value for name, value in flag.items()):
        raise Stale(server=saved.row, local_version=version)
    return saved, before


def readable(table: Table) -> list:
    """The columns that the application may read; secrets are marked in the table and go through definer functions."""
    return [column for column in table.columns if not column.info.get("secret")]


# Making a statement of seventy columns takes as long as asking it: each is made once.
@cache
def _selecting(table: Table) -> Select[Any]:
    return select(*readable(table)).where(table.c.id == bindparam("of_id"))


@lru_cache(maxsize=1000)
def _updating(table: Table, names: frozenset[str]) -> Update:
    return (
        update(table)
        .where(table.c.id == bindparam("of_id"), table.c.version == bindparam("of_version"))
        .values({name: bindparam(name) for name in sorted(names)})
        .returning(*readable(table))
    )


@cache
def _locking(table: Table) -> Select[Any]:
    wanted = select(*readable(table)).where(table.c.id.in_(bindparam("ids", expanding=True))).order_by(table.c.id)
    return wanted.with_for_update(key_share=True)


def lock(session: Session, table: Table, ids: Iterable[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """Those of the rows that this person may write, kept from other writers until the transaction ends.

    Taken in the order of their ids: who wants the same rows waits, and never in a circle.
    """
    rows = session.execute(_locking(table), {"ids": list(ids)}).mappings()
    return {row["id"]: row for row in rows}


def seen(session: Session, table: Table, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the rows that this person may see."""
    return set(session.execute(select(table.c.id).where(table.c.id.in_(ids))).scalars())


def hold(session: Session, table: Table, row: Mapping[str, Any]) -> None:
    """Have the next `load` of this locked row answer `row`, and not ask again."""
    session.info.setdefault("held", {})[table.name, row["id"]] = row


def load(session: Session, table: Table, id: UUID) -> Mapping[str, Any]:
    """The row as this person may see it. Raises NotFound."""
    held = session.info.get("held")
    if held and (row := held.pop((table.name, id), None)):
        return row
    row = session.execute(_selecting(table), {"of_id": id}).mappings().first()
    if row is None:
        raise NotFound()
    return row


def insert_row(session: Session, table: Table, values: Mapping[str, Any], id: UUID | None) -> Mapping[str, Any]:
    """A new row as written. id: the one that its client made, None for the database's own."""
    chosen = {"id": id} if id else {}
    statement = insert(table).values(**values, **chosen).returning(*readable(table))
    return session.execute(statement).mappings().one()


def update_row(session: Session, table: Table, id: UUID, version: int, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Set `values` where the row still has `version`; returns the row as written.

    An update that changes nothing raises no version. Raises NotFound, Stale (without conflicts), Forbidden.
    """
    row = _try_update(session, table, id, version, values)
    if row is not None:
        return row
    raise _why_not(session, table, id, version)


def delete_row(session: Session, table: Table, id: UUID, version: int) -> None:
    """Remove the row where it still has `version`. Raises NotFound, Stale (without conflicts), Forbidden."""
    is_it = (table.c.id == id) & (table.c.version == version)
    if session.execute(delete(table).where(is_it).returning(table.c.id)).first() is None:
        raise _why_not(session, table, id, version)


def _why_not(session: Session, table: Table, id: UUID, version: int) -> Stale | Forbidden:
    """Why no row of this version was written. Raises NotFound where none is seen."""
    server = load(session, table, id)
    return Stale(server=server, local_version=version) if server["version"] != version else Forbidden()


def merge_update(
    session: Session,
    table: Table,
    id: UUID,
    version: int,
    typed: Mapping[str, Any],
    check: Callable[[Mapping[str, Any], dict[str, Any]], Mapping[str, Any] | None] | None = None,
) -> Saved:
    """Set the fields that the person changed since `version`, beside what others changed meanwhile.

    check: asked with the row in force and the changes about to be made, in every try; may raise Invalid, and may
    return further values to write with them.
    Raises NotFound, Forbidden, Stale (with `conflicts`).
    """
    for _ in range(_TRIES):
        server = load(session, table, id)
        base = server if server["version"] == version else as_of(session, table, server, version)
        changes, conflicts, kept, merged = _three_way(base, server, typed)
        if conflicts:
            raise Stale(server=server, local_version=version, conflicts=conflicts, merged=merged, kept=kept, base=base)
        further = check(server, changes) if check else None
        if not changes and not further:
            return Saved(server, kept)
        row = _try_update(session, table, id, server["version"], {**changes, **(further or {})})
        if row is not None:
            return Saved(row, kept)
        if load(session, table, id)["version"] == server["version"]:
            raise Forbidden()
    raise Stale(server=load(session, table, id), local_version=version)


def stale(session: Session, table: Table, server: Mapping[str, Any], version: int, typed: Mapping[str, Any]) -> Stale:
    """The refusal of a write to an older version that is not to be merged: with every field that both sides changed to
    different values."""
    base = as_of(session, table, server, version)
    known = {name: value for name, value in typed.items() if name in server}
    _, conflicts, kept, merged = _three_way(base, server, known)
    return Stale(server=server, local_version=version, conflicts=conflicts, merged=merged, kept=kept, base=base)


def as_of(session: Session, table: Table, server: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    """The row as it was at `version`, rebuilt from the audit. Raises Stale where no such version ever was."""
    found = session.execute(
        text("SELECT record_at_version(:table_name, :id, :version)"),
        {"table_name": table.name, "id": server["id"], "version": version},
    ).scalar_one()
    if found is None:
        raise Stale(server=server, local_version=version)
    return {**server, **_typed_as(session, table, found)}


def _typed_as(session: Session, table: Table, found: Mapping[str, Any]) -> dict[str, Any]:
    """JSON's texts as the column's own types, by Postgres's own casts."""
    kinds = {column.name: column.type for column in readable(table) if column.name in found}
    rebuilt = text(
        f"SELECT {', '.join(kinds)} FROM jsonb_populate_record(NULL::{table.name}, :found)"  # noqa: S608
    ).bindparams(bindparam("found", type_=JSONB))
    return dict(session.execute(rebuilt.columns(**kinds), {"found": found}).mappings().one())


def _three_way(
    base: Mapping[str, Any], server: Mapping[str, Any], typed: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Conflict], list[str], dict[str, Any]]:
    changes: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    merged: dict[str, Any] = {}
    for name, local in typed.items():
        was, now = base[name], server[name]
        merged[name] = now if local == was else local
        if local == was:
            continue
        if now == was:
            changes[name] = local
        elif now != local:
            conflicts.append(Conflict(name, was, now, local))
    # Also of what the form did not speak of: the person is told all that they have not seen.
    kept = [name for name in server if server[name] != base[name] and typed.get(name, base[name]) == base[name]]
    return changes, conflicts, kept, merged


def _try_update(
    session: Session, table: Table, id: UUID, version: int, values: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    session.info.get("held", {}).pop((table.name, id), None)  # what is about to be written is asked for anew
    statement = _updating(table, frozenset(values))
    return session.execute(statement, {**values, "of_id": id, "of_version": version}).mappings().first()
