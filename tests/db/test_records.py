"""A record's history and older versions, its secrets, and giving properties to somebody else."""

import psycopg
import pytest

from tests.db.conftest import forbidden, refused
from tests.factories import STAGES, approved, make_property, make_turn, make_user, make_vendor

missing = psycopg.errors.NoDataFound


@pytest.fixture
def home(admin, people):
    return make_property(admin, people["PROPERTY_MANAGER"], people["SR_PROPERTY_MANAGER"])


@pytest.fixture
def turn(admin, home):
    return make_turn(admin, home, turn_amount=900, primary_lock_box_code="4711")


def history(connection, table, row, before=None, most=50):
    statement = "SELECT * FROM record_history(%s, %s, %s, %s)"
    return connection.execute(statement, [table, row.id, before, most]).fetchall()


def at(connection, table, row, version):
    return connection.execute("SELECT record_at_version(%s, %s, %s)", [table, row.id, version]).fetchone()[0]


def change(connection, turn, **columns):
    sets = ", ".join(f"{name} = %({name})s" for name in columns)
    connection.execute(f"UPDATE turns SET {sets} WHERE id = %(id)s", {"id": turn.id, **columns})


def test_a_version_is_rebuilt_from_the_row_and_its_audit(acting, people, turn):
    manager = people["PROPERTY_MANAGER"]
    steps = [{"wo_number": "A"}, {"wo_number": "B", "turn_amount": "1234.50"}, {"wo_number": None, "grade": "HEAVY"}]
    for step in steps:
        with acting(manager) as connection:
            change(connection, turn, **step)
    with acting(manager) as connection:
        versions = [at(connection, "turns", turn, version) for version in (1, 2, 3, 4)]
        assert [row["wo_number"] for row in versions] == [None, "A", "B", None]
        assert [float(row["turn_amount"]) for row in versions] == [900, 900, 1234.5, 1234.5]
        assert [row["grade"] for row in versions] == [None, None, None, "HEAVY"]
        assert [row["version"] for row in versions] == [1, 2, 3, 4]
        assert at(connection, "turns", turn, 0) is None
        assert at(connection, "turns", turn, 5) is None


def test_no_secret_is_in_a_version_or_in_the_history(acting, people, turn):
    with acting(people["PROPERTY_MANAGER"]) as connection:
        change(connection, turn, primary_lock_box_code="0815")
        told = f"{at(connection, 'turns', turn, 1)} {history(connection, 'turns', turn)}"
    assert "4711" not in told
    assert "0815" not in told
    assert "primary_lock_box_code" in told


def test_rows_that_were_loaded_have_the_versions_that_the_audit_reaches(admin, acting, people, turn):
    admin.execute("DO $$ BEGIN SET LOCAL app.loading = 'on'; UPDATE turns SET version = 7; END $$")
    with acting(people["PROPERTY_MANAGER"]) as connection:
        change(connection, turn, wo_number="A")
    with acting(people["PROPERTY_MANAGER"]) as connection:
        assert at(connection, "turns", turn, 7)["wo_number"] is None
        assert at(connection, "turns", turn, 6) is None


def test_history_is_newest_first_and_paged_by_time(acting, people, turn):
    for number in range(3):
        with acting(people["PROPERTY_MANAGER"]) as connection:
            change(connection, turn, wo_number=str(number))
    with acting(people["PROPERTY_MANAGER"]) as connection:
        first = history(connection, "turns", turn, most=2)
        rest = history(connection, "turns", turn, before=first[-1].created_at)
    assert [row.record_version for row in first + rest] == [4, 3, 2, 1]
    assert {row.user_id for row in first} == {people["PROPERTY_MANAGER"].id}


@pytest.mark.parametrize("table", ["turns", "properties", "vendors", "users"])
def test_who_does_not_see_a_record_sees_no_history_of_it(admin, acting, people, turn, home, table):
    other = people["OTHER_MANAGER"]
    record = {
        "turns": turn, "properties": home, "vendors": make_vendor(admin, is_approved=False), "users": people["ADMIN"],
    }[table]  # fmt: skip
    for ask in (history, lambda *given: at(*given, 1)):
        for person in (other, people["USER"], None):
            with pytest.raises(missing), acting(person) as connection:
                ask(connection, table, record)
    with acting(people["ADMIN"]) as connection:
        assert history(connection, table, record)
        assert at(connection, table, record, 1)


def test_only_known_tables_have_a_history(acting, people, turn):
    for table in ("sessions", "audit_logs", "pg_class", "turns; DROP TABLE turns"):
        with pytest.raises(missing), acting(people["SUPER_ADMIN"]) as connection:
            at(connection, table, turn, 1)


@pytest.mark.parametrize("role", ["SUPER_ADMIN", "ADMIN", "PROPERTY_MANAGER", "SR_PROPERTY_MANAGER"])
def test_the_lock_box_code_is_shown_and_the_look_is_kept(admin, acting, people, turn, role):
    with acting(people[role]) as connection:
        assert connection.execute("SELECT lock_box_code(%s)", [turn.id]).fetchone()[0] == "4711"
    row = admin.execute("SELECT * FROM audit_logs WHERE record_id = %s AND action = 'VIEW'", [turn.id]).fetchone()
    assert (row.user_id, row.changed_fields, row.turn_id) == (people[role].id, ["primary_lock_box_code"], turn.id)
    assert "4711" not in str(row)


