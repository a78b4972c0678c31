"""What chance sends would meet no row: here it is pointed at rows that there are, in the version that they have."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.conftest import Database
from tests.factories import STAGES, make_property, make_turn
from turns_web.api.writes.registry import RESOURCES
from turns_web.core.fields import Ref

# Ids by table, `people` among them; the first of each is the row that is written.
Rows = dict[str, list[UUID]]


def rows_of(connection: Any, manager: Any, vendor: Any) -> Rows:
    """A manager's homes, one without a turn, and what a turn refers to."""
    homes = [make_property(connection, manager) for _ in range(2)]
    turn = make_turn(connection, homes[0], vendor_id=vendor.id)
    provider = connection.execute(
        "INSERT INTO utility_providers (name, kind) VALUES ('SMUD', 'POWER') RETURNING id"
    ).fetchone()
    return {
        "properties": [home.id for home in homes],
        "turns": [turn.id],
        "vendors": [vendor.id],
        "utility_providers": [provider[0]],
        "people": [manager.id],
        "turn_stages": list(STAGES.values()),
        "property_types": [],
    }


def aim(case: Any, rows: Rows, database: Database) -> None:
    """Give a well-formed request ids that there are, and the versions of those rows."""
    for name, table in (("property_id", "properties"), ("turn_id", "turns"), ("vendor_id", "vendors")):
        if name in case.path_parameters:
            case.path_parameters[name] = str(rows[table][0])
    table = case.path.removeprefix("/api/write/").split("/")[0]
    if table == "batch" and isinstance(case.body, dict):
        for operation in case.body["operations"]:
            _aim_at(operation, operation["table"], operation["operation"], rows, database)
    elif table in RESOURCES and isinstance(case.body, dict):
        if "id" in case.path_parameters:
            case.path_parameters["id"] = str(rows[table][0])
        _aim_at(case.body, table, case.body.get("operation", "update"), rows, database)


def _aim_at(body: dict[str, Any], table: str, name: str, rows: Rows, database: Database) -> None:
    operation = RESOURCES[table].operations[name]
    if not operation.makes:
        body["version"] = _version(database, table, rows[table][0])
        if "id" in body:
            body["id"] = str(rows[table][0])
    for key, kind in operation.fields.items():
        if isinstance(kind, Ref) and body.get("data", {}).get(key) and rows[kind.to]:
            body["data"][key] = str(rows[kind.to][-1])


def _version(database: Database, table: str, id: UUID) -> int:
    with database.admin() as connection:
        return connection.execute(f"SELECT version FROM {table} WHERE id = %s", [id]).fetchone()[0]
