"""With DATABASE_URL and REDIS_URL set those servers are used, and none of our own is started."""

import psycopg
import pytest

from tests.faults.running import Running
from turns_web.config import Settings


@pytest.fixture(scope="module")
def elsewhere(stack):
    """A database as a provider hands it out: empty, its owner's, who may create roles but is no superuser."""
    with stack.primary.superuser() as connection:
        connection.execute("CREATE ROLE customer LOGIN CREATEROLE PASSWORD 'secret'")
        connection.execute("GRANT turns_owner, turns_reader, turns_app TO customer WITH ADMIN OPTION")
        connection.execute("CREATE DATABASE provided OWNER customer")
    address = f"customer:secret@{stack.primary.address}/provided"
    yield {"DATABASE_URL": f"postgres://{address}", "REDIS_URL": stack.redis.url}
    with stack.primary.superuser() as connection:
        connection.execute("DROP DATABASE provided WITH (FORCE)")
        connection.execute("DROP OWNED BY customer")
        connection.execute("DROP ROLE customer")


@pytest.fixture(scope="module")
def running(elsewhere, tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("foreign") / "home", elsewhere)
    running.start()
    yield running
    assert running.stop() == 0
    assert running.processes() == []


def test_nothing_embedded_is_started(running):
    parts = running.status()
    assert [parts[name]["pid"] for name in ("primary", "redis")] == [None, None]
    assert not (running.home / "postgres").exists()
    assert not (running.home / "valkey").exists()


def test_it_is_ready_and_reads_from_the_primary(running, elsewhere):
    assert running.is_ready()
    settings = Settings(database_url=elsewhere["DATABASE_URL"])
    assert settings.replica_url == settings.app_url
    assert not settings.has_replica


def test_the_printed_connection_passes_no_row_security(running, elsewhere):
    printed = running.turns("db", "url").strip()
    assert printed != elsewhere["DATABASE_URL"]
    with psycopg.connect(printed) as connection:
        assert connection.execute("SELECT current_user, count(*) FROM users").fetchone() == ("turns_app", 0)
    with psycopg.connect(running.turns("db", "url", "--admin").strip()) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)
