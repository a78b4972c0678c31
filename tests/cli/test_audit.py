"""bin/turns audit verify: what somebody changed behind the triggers' back is found and named."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from tests.conftest import Database, run_turns
from tests.factories import make_property, make_turn
from turns_web.audit.proof import anchor
from turns_web.audit.proof.sealing import seal
from turns_web.core import db

SYSTEM = "00000000-0000-0000-0000-000000000001"
SLIPPED_IN = (
    "INSERT INTO audit_logs (table_name, record_id, action, user_id, user_email, user_name, user_role, xid, created_at)"
    f" VALUES ('turns', gen_random_uuid(), 'VIEW', '{SYSTEM}', '', '', '', %s, %s) RETURNING *"
)


@pytest.fixture(scope="module")
def admin(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.admin_url, autocommit=True, row_factory=namedtuple_row) as connection:
        yield connection


@pytest.fixture(scope="module")
def sealed(database: Database, admin: psycopg.Connection) -> Database:
    """A few dozen rows over three seals, of now and of an older month."""
    db.configure(database.settings())
    home = make_property(admin)
    for number in range(3):
        turn = make_turn(admin, home, "Complete", wo_number=str(number))
        admin.execute("UPDATE turns SET sub_status = 'Keys returned' WHERE id = %s", [turn.id])
        seal(database.home)
    admin.execute("SELECT ensure_audit_partition('2024-05-01')")
    for day in range(1, 6):
        admin.execute(SLIPPED_IN.replace("xid, ", "").replace("%s, %s", "%s"), [datetime(2024, 5, day, 12)])  # noqa: DTZ001
    seal(database.home)
    return database


@pytest.fixture
def intruder(sealed: Database, stack: Any) -> Iterator[psycopg.Connection]:
    """The superuser with all triggers off; what they did is put back afterwards."""
    kept = anchor.path(sealed.home).read_text()
    tables = ("audit_logs", "audit_seals")
    with stack.primary.superuser(sealed.name) as connection:
        connection.row_factory = namedtuple_row
        connection.execute("SET session_replication_role = replica")
        for table in tables:
            connection.execute(f"CREATE TEMPORARY TABLE kept_{table} AS TABLE {table}")
        yield connection
        for table in tables:
            connection.execute(f"DELETE FROM {table}")
            connection.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
    anchor.path(sealed.home).write_text(kept)


def verify(database: Database, *arguments: str) -> tuple[int, dict[str, Any]]:
    said = run_turns(database, "audit", "verify", "--json", *arguments)
    return said.returncode, json.loads(said.stdout)


def fault(database: Database) -> dict[str, Any]:
    status, found = verify(database)
    assert status == 1
    assert not found["ok"]
    return found["fault"]


def some_row(connection: psycopg.Connection) -> Any:
    return connection.execute("SELECT * FROM audit_logs WHERE action = 'UPDATE' ORDER BY xid, id LIMIT 1").fetchone()


def assert_names(found: dict[str, Any], kind: str, row: Any) -> None:
    assert (found["kind"], found["id"], found["record_id"]) == (kind, str(row.id), str(row.record_id))
    assert datetime.fromisoformat(found["created_at"]) == row.created_at
    assert found["table_name"] == row.table_name
    assert str(row.id) in found["says"]


def test_what_nobody_touched_fits(sealed, admin):
    status, found = verify(sealed)
    (rows,) = admin.execute("SELECT count(*) FROM audit_logs").fetchone()
    assert (status, found["ok"], found["fault"], found["rows"], found["unsealed"]) == (0, True, None, rows, 0)
    said = run_turns(sealed, "audit", "verify")
    assert said.returncode == 0
    assert f"{rows} rows fit" in said.stdout


@pytest.mark.parametrize(
    "column",
    [
        'new_values = \'{"sub_status": "Something else"}\'',
        "user_name = 'Somebody else'",
        "user_id = gen_random_uuid()",
        "context = ''",
        "record_version = record_version + 1",
        "created_at = created_at + interval '1 microsecond'",
        "xid = '1'",
    ],
)
def test_a_changed_value_is_named(sealed, intruder, column):
    row = some_row(intruder)
    intruder.execute(f"UPDATE audit_logs SET {column} WHERE id = %s", [row.id])
    assert_names(fault(sealed), "changed", row)


def test_a_row_that_was_taken_out_is_named(sealed, intruder):
    row = some_row(intruder)
    intruder.execute("DELETE FROM audit_logs WHERE id = %s", [row.id])
    assert_names(fault(sealed), "missing", row)


def test_the_last_row_of_its_record_is_named_with_what_is_known(sealed, intruder):
    row = intruder.execute("SELECT * FROM audit_logs WHERE action = 'VIEW' ORDER BY created_at LIMIT 1").fetchone()
    intruder.execute("DELETE FROM audit_logs WHERE id = %s", [row.id])
    found = fault(sealed)
    assert (found["id"], found["record_id"], found["table_name"]) == (str(row.id), str(row.record_id), None)


@pytest.mark.parametrize("xid", ["3", "of a sealed row", "of one that has not begun"])
def test_a_row_that_was_slipped_in_is_named(sealed, intruder, xid):
    row = some_row(intruder)
    given = {"of a sealed row": row.xid, "of one that has not begun": "999999999999"}.get(xid, xid)
    added = intruder.execute(SLIPPED_IN, [given, row.created_at]).fetchone()
    assert_names(fault(sealed), "added", added)


def test_two_rows_that_were_swapped_are_found(sealed, intruder):
    first, second = intruder.execute(
        "SELECT * FROM audit_logs WHERE action = 'UPDATE' ORDER BY xid, id LIMIT 2"
    ).fetchall()
    for row, other in ((first, second), (second, first)):
        intruder.execute(
            "UPDATE audit_logs SET record_id = %s, created_at = %s WHERE id = %s",
            [other.record_id, other.created_at, row.id],
        )
    assert_names(fault(sealed), "changed", first)


def test_rows_cut_off_with_their_seals_are_missed(sealed, intruder):
    last = intruder.execute("SELECT * FROM audit_seals ORDER BY number DESC LIMIT 1").fetchone()
    intruder.execute("DELETE FROM audit_logs WHERE xid >= %s", [last.from_xid])
    intruder.execute("DELETE FROM audit_seals WHERE number = %s", [last.number])
    assert (fault(sealed)["kind"], fault(sealed)["seal"]) == ("anchor", last.number)
    seal(sealed.home)
    assert fault(sealed)["kind"] == "anchor", "sealing on hides nothing"


def test_a_chain_made_anew_does_not_fit_its_anchor(sealed, intruder):
    row = some_row(intruder)
    intruder.execute("UPDATE audit_logs SET user_name = 'Somebody else' WHERE id = %s", [row.id])
    intruder.execute("DELETE FROM audit_seals")
    intruder.execute("SET session_replication_role = origin")
    seal(sealed.home)
    intruder.execute("SET session_replication_role = replica")
    assert fault(sealed)["kind"] == "anchor"


@pytest.mark.parametrize(
    "column", ["marks = marks || '\\x00'", "rows = rows - 1", "sealed_at = sealed_at - interval '1 day'"]
)
def test_a_changed_seal_is_named(sealed, intruder, column):
    intruder.execute(f"UPDATE audit_seals SET {column} WHERE number = 2")
    found = fault(sealed)
    assert (found["kind"], found["seal"]) == ("seal", 2)


def test_without_its_anchor_the_end_proves_nothing(sealed, intruder):
    anchor.path(sealed.home).unlink()
    assert fault(sealed)["kind"] == "anchor"


def test_a_detached_month_keeps_its_seal(sealed, intruder):
    intruder.execute("ALTER TABLE audit_logs DETACH PARTITION audit_logs_2024_05")
    try:
        status, found = verify(sealed)
        assert status == 0
        assert "audit_logs_2024_05 is detached" in found["notes"][0]
        row = intruder.execute(
            "UPDATE audit_logs_2024_05 SET user_name = 'x' WHERE created_at > '2024-05-05' RETURNING *"
        )
        assert_names(fault(sealed), "changed", row.fetchone())
        intruder.execute("ALTER TABLE audit_logs_2024_05 RENAME TO put_away")
        assert fault(sealed)["kind"] == "part"
        status, found = verify(sealed, "--without", "2024-05")
        assert status == 0
        assert "is put away" in found["notes"][0]
        intruder.execute("ALTER TABLE put_away RENAME TO audit_logs_2024_05")
    finally:
        intruder.execute(
            "ALTER TABLE audit_logs ATTACH PARTITION audit_logs_2024_05"
            " FOR VALUES FROM ('2024-05-01 00:00+00') TO ('2024-06-01 00:00+00')"
        )


def test_rows_older_than_a_minute_that_nobody_sealed_are_named(sealed, intruder, admin):
    kept = json.loads(anchor.path(sealed.home).read_text())
    late = datetime.fromisoformat(kept["looked_at"]) - timedelta(minutes=2)
    home = make_property(admin)
    status, found = verify(sealed)
    assert (status, found["unsealed"]) == (0, 1), "too new for a seal"
    row = intruder.execute(
        "UPDATE audit_logs SET created_at = created_at - interval '2 minutes' WHERE record_id = %s RETURNING *",
        [home.id],
    ).fetchone()
    anchor.path(sealed.home).write_text(json.dumps(kept | {"looked_at": late.isoformat()}))
    assert_names(fault(sealed), "unsealed", row)


def test_what_cannot_be_looked_at_is_status_two(sealed):
    anchor.path(sealed.home).rename(sealed.home / "elsewhere")
    anchor.path(sealed.home).write_text("of no sense")
    try:
        said = run_turns(sealed, "audit", "verify")
    finally:
        (sealed.home / "elsewhere").rename(anchor.path(sealed.home))
    assert said.returncode == 2
    assert "cannot be looked at" in said.stderr
