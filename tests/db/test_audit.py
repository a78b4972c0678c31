"""The audit names every change, keeps no secret, and is only added to."""

import datetime

import psycopg
import pytest

from tests.db.conftest import forbidden
from tests.factories import make_property, make_turn, make_user, make_vendor

SYSTEM = "00000000-0000-0000-0000-000000000001"


def audit_of(admin, record, action="UPDATE"):
    return admin.execute(
        "SELECT * FROM audit_logs WHERE record_id = %s AND action = %s ORDER BY created_at", [record, action]
    ).fetchall()


def test_a_row_says_who_from_where_and_in_what_larger_act(admin, acting, people):
    manager = people["PROPERTY_MANAGER"]
    home = make_property(admin, manager)
    session = "11111111-1111-4111-8111-111111111111"
    with acting(manager, ip="203.0.113.7", user_agent="Firefox", session_id=session, context="import:7") as connection:
        connection.execute("UPDATE properties SET bedrooms = 3 WHERE id = %s", [home.id])
    (row,) = audit_of(admin, home.id)
    assert (row.user_id, row.user_email, row.user_role) == (manager.id, manager.email, "PROPERTY_MANAGER")
    assert row.user_name == f"{manager.first_name} {manager.last_name}"
    assert (str(row.ip_address), row.user_agent, str(row.session_id)) == ("203.0.113.7", "Firefox", session)
    assert (row.context, row.property_id) == ("import:7", home.id)


def test_an_address_that_is_none_does_not_stop_the_write(admin, acting, people):
    home = make_property(admin, people["PROPERTY_MANAGER"])
    with acting(people["PROPERTY_MANAGER"], ip="unknown") as connection:
        connection.execute("UPDATE properties SET bedrooms = 3 WHERE id = %s", [home.id])
    assert audit_of(admin, home.id)[0].ip_address is None


@pytest.mark.parametrize(
    ("make", "table", "column"),
    [
        (make_user, "users", "password_hash"),
        (make_vendor, "vendors", "tax_id"),
        (make_turn, "turns", "primary_lock_box_code"),
    ],
)
def test_a_secret_is_named_but_left_out(admin, make, table, column):
    row = make(admin, **{column: "of-old"})
    admin.execute(f"UPDATE {table} SET {column} = 'brand-new' WHERE id = %s", [row.id])
    created, changed = audit_of(admin, row.id, "CREATE")[0], audit_of(admin, row.id)[0]
    assert column in created.changed_fields
    assert changed.changed_fields == [column]
    assert not any("of-old" in str(entry) or "brand-new" in str(entry) for entry in (created, changed))


def test_one_statement_leaves_one_row_a_record_each_at_its_own_time(admin, people):
    homes = [make_property(admin, people["PROPERTY_MANAGER"], market="Bulk") for _ in range(5)]
    admin.execute("UPDATE properties SET county = 'Placer' WHERE market = 'Bulk'")
    rows = [audit_of(admin, home.id)[0] for home in homes]
    assert len({row.created_at for row in rows}) == 5
    assert len({row.xid for row in rows}) == 1


def test_what_a_property_hands_down_to_its_turns_raises_and_leaves_nothing_there(admin, people):
    home = make_property(admin, people["PROPERTY_MANAGER"], market="North")
    turn = make_turn(admin, home)
    other = people["OTHER_MANAGER"].id
    admin.execute("UPDATE properties SET property_manager_id = %s, market = 'South' WHERE id = %s", [other, home.id])
    row = admin.execute("SELECT property_manager_id, market, version FROM turns WHERE id = %s", [turn.id]).fetchone()
    assert tuple(row) == (other, "South", 1)
    assert audit_of(admin, turn.id) == []


def test_created_and_deleted_rows_are_kept_whole(admin, people):
    view = admin.execute(
        "INSERT INTO saved_views (owner_id, page, name, query) VALUES (%s, 'board', 'Mine', 'q=a') RETURNING id",
        [people["ADMIN"].id],
    ).fetchone()
    admin.execute("DELETE FROM saved_views WHERE id = %s", [view.id])
    (created,), (deleted,) = audit_of(admin, view.id, "CREATE"), audit_of(admin, view.id, "DELETE")
    assert created.new_values["query"] == deleted.old_values["query"] == "q=a"
    assert deleted.new_values is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_logs SET user_name = 'Nobody'",
        "DELETE FROM audit_logs",
        "TRUNCATE audit_logs",
        "TRUNCATE audit_logs_default",
    ],
)
def test_nobody_changes_the_audit(admin, stack, database, acting, people, statement):
    make_user(admin)
    with forbidden("audit_logs_append_only"):
        admin.execute(statement)
    with stack.primary.superuser(database.name) as superuser, forbidden("audit_logs_append_only"):
        superuser.execute(statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute(statement)


def test_nobody_writes_the_audit_by_hand(acting, people):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute("INSERT INTO audit_logs (table_name) VALUES ('turns')")


def test_a_month_gets_its_own_partition_as_closed_as_the_whole(admin, acting, people):
    month = datetime.date.today().replace(day=1) + datetime.timedelta(days=200)  # noqa: DTZ011
    with acting(None) as connection:
        assert connection.execute("SELECT ensure_audit_partition(%s)", [month]).fetchone()[0]
        assert connection.execute("SELECT ensure_audit_partition(%s)", [month]).fetchone()[0]
    part = f"audit_logs_{month:%Y_%m}"
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute(f"SELECT FROM {part}")
    with forbidden("audit_logs_append_only"):
        admin.execute(f"TRUNCATE {part}")
    for mangle in (f"UPDATE {part} SET user_name = ''", f"DELETE FROM {part}"):
        admin.execute(
            "INSERT INTO audit_logs (table_name, record_id, action, user_id, user_email, user_name, user_role,"
            " created_at) VALUES ('turns', gen_random_uuid(), 'VIEW', %s, '', '', '', %s)",
            [SYSTEM, month],
        )
        with forbidden("audit_logs_append_only"):
            admin.execute(mangle)


def test_today_has_a_partition_from_the_first_row_on(admin, acting):
    make_user(admin)
    with acting(None) as connection:
        assert not connection.execute("SELECT audit_overflows()").fetchone()[0]


def test_a_month_that_the_default_partition_holds_rows_of_stays_there(admin, acting):
    admin.execute(
        "INSERT INTO audit_logs (table_name, record_id, action, user_id, user_email, user_name, user_role,"
        " created_at) VALUES ('turns', gen_random_uuid(), 'VIEW', %s, '', '', '', '2020-02-03')",
        [SYSTEM],
    )
    with acting(None) as connection:
        assert not connection.execute("SELECT ensure_audit_partition('2020-02-01')").fetchone()[0]
        assert connection.execute("SELECT audit_overflows()").fetchone()[0]
        assert connection.execute("SELECT ensure_audit_partition('2020-03-01')").fetchone()[0]


def test_a_senseless_month_is_refused(acting):
    with pytest.raises(psycopg.errors.InvalidParameterValue), acting(None) as connection:
        connection.execute("SELECT ensure_audit_partition('9999-01-01')")
