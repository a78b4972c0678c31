"""Accounts: who sees whom, who changes what of them, and what nobody reads."""

import threading

import psycopg
import pytest

from tests.db.conftest import forbidden, refused
from tests.factories import make_property, make_turn, make_user, make_vendor

SYSTEM = "00000000-0000-0000-0000-000000000001"
SECRETS = {"users": "password_hash", "vendors": "tax_id", "turns": "primary_lock_box_code", "sessions": "token"}


def seen(connection, of):
    return {row.id for row in connection.execute(f"SELECT id FROM {of}")}


def test_oneself_in_users_and_all_of_them_for_administrators(admin, acting, people):
    everybody = {person.id for person in people.values()}
    for role, person in people.items():
        with acting(person) as connection:
            found = seen(connection, "users")
        assert found == (everybody if role in {"SUPER_ADMIN", "ADMIN"} else {person.id}), role


def test_staff_are_known_to_staff_and_vendors_people_to_administrators(acting, people):
    staff = {person.id for role, person in people.items() if role != "VENDOR"}
    for role, person in people.items():
        with acting(person) as connection:
            found = seen(connection, "people")
        if role in {"SUPER_ADMIN", "ADMIN"}:
            assert found == staff | {people["VENDOR"].id}
        elif role == "VENDOR":
            assert found == {person.id}
        else:
            assert found == staff, role


def test_a_vendor_knows_the_people_of_their_turns(admin, acting, people):
    company = make_vendor(admin)
    theirs = make_user(admin, "VENDOR", vendor_id=company.id)
    home = make_property(admin, people["PROPERTY_MANAGER"], people["SR_PROPERTY_MANAGER"])
    make_turn(admin, home, vendor_id=company.id, turns_superintendent_id=people["INSPECTOR"].id)
    make_turn(admin, make_property(admin, people["OTHER_MANAGER"]))
    with acting(theirs) as connection:
        assert seen(connection, "people") == {
            theirs.id, people["PROPERTY_MANAGER"].id, people["SR_PROPERTY_MANAGER"].id, people["INSPECTOR"].id,
        }  # fmt: skip
    admin.execute("UPDATE users SET is_active = false WHERE id = %s", [theirs.id])


def test_the_system_user_is_in_no_list_and_stays_as_it_is(admin, acting, people):
    with acting(people["SUPER_ADMIN"]) as connection:
        assert SYSTEM not in {str(id) for id in seen(connection, "users") | seen(connection, "people")}
    with forbidden("users_system"):
        admin.execute("UPDATE users SET is_active = false WHERE id = %s", [SYSTEM])


@pytest.mark.parametrize(("table", "column"), SECRETS.items())
def test_nobody_reads_a_secret(acting, people, table, column):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute(f"SELECT {column} FROM {table}")


@pytest.mark.parametrize(
    "change", ["role = 'ADMIN'", "is_active = false", "email = 'x@example.test'", "markets = '{X}'"]
)
def test_ones_own_account_is_ones_own_only_in_part(acting, people, change):
    manager = people["PROPERTY_MANAGER"]
    with acting(manager) as connection:
        connection.execute("UPDATE users SET timezone = 'UTC', preferences = '{\"theme\": \"dark\"}', phone = '1'")
    with forbidden("users_own_columns"), acting(manager) as connection:
        connection.execute(f"UPDATE users SET {change} WHERE id = %s", [manager.id])


def test_a_super_administrator_is_made_and_changed_by_one_alone(admin, acting, people):
    super_admin = make_user(admin, "SUPER_ADMIN")
    insert = "INSERT INTO users (email, role) VALUES ('s@example.test', 'SUPER_ADMIN')"
    with forbidden("users_super_admin"), acting(people["ADMIN"]) as connection:
        connection.execute(insert)
    for change in ("phone = '1'", "role = 'ADMIN'"):
        with forbidden("users_super_admin"), acting(people["ADMIN"]) as connection:
            connection.execute(f"UPDATE users SET {change} WHERE id = %s", [super_admin.id])
    with forbidden("users_super_admin"), acting(people["ADMIN"]) as connection:
        connection.execute("UPDATE users SET role = 'SUPER_ADMIN' WHERE id = %s", [people["ADMIN"].id])
    with acting(people["SUPER_ADMIN"]) as connection:
        connection.execute("UPDATE users SET role = 'ADMIN' WHERE id = %s", [super_admin.id])


