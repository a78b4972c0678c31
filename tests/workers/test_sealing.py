"""Seals while others write: nobody waits, nothing is left out, one seals at a time."""

import threading

import psycopg
import pytest

from tests.conftest import run_turns
from tests.factories import make_property
from turns_web.audit.proof.sealing import seal
from turns_web.core import db


@pytest.fixture
def home(database):
    db.configure(database.settings())
    yield database.home
    db.dispose()


def unsealed(connection):
    return connection.execute(
        "SELECT (SELECT count(*) FROM audit_logs) - (SELECT coalesce(sum(rows), 0) FROM audit_seals)"
    ).fetchone()[0]


def test_a_transaction_that_takes_long_is_sealed_after_it_and_loses_nothing(database, home):
    with database.admin() as admin, psycopg.connect(database.admin_url) as slow:
        make_property(slow)
        for _ in range(3):
            make_property(admin)
        seal(home)
        assert unsealed(admin) == 3, "younger than one that may still commit"
        make_property(slow)
        slow.commit()
        seal(home)
        assert unsealed(admin) == 0
    assert run_turns(database, "audit", "verify").returncode == 0


def test_writers_and_sealers_at_once_leave_every_row_in_one_seal(database, home):
    def write(count: int) -> None:
        with psycopg.connect(database.admin_url) as connection:
            for number in range(count):
                make_property(connection)
                if number % 3 == 0:
                    connection.commit()

    writers = [threading.Thread(target=write, args=[30]) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        sealers = [threading.Thread(target=seal, args=[home]) for _ in range(2)]
        for sealer in sealers:
            sealer.start()
        for sealer in sealers:
            sealer.join()
    seal(home)
    with database.admin() as admin:
        assert unsealed(admin) == 0
    assert run_turns(database, "audit", "verify").returncode == 0


def test_many_rows_of_one_transaction_take_many_seals(database, home):
    with database.admin() as admin:
        admin.execute(
            "INSERT INTO audit_logs (table_name, record_id, action, user_id, user_email, user_name, user_role)"
            " SELECT 'turns', gen_random_uuid(), 'VIEW', '00000000-0000-0000-0000-000000000001', '', '', ''"
            " FROM generate_series(1, 4500)"
        )
        assert seal(home) == 4500
        sizes = [row[0] for row in admin.execute("SELECT rows FROM audit_seals ORDER BY number DESC LIMIT 3")]
        assert sizes == [500, 2000, 2000]
        assert seal(home) == 0
    assert run_turns(database, "audit", "verify").returncode == 0


def test_only_the_worker_seals_and_nobody_writes_a_seal(database, home):
    with psycopg.connect(database.app_url) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT seal_audit(10)")
        connection.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM audit_seals")
    with database.admin() as admin:
        make_property(admin)
        seal(home)
        for statement in ("DELETE FROM audit_seals", "UPDATE audit_seals SET rows = 1", "TRUNCATE audit_seals"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute(statement)
