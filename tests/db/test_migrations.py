"""Migrating: on a foreign server without superuser, twice, and what is loaded as it was."""

import psycopg
import pytest

from migrations import Refused, migrate
from migrations.run import newest_version, refuse_old_server
from tests.factories import make_property, make_user
from turns_web.embedded import ports
from turns_web.embedded.postgres import Primary
from turns_web.embedded.secrets import Secrets
from turns_web.embedded.stack import socket_folder


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A server that is not ours: no role of Turns, and an operator's role with CREATEROLE and a database."""
    home = tmp_path_factory.mktemp("foreign")
    server = Primary(home, socket_folder(home), ports.choose(None), Secrets(), durable=False)
    server.bring_up()
    with server.superuser() as connection:
        connection.execute("CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'operator'")
        connection.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
        connection.execute("CREATE DATABASE turns OWNER operator")
        connection.execute("CREATE DATABASE other OWNER plain")
    yield server
    server.stop()
    server.sockets.rmdir()


def columns(connection):
    return connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name !~ '^pg_stat' ORDER BY 1, 2"
    ).fetchall()


def test_a_role_that_may_create_none_is_refused_in_one_line(foreign):
    with pytest.raises(Refused) as refusal:
        migrate(foreign.url("plain", "plain", "other"))
    assert "CREATEROLE" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_foreign_server_needs_no_superuser(foreign, admin):
    url = foreign.url("operator", "operator", "turns")
    notes = migrate(url)
    assert notes == ["turns_repl was left out: this role may not create one with REPLICATION."]
    with psycopg.connect(url) as operator:
        made = operator.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'turns%' AND (rolsuper OR rolbypassrls OR rolcanlogin)"
        ).fetchall()
        assert made == []
        operator.execute("SET ROLE turns_app")
        assert operator.execute("SELECT count(*) FROM turn_stages").fetchone() == (5,)
        assert operator.execute("SELECT count(*) FROM users").fetchone() == (0,)
        operator.execute("RESET ROLE")
        assert columns(operator) == [tuple(row) for row in columns(admin)]


def test_and_acts_there_as_here(foreign):
    with psycopg.connect(foreign.url("operator", "operator", "turns")) as operator:
        operator.execute("SET LOCAL ROLE turns_app")
        operator.execute("SELECT set_config('app.current_user_id', '00000000-0000-0000-0000-000000000001', true)")
        operator.execute("INSERT INTO properties (property_id, name, street_address) VALUES ('A', 'A', '1 A')")
        operator.execute("UPDATE properties SET bedrooms = 2")
        assert operator.execute("SELECT count(*) FROM audit_logs").fetchone() == (2,)
        operator.rollback()


def test_a_second_time_it_changes_nothing(database):
    assert migrate(database.admin_url) == []


def test_functions_and_views_are_made_anew_where_others_stood(database, admin):
    before = columns(admin)
    admin.execute("COMMENT ON TABLE alembic_version IS 'of another release'")
    migrate(database.admin_url)
    assert columns(admin) == before


def test_an_older_server_is_refused_in_one_line():
    with pytest.raises(Refused, match=r"^This server is PostgreSQL 15; Turns needs 16 or later\.$"):
        refuse_old_server(150_004)
    refuse_old_server(160_000)


def test_there_is_one_newest_version(admin):
    assert admin.execute("SELECT version_num FROM alembic_version").fetchone()[0] == newest_version()


def test_the_owner_loads_rows_as_they_were(admin):
    before = admin.execute("SELECT count(*) FROM audit_logs").fetchone()[0]
    with admin.transaction():
        admin.execute("SET LOCAL app.loading = 'on'")
        admin.execute(
            "INSERT INTO properties (property_id, name, street_address, version, created_at, created_by)"
            " VALUES ('OLD', 'Old', '1 Old', 5, '2020-01-01', NULL)"
        )
    row = admin.execute("SELECT version, created_at, created_by FROM properties WHERE property_id = 'OLD'").fetchone()
    assert (row.version, row.created_at.year, row.created_by) == (5, 2020, None)
    assert admin.execute("SELECT count(*) FROM audit_logs").fetchone()[0] == before


def test_nobody_else_loads(admin, acting, people):
    home = make_property(admin, people["PROPERTY_MANAGER"])
    with acting(people["PROPERTY_MANAGER"], loading="on") as connection:
        row = connection.execute(
            "UPDATE properties SET bedrooms = 2 WHERE id = %s RETURNING version", [home.id]
        ).fetchone()
    assert row.version == 2
    with acting(people["ADMIN"], loading="on") as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO users (email, version) VALUES ('x@example.test', 4)")


def test_a_summary_is_refreshed_by_the_application_and_read_by_nobody(acting, people, admin):
    make_user(admin)
    for _ in range(2):
        with acting(people["ADMIN"]) as connection:
            connection.execute("SELECT refresh_property_summary()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["ADMIN"]) as connection:
        connection.execute("SELECT count(*) FROM property_summary")
