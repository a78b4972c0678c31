"""Rows for tests, written as the tables' owner: what the database keeps by itself, it keeps here too.

Each takes the connection of `database.admin()` and returns the row as written, as a named tuple. Any column can be
given by name.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import date, timedelta
from functools import cache
from itertools import count
from secrets import token_bytes
from typing import Any
from uuid import UUID, uuid4

import psycopg
from argon2 import PasswordHasher
from psycopg import sql
from psycopg.rows import namedtuple_row

from turns_web.core.clock import today
from turns_web.core.identity import SYSTEM_USER_ID
from turns_web.settings.fields import SETTINGS

_numbers = count(1)

STAGES = {
    name: UUID(f"6f0e1c52-0b1a-4c53-9a3e-00000000000{number}")
    for number, name in enumerate(("Draft", "Scope Approval", "In Progress", "Final Walk", "Complete"), 1)
}
# The day where the homes are: in the evening there it is tomorrow already where the tests may run.
TODAY = today(SETTINGS["timezone"].default)
FAR = date(2099, 12, 31)


def make_user(connection: psycopg.Connection, role: str = "USER", **columns: Any) -> Any:
    """Somebody who can sign in with tests.conftest.PASSWORD."""
    number = next(_numbers)
    return _insert(
        connection,
        "users",
        {
            "email": f"{role.lower().replace('_', '.')}.{number}@example.test",
            "role": role,
            "first_name": f"First{number}",
            "last_name": f"Last{number}",
            "password_hash": _password_hash(),
            **columns,
        },
    )


def make_vendor(connection: psycopg.Connection, **columns: Any) -> Any:
    """A company that may be given work: approved and insured."""
    return _insert(
        connection,
        "vendors",
        {
            "company_name": f"Company {next(_numbers)}",
            "is_approved": True,
            "insurance_expiry": FAR,
            **columns,
        },
    )


def make_token(connection: psycopg.Connection, user: Any, **columns: Any) -> Any:
    """An API token of this person's; nobody knows what it is the hash of."""
    token = {"token": uuid4().hex, "scope": "write", "name": "Weekly report"}
    return _insert(connection, "api_tokens", {"user_id": user.id, **token, **columns})


def make_webhook(connection: psycopg.Connection, url: str = "https://hooks.example.com/turns", **columns: Any) -> Any:
    secret = f"whsec_{b64encode(token_bytes(32)).decode()}"
    return _insert(connection, "webhooks", {"url": url, "secret": secret, "events": ["turn.approved"], **columns})


def make_notice(connection: psycopg.Connection, user: Any, key: str, **columns: Any) -> Any:
    """Something that this person was told, and has not read."""
    told = {"kind": "approved", "title": f"9507 Sea Cliff Way: {key}", "link": "/board"}
    return _insert(connection, "notifications", {"user_id": user.id, "key": key, **told, **columns})


def make_property(connection: psycopg.Connection, manager: Any = None, sr_manager: Any = None, **columns: Any) -> Any:
    """manager, sr_manager: rows of make_user."""
    number = next(_numbers)
    return _insert(
        connection,
        "properties",
        {
            "property_id": f"P-{number:05}",
            "name": f"Home {number}",
            "street_address": f"{number} Elm Street",
            "city": "Sacramento",
            "state": "CA",
            "zip_code": "95838",
            "property_manager_id": manager and manager.id,
            "sr_property_manager_id": sr_manager and sr_manager.id,
            **columns,
        },
    )


def make_turn(connection: psycopg.Connection, property: Any = None, stage: str = "Draft", **columns: Any) -> Any:
    """A turn that stands in `stage` (by name) without having been asked for that stage's demands, as an import does."""
    home = property or make_property(connection)
    if stage != "Draft" or "scope_approval_status" in columns:
        connection.execute("SELECT set_config('app.stage_kind', 'import', false)")
    try:
        return _insert(
            connection,
            "turns",
            {
                "property_id": home.id,
                "stage_id": STAGES[stage],
                "move_out_date": TODAY - timedelta(days=3),
                **columns,
            },
        )
    finally:
        connection.execute("SELECT set_config('app.stage_kind', '', false)")


def approved(amount: str | int, by: UUID | None = None, **columns: Any) -> dict[str, Any]:
    """Columns of a turn whose amount the DFO approved, for make_turn."""
    return {
        "turn_amount": amount,
        "approved_turn_amount": amount,
        "scope_approval_status": "DFO_APPROVED",
        "dfo_approval_user_id": by or SYSTEM_USER_ID,
        "dfo_approval_datetime": "now",
        "scope_approved_date": "today",
        "submitted_by": SYSTEM_USER_ID,
        "submitted_at": "now",
        **columns,
    }


def waiting(amount: str | int, level: str = "DFO", **columns: Any) -> dict[str, Any]:
    """Columns of a turn that waits for the approval of `level` (DFO or HO), for make_turn."""
    return {
        "turn_amount": amount,
        "scope_approval_status": f"{level}_APPROVAL_NEEDED",
        "submitted_by": SYSTEM_USER_ID,
        "submitted_at": "now",
        **columns,
    }


def _insert(connection: psycopg.Connection, table: str, columns: dict[str, Any]) -> Any:
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING *").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
    )
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(statement, list(columns.values())).fetchone()


@cache
def _password_hash() -> str:
    """Cheap to check: the tests sign in often."""
    from tests.conftest import PASSWORD

    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