def test_the_lock_box_code_is_not_for_approvers_readers_or_strangers(admin, acting, people):
    home = make_property(admin, people["PROPERTY_MANAGER"], market="Reno")
    turn = make_turn(admin, home, primary_lock_box_code="4711")
    reader = make_user(admin, "USER", markets=["Reno"])
    for person in (people["DFO_APPROVER"], people["HO_APPROVER"], reader):
        with forbidden("turns_lock_box"), acting(person) as connection:
            connection.execute("SELECT lock_box_code(%s)", [turn.id])
    for person in (people["OTHER_MANAGER"], people["VENDOR"], None):
        with pytest.raises(missing), acting(person) as connection:
            connection.execute("SELECT lock_box_code(%s)", [turn.id])


def test_a_vendor_gets_the_code_while_the_work_is_theirs(admin, acting, people):
    company = make_vendor(admin)
    worker = make_user(admin, "VENDOR", vendor_id=company.id)
    given = {"primary_lock_box_code": "4711", "vendor_id": company.id, **approved(900)}

    def code(stage, **columns):
        turn = make_turn(admin, make_property(admin), stage, **{**given, **columns})
        with acting(worker) as connection:
            return connection.execute("SELECT lock_box_code(%s)", [turn.id]).fetchone()[0]

    assert code("In Progress") == code("Final Walk") == "4711"
    for stage, columns in (("Draft", {}), ("Complete", {}), ("In Progress", {"hold_reason": "Claim"})):
        with forbidden("turns_lock_box"):
            code(stage, **columns)


def test_a_tax_id_is_for_administrators(admin, acting, people):
    vendor = make_vendor(admin, tax_id="12-345")
    with acting(people["ADMIN"]) as connection:
        assert connection.execute("SELECT vendor_tax_id(%s)", [vendor.id]).fetchone()[0] == "12-345"
    with forbidden("vendors_tax_id"), acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute("SELECT vendor_tax_id(%s)", [vendor.id])


def assign(connection, homes, versions, manager=None, sr_manager=None):
    return connection.execute(
        "SELECT * FROM assign_managers(%s::uuid[], %s::int[], %s, %s)",
        [[home.id for home in homes], versions, manager and manager.id, sr_manager and sr_manager.id],
    ).fetchall()


def test_a_senior_manager_gives_homes_to_another_manager_and_even_away(admin, acting, people, home):
    turn = make_turn(admin, home, "In Progress")
    senior, other = people["SR_PROPERTY_MANAGER"], people["OTHER_MANAGER"]
    next_senior = make_user(admin, "SR_PROPERTY_MANAGER")
    with acting(senior) as connection:
        assert [tuple(row) for row in assign(connection, [home], [1], manager=other)] == [(home.id, 2)]
    with acting(other) as connection:
        assert connection.execute("SELECT id FROM turns WHERE id = %s", [turn.id]).fetchone()
    with acting(senior) as connection:
        assert [tuple(row) for row in assign(connection, [home], [2], sr_manager=next_senior)] == [(home.id, 3)]
        assert not connection.execute("SELECT id FROM properties WHERE id = %s", [home.id]).fetchone()
    left = admin.execute("SELECT user_id FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'", [home.id])
    assert {row.user_id for row in left} == {senior.id}


def test_stale_and_foreign_homes_are_left(admin, acting, people, home):
    foreign, stale = make_property(admin), make_property(admin, sr_manager=people["SR_PROPERTY_MANAGER"])
    admin.execute("UPDATE properties SET bedrooms = 1 WHERE id = %s", [stale.id])
    with acting(people["SR_PROPERTY_MANAGER"]) as connection:
        done = assign(connection, [home, foreign, stale], [1, 1, 1], manager=people["OTHER_MANAGER"])
    assert [row.id for row in done] == [home.id]


def test_the_new_person_is_active_and_of_that_role(admin, acting, people, home):
    gone = make_user(admin, "PROPERTY_MANAGER", is_active=False)
    for person in (gone, people["SR_PROPERTY_MANAGER"], people["USER"]):
        with refused("properties_property_manager_id_role"), acting(people["ADMIN"]) as connection:
            assign(connection, [home], [1], manager=person)
        with refused("properties_property_manager_id_role"):
            admin.execute("UPDATE properties SET property_manager_id = %s WHERE id = %s", [person.id, home.id])


def test_managers_and_others_give_nothing_away(acting, people, home):
    for role in ("PROPERTY_MANAGER", "DFO_APPROVER", "USER", "VENDOR"):
        with forbidden("properties_managers"), acting(people[role]) as connection:
            assign(connection, [home], [1], manager=people["OTHER_MANAGER"])


def test_a_decided_turn_tells_its_versions(admin, acting, people, home):
    turn = make_turn(admin, home, turn_amount=900)
    with acting(people["PROPERTY_MANAGER"]) as connection:
        change(connection, turn, stage_id=STAGES["Scope Approval"])
    with acting(people["DFO_APPROVER"]) as connection:
        connection.execute("SELECT decide_approval(%s, 2, 'approve', NULL)", [turn.id])
        statuses = [at(connection, "turns", turn, version)["scope_approval_status"] for version in (1, 2, 3)]
    assert statuses == ["PENDING", "DFO_APPROVAL_NEEDED", "DFO_APPROVED"]