def test_the_last_super_administrator_cannot_be_lost_even_by_two_at_once(admin, database, people):
    rivals = [people["SUPER_ADMIN"], make_user(admin, "SUPER_ADMIN")]
    ready, outcome = threading.Barrier(2), []

    def demote(person):
        with psycopg.connect(database.app_url) as connection:
            connection.execute("SELECT set_config('app.current_user_id', %s, false)", [str(person.id)])
            ready.wait()
            try:
                connection.execute("UPDATE users SET role = 'ADMIN' WHERE id = %s", [person.id])
                outcome.append("gone")
            except psycopg.errors.CheckViolation as error:
                outcome.append(error.diag.constraint_name)

    threads = [threading.Thread(target=demote, args=[person]) for person in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["gone", "users_last_super_admin"]
    with refused("users_last_super_admin"):
        admin.execute("UPDATE users SET is_active = false WHERE role = 'SUPER_ADMIN' AND id <> %s", [SYSTEM])


def test_addresses_are_one_whatever_their_case(admin):
    make_user(admin, email="Ana.Ruiz@example.test")
    with refused("idx_users_email", psycopg.errors.UniqueViolation):
        make_user(admin, email="ana.ruiz@EXAMPLE.test")
    with refused("valid_email"):
        make_user(admin, email="ana")


def test_an_administrator_approves_vendors_and_a_senior_manager_enters_them(acting, people):
    senior = people["SR_PROPERTY_MANAGER"]
    with acting(senior) as connection:
        made = connection.execute("INSERT INTO vendors (company_name) VALUES ('Rivera') RETURNING id").fetchone()
        assert connection.execute("UPDATE vendors SET phone = '1' WHERE id = %s", [made.id]).rowcount == 1
    for change in ("is_approved = true", "tax_id = '1'"):
        with forbidden("vendors_approval"), acting(senior) as connection:
            connection.execute(f"UPDATE vendors SET {change} WHERE id = %s", [made.id])
    with forbidden("vendors_approval"), acting(senior) as connection:
        connection.execute("INSERT INTO vendors (company_name, is_approved) VALUES ('Own', true)")
    with acting(people["ADMIN"]) as connection:
        assert connection.execute("UPDATE vendors SET is_approved = true WHERE id = %s", [made.id]).rowcount == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute("INSERT INTO vendors (company_name) VALUES ('Own')")


def test_who_sees_which_vendors(admin, acting, people):
    approved, unknown, working = make_vendor(admin), make_vendor(admin, is_approved=False), None
    working = make_vendor(admin, is_approved=False)
    make_turn(admin, make_property(admin, people["PROPERTY_MANAGER"]), flooring_vendor_id=working.id)
    expected = {
        "ADMIN": {approved.id, unknown.id, working.id},
        "SR_PROPERTY_MANAGER": {approved.id, unknown.id, working.id},
        "PROPERTY_MANAGER": {approved.id, working.id},
        "DFO_APPROVER": {approved.id, working.id},
        "OTHER_MANAGER": {approved.id},
        "USER": {approved.id},
        "VENDOR": set(),
    }
    for role, wanted in expected.items():
        with acting(people[role]) as connection:
            found = seen(connection, "vendors") & {approved.id, unknown.id, working.id}
        assert found == wanted, role


def test_a_delegation_ends_with_either_account_and_does_not_come_back(admin, acting):
    approvers, delegates = ([make_user(admin, role) for _ in range(2)] for role in ("DFO_APPROVER", "USER"))
    for approver, delegate in zip(approvers, delegates, strict=True):
        with acting(approver) as connection:
            connection.execute("SELECT delegate_approvals(%s, portfolio_today(), portfolio_today())", [delegate.id])
        assert admin.execute("SELECT stands_in(%s)", [delegate.id]).fetchone().stands_in == ["DFO"]
    for closed in (approvers[0], delegates[1]):
        admin.execute("UPDATE users SET is_active = false WHERE id = %s", [closed.id])
        admin.execute("UPDATE users SET is_active = true WHERE id = %s", [closed.id])
    for delegate in delegates:
        assert admin.execute("SELECT stands_in(%s)", [delegate.id]).fetchone().stands_in == []
