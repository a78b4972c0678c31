"""Who nobody is, and what psql leaves behind."""

import psycopg
import pytest

from tests.factories import make_property, make_turn, make_user, make_vendor

REFERENCE = {"turn_stages", "property_types", "settings"}


@pytest.fixture(scope="module", autouse=True)
def rows(admin, people):
    home = make_property(admin, people["PROPERTY_MANAGER"])
    turn = make_turn(admin, home)
    make_vendor(admin)
    admin.execute("INSERT INTO comments (turn_id, body) VALUES (%s, 'Key is at the office')", [turn.id])
    admin.execute("INSERT INTO outbox (kind, payload) VALUES ('turn', '{}')")
    return turn


def tables(admin):
    return [
        name
        for (name,) in admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm')"
        )
    ]


def count(connection, name):
    """Rows that can be counted, 0 where the role has no right at all."""
    try:
        with connection.transaction():
            return connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
    except psycopg.errors.InsufficientPrivilege:
        return 0


def test_without_identity_only_reference_data_is_seen(admin, acting):
    with acting(None) as connection:
        seen = {name for name in tables(admin) if count(connection, name)}
    assert seen == REFERENCE


def test_somebody_disabled_sees_no_more_than_nobody(admin, acting):
    gone = make_user(admin, "ADMIN", is_active=False)
    with acting(gone) as connection:
        seen = {name for name in tables(admin) if count(connection, name)}
    assert seen == REFERENCE


def test_without_identity_nothing_can_be_written(acting, rows):
    with acting(None) as connection:
        assert connection.execute("UPDATE turns SET wo_number = 'X'").rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(None) as connection:
        connection.execute("INSERT INTO properties (property_id, name, street_address) VALUES ('Q', 'Q', 'Q')")


def test_an_update_by_psql_leaves_an_audit_row_of_the_system_user(admin, rows):
    admin.execute("UPDATE turns SET wo_number = 'W-1' WHERE id = %s", [rows.id])
    left = admin.execute(
        "SELECT user_id, user_name, changed_fields, old_values, new_values, record_version FROM audit_logs"
        " WHERE record_id = %s AND action = 'UPDATE'",
        [rows.id],
    ).fetchall()
    assert len(left) == 1
    assert str(left[0].user_id) == "00000000-0000-0000-0000-000000000001"
    assert (left[0].changed_fields, left[0].old_values, left[0].new_values, left[0].record_version) == (
        ["wo_number"], {"wo_number": None}, {"wo_number": "W-1"}, 2,
    )  # fmt: skip


def test_every_table_forces_row_security_and_has_policies(admin):
    open_tables = admin.execute(
        "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND relname <> 'alembic_version'"
        " AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))"
    ).fetchall()
    assert open_tables == []


def test_every_definer_function_fixes_its_path_and_is_closed_to_the_public(admin):
    loose = admin.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proowner IN ('turns_owner'::regrole, 'turns_reader'::regrole)"
        " AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0)"
        "   OR prosecdef AND (proconfig IS NULL"
        "     OR NOT proconfig::text LIKE '%search_path=pg_catalog, public, pg_temp%'))"
    ).fetchall()
    assert loose == []


def test_only_partitions_are_made_by_a_definer_function_of_the_owner(admin):
    made = admin.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND proowner = 'turns_owner'::regrole"
    ).fetchall()
    assert [row.proname for row in made] == ["ensure_audit_partition"]


def test_the_application_may_call_no_step_of_approval_by_itself(admin):
    may = admin.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proowner IN ('turns_owner'::regrole, 'turns_reader'::regrole)"
        " AND has_function_privilege('turns_app', oid, 'EXECUTE')"
        " AND proname ~ '^(approval_|decision_|keep_|log_|audit_view|audit_inserted|refuse_|turn_to)'"
        # What one may decide at, in whose name, and how long a clock stood still: answers, no steps.
        " AND proname NOT IN ('approval_rights', 'approval_held', 'approval_offer')"
    ).fetchall()
    assert may == []
