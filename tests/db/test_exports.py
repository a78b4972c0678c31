"""Exports: who sees and asks for them, and that their life is the worker's."""

from types import SimpleNamespace

import psycopg
import pytest

from tests.db.conftest import forbidden
from turns_web.core.identity import SYSTEM_USER_ID

SYSTEM = SimpleNamespace(id=SYSTEM_USER_ID)
ASK = "INSERT INTO exports (type, format, query) VALUES ('turns', 'csv', %s) RETURNING id"
DONE = (
    "UPDATE exports SET status = 'done', done = 7, as_of = now(), source = 'replica', file_name = 'turns.csv',"
    " size_bytes = 99, expires_at = now() + interval '7 days' WHERE id = %s"
)


def asked(acting, person, query=""):
    with acting(person) as connection:
        return connection.execute(ASK, [query]).fetchone().id


def test_an_export_is_seen_by_its_asker_and_administrators(acting, people):
    export = asked(acting, people["PROPERTY_MANAGER"])
    seen = {}
    for role, person in people.items():
        with acting(person) as connection:
            seen[role] = bool(connection.execute("SELECT FROM exports WHERE id = %s", [export]).fetchall())
    assert {role for role, sees in seen.items() if sees} == {"PROPERTY_MANAGER", "ADMIN", "SUPER_ADMIN"}
    with acting(None) as connection:
        assert not connection.execute("SELECT FROM exports").fetchall()


def test_vendors_and_nobody_ask_for_none(acting, people):
    for person in (people["VENDOR"], None):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(person) as connection:
            connection.execute(ASK, ["of a vendor"])


def test_nobody_asks_in_anothers_name(acting, people):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["ADMIN"]) as connection:
        connection.execute(
            "INSERT INTO exports (user_id, type, format) VALUES (%s, 'turns', 'csv')", [people["USER"].id]
        )


def test_people_change_nothing_of_its_life_but_cancel_it(acting, people):
    mine = asked(acting, people["INSPECTOR"])
    for role in ("INSPECTOR", "SUPER_ADMIN"):
        with acting(people[role]) as connection:
            assert connection.execute(DONE, [mine]).rowcount == 0
            assert connection.execute("DELETE FROM exports WHERE id = %s", [mine]).rowcount == 0
    with pytest.raises(psycopg.errors.NoDataFound), acting(people["OTHER_MANAGER"]) as connection:
        connection.execute("SELECT cancel_export(%s)", [mine])
    with acting(people["INSPECTOR"]) as connection:
        assert connection.execute("SELECT cancel_export(%s) AS was", [mine]).fetchone().was
        assert not connection.execute("SELECT cancel_export(%s) AS was", [mine]).fetchone().was
        assert connection.execute("SELECT status FROM exports WHERE id = %s", [mine]).fetchone().status == "cancelled"


def test_the_same_is_under_way_once_for_each_person(acting, people):
    asked(acting, people["USER"], "q=oak")
    with pytest.raises(psycopg.errors.UniqueViolation):
        asked(acting, people["USER"], "q=oak")
    asked(acting, people["ADMIN"], "q=oak")


def test_the_audit_names_the_asker_though_the_worker_writes_it(acting, admin, people):
    export = asked(acting, people["DFO_APPROVER"], "q=elm")
    with forbidden("exports_worker"), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute("SELECT audit_export(%s)", [export])
    with acting(SYSTEM) as connection:
        connection.execute(DONE, [export])
        connection.execute("SELECT audit_export(%s)", [export])
        by = connection.execute("SELECT app_user_id() AS id").fetchone().id
    assert by == SYSTEM_USER_ID
    left = admin.execute("SELECT * FROM audit_logs WHERE action = 'EXPORT' AND record_id = %s", [export]).fetchone()
    assert (left.user_id, left.table_name) == (people["DFO_APPROVER"].id, "exports")
    assert (left.metadata["rows"], left.metadata["query"], left.metadata["source"]) == (7, "q=elm", "replica")
