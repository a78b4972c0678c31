"""Into the database, set by set: a hundred thousand rows are three statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.imports import existing
from turns_web.imports.targets import Target
from turns_web.imports.weighing import Writes

# Codes that we give: P-000001. The lock keeps two imports from giving the same.
_LAST_CODE = text(
    r"SELECT coalesce(max(substring(property_id FROM '^P-(\d{1,12})$')::bigint), 0)"
    " FROM properties, pg_advisory_xact_lock(hashtext('turns: property codes'))"
)
_CALL_STAGES = text("SELECT set_config('app.stage_kind', :kind, true), set_config('app.stage_note', :note, true)")


def write_rows(session: Session, target: Target, writes: Writes, note: str) -> None:
    """note: what the stage log says of turns."""
    _complete(session, target, writes.new)
    rows = [*_staged(writes.new, "new"), *_staged(writes.changed, "changed"), *_staged(writes.restored, "restored")]
    if not rows:
        return
    columns = [name for name in target.fields if any(name in values for _, _, values in rows)]
    _stage(session, target, columns, rows)
    call_stages(session, target, "import", note)
    _insert(session, target, columns)
    _update(session, target, columns)
    call_stages(session, target, "", "")
    session.execute(text("DROP TABLE incoming"))


def call_stages(session: Session, target: Target, kind: str, note: str) -> None:
    """What the stage log calls the stages that are set from here on; empty: nothing special any more."""
    if target.table.name == "turns":
        session.execute(_CALL_STAGES, {"kind": kind, "note": note})


def _staged(rows: Mapping[UUID, Mapping[str, Any]], verdict: str) -> list[tuple[UUID, str, Mapping[str, Any]]]:
    return [(id, verdict, values) for id, values in rows.items()]


def _complete(session: Session, target: Target, new: Mapping[UUID, dict[str, Any]]) -> None:
    """What a row cannot be without and its file does not say."""
    for values in new.values():
        for name, default in target.defaults.items():
            values.setdefault(name, default)
        if target.table.name == "properties":
            values.setdefault("name", values["street_address"])
    if target.table.name == "properties":
        unnumbered = [values for values in new.values() if "property_id" not in values]
        last = session.execute(_LAST_CODE).scalar_one() if unnumbered else 0
        for number, values in enumerate(unnumbered, start=last + 1):
            values["property_id"] = f"P-{number:06d}"


def _stage(session: Session, target: Target, columns: list[str], rows: list[tuple[UUID, str, Mapping]]) -> None:
    """Nothing may be copied into a table under row security, but into a temporary one."""
    typed = [f"NULL::varchar AS {name}" if target.table.c[name].info.get("secret") else name for name in columns]
    selected = ", ".join(["0 AS place", "''::text AS verdict", "id", *typed])
    session.execute(
        text(
            "CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS"  # noqa: S608 # names of our own tables
            f" SELECT {selected} FROM {target.table.name} WITH NO DATA"
        )
    )
    driver: Any = session.connection().connection.driver_connection
    named = ", ".join(["place", "verdict", "id", *columns])
    with driver.cursor().copy(f"COPY incoming ({named}) FROM STDIN") as out:
        for place, (id, verdict, values) in enumerate(rows):
            out.write_row([place, verdict, id, *(values.get(name) for name in columns)])


def _insert(session: Session, target: Target, columns: list[str]) -> None:
    names = ", ".join(["id", *columns])
    session.execute(
        text(
            f"INSERT INTO {target.table.name} ({names})"  # noqa: S608
            f" SELECT {names} FROM incoming WHERE verdict = 'new' ORDER BY place"
        )
    )


def _update(session: Session, target: Target, columns: list[str]) -> None:
    """What a row of the file does not say stays as it is."""
    fixed = existing.FIXED.get(target.table.name, frozenset()) | target.once
    sets = [f"{name} = coalesce(i.{name}, t.{name})" for name in columns if name not in fixed]
    sets.append("is_archived = t.is_archived AND i.verdict <> 'restored'")
    session.execute(
        text(
            f"UPDATE {target.table.name} t SET {', '.join(sets)} FROM incoming i"  # noqa: S608
            " WHERE t.id = i.id AND i.verdict <> 'new'"
        )
    )
