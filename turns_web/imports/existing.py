"""What the database has already: the rows that a file may speak of, and the names it may use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, bindparam, func, select, text
from sqlalchemy.orm import Session

from turns_web.core.fields import Ref
from turns_web.core.identity import Role
from turns_web.imports.matching import Plan
from turns_web.imports.parsing import SEVERAL, Away, Known, folded
from turns_web.imports.targets import Target

# Each row's name, and whether new rows may point to it.
_NAMES = {
    "property_types": "SELECT id, name, is_active AS is_there FROM property_types",
    "turn_stages": "SELECT id, name, is_active AS is_there FROM turn_stages",
    "vendors": "SELECT id, company_name AS name, NOT is_archived AS is_there FROM vendors",
    "properties": "SELECT id, property_id AS name, NOT is_archived AS is_there FROM properties",
}
_PEOPLE = (
    "SELECT id, email, concat_ws(' ', first_name, last_name) AS name,"
    " is_active AND role <> 'VENDOR' AND (CAST(:role AS text) IS NULL OR role::text = :role) AS is_there FROM users"
)
# A turn stays in its home for ever.
FIXED = {"turns": frozenset({"property_id"})}
_ROLES = {"property_manager_id": Role.PROPERTY_MANAGER, "sr_property_manager_id": Role.SR_PROPERTY_MANAGER}


def names(session: Session, target: Target, plan: Plan) -> tuple[Known, Away]:
    """The names of the rows that each mapped column may point to, and of those, the ones that only rows which point to
    them already may keep: a file of all years names people and companies that are gone."""
    known: dict[str, dict[str, UUID]] = {}
    away: dict[str, set[UUID]] = {}
    for column in plan.columns:
        kind = target.fields[column]
        if isinstance(kind, Ref):
            found = _people(session, column) if kind.to == "people" else _rows(session, kind.to)
            known[column] = _by_name(found)
            away[column] = {row.id for row in found if not row.is_there}
    return known, away


def _rows(session: Session, table: str) -> list[Any]:
    return list(session.execute(text(_NAMES[table])))


def _people(session: Session, column: str) -> list[Any]:
    return list(session.execute(text(_PEOPLE), {"role": _ROLES.get(column)}))


def _by_name(found: list[Any]) -> dict[str, UUID]:
    """By name where only one has it, by e-mail address, and by id; what is gone leaves its name to what is there."""
    known = _one_each(_named(row for row in found if not row.is_there))
    return known | _one_each(_named(row for row in found if row.is_there)) | {str(row.id): row.id for row in found}


def _named(found: Iterable[Any]) -> list[tuple[str, UUID]]:
    rows = list(found)
    return [(row.name, row.id) for row in rows] + [(row.email, row.id) for row in rows if hasattr(row, "email")]


def _one_each(pairs: Iterable[tuple[str, UUID]]) -> dict[str, UUID]:
    known: dict[str, UUID] = {}
    for name, id in pairs:
        known[folded(name)] = SEVERAL if known.get(folded(name), id) != id else id
    return known


def keys(session: Session, target: Target, columns: tuple[str, ...]) -> dict[tuple, UUID]:
    """{key: id} of every row; of rows with one key the first made stays, those that are put away come last."""
    table = target.table
    rows = session.execute(
        select(table.c.id, *(table.c[name] for name in columns)).order_by(
            table.c.is_archived, table.c.created_at, table.c.id
        )
    )
    found: dict[tuple, UUID] = {}
    for id, *values in rows:
        found.setdefault(key_of(values), id)
    return found


def key_of(values: Iterable[Any]) -> tuple:
    return tuple(folded(value) if isinstance(value, str) else value for value in values)


def rows(
    session: Session, target: Target, ids: Iterable[UUID], columns: Iterable[str], *, hold: bool
) -> dict[UUID, Row]:
    """The rows as they are. hold: nobody else writes them until this transaction ends."""
    table = target.table
    extra = ("scope_approval_status", "approved_turn_amount", "stage_id", "move_out_date", "turn_completion_date")
    wanted = dict.fromkeys(["id", "is_archived", *columns, *(name for name in extra if name in table.c)])
    statement = select(*(table.c[name] for name in wanted)).where(
        table.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid)))
    )
    found = session.execute(statement.with_for_update() if hold else statement, {"ids": list(ids)})
    return {row.id: row for row in found}


def undone(session: Session, target: Target, ids: Iterable[UUID]) -> set[UUID]:
    """Those of these archived rows that the undo of an import put away, not a person."""
    statement = text(
        "SELECT record_id FROM (SELECT DISTINCT ON (record_id) record_id, context FROM audit_logs"
        " WHERE table_name = :table_name AND record_id = ANY(:ids) AND 'is_archived' = ANY(changed_fields)"
        " ORDER BY record_id, record_version DESC) AS last WHERE context LIKE 'undo:%'"
    )
    wanted = list(ids)
    if not wanted:
        return set()
    return set(session.execute(statement, {"table_name": target.table.name, "ids": wanted}).scalars())


def open_turns(session: Session) -> dict[UUID, UUID]:
    """{property: its open turn}."""
    found = session.execute(text("SELECT property_id, id FROM turns WHERE is_open"))
    return {home: id for home, id in found}


def complete_stages(session: Session) -> set[UUID]:
    return set(session.execute(text("SELECT id FROM turn_stages WHERE is_complete_stage")).scalars())


def first_stage(session: Session) -> UUID:
    statement = "SELECT id FROM turn_stages WHERE is_active ORDER BY display_order LIMIT 1"
    return session.execute(text(statement)).scalar_one()


def taken(session: Session, target: Target) -> dict[str, UUID]:
    """{value of the column that no two rows share: id}."""
    if target.unique is None:
        return {}
    column = target.table.c[target.unique]
    return {value: id for id, value in session.execute(select(target.table.c.id, column))}
