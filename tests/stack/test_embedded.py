"""The embedded servers themselves."""

import stat

import psycopg
import pytest
import redis

from turns_web.embedded import children
from turns_web.embedded.errors import Refused
from turns_web.embedded.stack import Stack, private_home


def test_replica_streams_what_the_primary_commits(stack):
    with psycopg.connect(stack.addresses.owner, autocommit=True) as primary:
        primary.execute("CREATE TABLE streamed AS SELECT 1 AS one")
    with psycopg.connect(stack.addresses.replica_owner, autocommit=True) as replica:
        assert children.wait_until(
            lambda: replica.execute("SELECT to_regclass('streamed')").fetchone() != (None,), patience_s=5
        )
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            replica.execute("DROP TABLE streamed")
    assert stack.replica.streams()


def test_no_role_but_the_superuser_passes_row_security(stack):
    with stack.primary.superuser() as connection:
        free = connection.execute("SELECT rolname FROM pg_roles WHERE rolsuper OR rolbypassrls").fetchall()
    assert free == [("postgres",)]


def test_views_are_refreshed_beside_those_who_read_them(stack):
    """Which takes a temporary table, of the role that owns the view."""
    with stack.primary.superuser() as connection:
        asked = connection.execute("SELECT has_database_privilege('turns_reader', 'turns', 'TEMPORARY')")
        assert asked.fetchone() == (True,)


def test_a_password_is_asked_for_everywhere(stack):
    for way in ({"host": "127.0.0.1"}, {"host": str(stack.primary.sockets)}):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(user="turns_app", dbname="turns", port=stack.primary.port, **way)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=stack.redis.port, retry=None).ping()


def test_secrets_are_private(stack):
    for private in ("secrets.json", "run/addresses.json", "valkey/valkey.conf", "postgres/replication.pgpass"):
        assert stat.S_IMODE((stack.home / private).stat().st_mode) == 0o600
    assert stat.S_IMODE(stack.primary.sockets.stat().st_mode) == 0o700


def test_a_socket_folder_that_others_may_read_is_refused(tmp_path):
    stack = Stack(tmp_path / "home", redis=False)
    stack.primary.sockets.chmod(0o755)
    with pytest.raises(Refused, match="open to others"):
        Stack(tmp_path / "home", redis=False)
    stack.primary.sockets.rmdir()


def test_a_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="Name another folder"):
        private_home(tmp_path / "file")


def test_a_replica_whose_slot_was_lost_is_copied_anew(stack):
    stack.replica.stop()
    with stack.primary.superuser() as connection:
        connection.execute("SELECT pg_drop_replication_slot('replica1')")
    # The copy takes as long as it takes: that it has ended is no failure to start.
    stack.replica.bring_up(retry_s=0)
    assert children.wait_until(stack.replica.streams, patience_s=10)
