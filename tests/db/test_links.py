"""Links that open an account: who makes them, what they are worth, and that each is used once."""

import psycopg
import pytest

from tests.db.conftest import forbidden, refused
from tests.factories import make_token, make_user
from tests.together import at_once

SYSTEM = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def call(acting):
    def act(statement, *parameters, by=None):
        with acting(by) as connection:
            return connection.execute(f"SELECT * FROM {statement}", parameters).fetchone()

    return act


@pytest.fixture
def invited(admin, people, call):
    """invited(role): somebody who was invited, and the hash of their token."""

    def act(role="USER", by="SUPER_ADMIN", lifetime="7 days"):
        person = make_user(admin, role, password_hash=None, is_active=False)
        token = f"hash-of-{person.id}"
        call("make_link(%s, 'INVITE', %s, %s::interval)", person.id, token, lifetime, by=people[by])
        return person, token

    return act


def row(admin, person):
    return admin.execute("SELECT * FROM users WHERE id = %s", [person.id]).fetchone()


def test_an_invitation_opens_the_account_once(admin, call, invited):
    person, token = invited()
    found = call("link_of(%s)", token)
    assert (found.state, found.purpose, found.email) == ("open", "INVITE", person.email)
    assert call("use_link(%s, 'INVITE', 'new hash') AS id", token).id == person.id
    now = row(admin, person)
    assert (now.is_active, now.email_verified, now.password_hash, now.version) == (True, True, "new hash", 2)
    assert tuple(call("link_of(%s)", token)[:3]) == ("INVITE", "used", None)
    with pytest.raises(psycopg.errors.NoDataFound):
        call("use_link(%s, 'INVITE', 'another hash')", token)
    assert row(admin, person).password_hash == "new hash"


def test_accepting_is_the_persons_own_act_in_the_audit(admin, call, invited):
    person, token = invited("SUPER_ADMIN")
    call("use_link(%s, 'INVITE', 'new hash')", token)
    found = admin.execute(
        "SELECT user_id, changed_fields FROM audit_logs WHERE record_id = %s AND record_version = 2", [person.id]
    ).fetchone()
    assert found.user_id == person.id
    assert {"is_active", "password_hash"} <= set(found.changed_fields)


def test_an_invitation_is_used_up_once_by_two_at_once(database, admin, invited):
    person, token = invited()

    def use(number):
        with psycopg.connect(database.app_url, autocommit=True) as connection:
            try:
                connection.execute("SELECT use_link(%s, 'INVITE', %s)", [token, f"hash {number}"])
            except psycopg.errors.NoDataFound:
                return "dead"
            return f"hash {number}"

    came = at_once([lambda number=number: use(number) for number in range(4)])
    assert sorted(came)[:3] == ["dead"] * 3
    assert row(admin, person).password_hash in came


def test_what_is_expired_withdrawn_or_replaced_opens_nothing(people, call, invited):
    _, expired = invited(lifetime="-1 second")
    person, first = invited()
    call("make_link(%s, 'INVITE', 'later one', '7 days')", person.id, by=people["ADMIN"])
    other, withdrawn = invited()
    call("withdraw_invitation(%s)", other.id, by=people["ADMIN"])
    for token, state in ((expired, "expired"), (first, "ended"), (withdrawn, "ended")):
        found = call("link_of(%s)", token)
        assert (found.state, found.email, found.role) == (state, None, None)
        with pytest.raises(psycopg.errors.NoDataFound):
            call("use_link(%s, 'INVITE', 'x')", token)
    with refused("links_none_waits"):
        call("withdraw_invitation(%s)", other.id, by=people["ADMIN"])
    assert call("link_of('never made')") is None


@pytest.mark.parametrize("change", ["email = 'elsewhere@example.test'", "role = 'SUPER_ADMIN'"])
def test_another_address_or_role_ends_what_was_sent(admin, call, invited, change):
    person, token = invited()
    admin.execute(f"UPDATE users SET {change} WHERE id = %s", [person.id])
    assert call("link_of(%s)", token).state == "ended"


def test_a_new_password_by_link_ends_all_that_opened_the_account(admin, people, call):
    person = make_user(admin, "DFO_APPROVER")
    made = make_token(admin, person)
    call("start_session(%s, %s, NULL, NULL, '1 day')", person.id, f"session of {person.id}")
    call("make_link(%s, 'RESET', %s, '1 hour')", person.id, f"reset of {person.id}", by=people["ADMIN"])
    with pytest.raises(psycopg.errors.NoDataFound):
        call("use_link(%s, 'INVITE', 'x')", f"reset of {person.id}")
    call("use_link(%s, 'RESET', 'new hash')", f"reset of {person.id}")
    assert row(admin, person).password_hash == "new hash"
    assert call("session_identity(%s)", f"session of {person.id}") is None
    assert admin.execute("SELECT revoked_at FROM api_tokens WHERE id = %s", [made.id]).fetchone().revoked_at


@pytest.mark.parametrize("way", ["change_password('new', NULL)", "set_password(%(id)s, 'new')"])
def test_another_password_revokes_the_tokens_of_programs(admin, people, acting, way):
    person = make_user(admin)
    made = make_token(admin, person)
    by = person if way.startswith("change") else people["ADMIN"]
    with acting(by) as connection:
        connection.execute(f"SELECT {way}", {"id": person.id})
    assert admin.execute("SELECT revoked_at FROM api_tokens WHERE id = %s", [made.id]).fetchone().revoked_at


def test_only_an_open_account_gets_a_new_password_and_only_a_closed_one_an_invitation(admin, people, call, invited):
    person, _ = invited()
    with refused("links_account_closed"):
        call("make_link(%s, 'RESET', 'r', '1 hour')", person.id, by=people["ADMIN"])
    with refused("links_account_opened"):
        call("make_link(%s, 'INVITE', 'i', '1 hour')", people["USER"].id, by=people["ADMIN"])
    closed = make_user(admin, is_active=False)
    with refused("links_account_opened"):
        call("make_link(%s, 'INVITE', 'i', '1 hour')", closed.id, by=people["ADMIN"])


def test_who_forgot_their_password_is_told_apart_from_nobody_by_the_system_user_alone(admin, acting, people, call):
    person = make_user(admin)
    system = admin.execute("SELECT * FROM users WHERE id = %s", [SYSTEM]).fetchone()
    found = call("link_for_forgotten(%s, 'f-1', '1 hour')", person.email.upper(), by=system)
    assert (found.email, found.role) == (person.email, "USER")
    for address in ("nobody@example.test", "system@turns.invalid", make_user(admin, is_active=False).email):
        assert call("link_for_forgotten(%s, %s, '1 hour')", address, f"f-{address}", by=system) is None
        assert call("link_of(%s)", f"f-{address}") is None
        with pytest.raises(psycopg.errors.NoDataFound):
            call("use_link(%s, 'RESET', 'x')", f"f-{address}")
    for who in (people["SUPER_ADMIN"], people["USER"], None):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            call("link_for_forgotten(%s, 'f-2', '1 hour')", person.email, by=who)


def test_others_than_administrators_keep_no_accounts(admin, people, call):
    person = make_user(admin)
    for statement in (
        "make_link(%s, 'RESET', 'x', '1 hour')",
        "withdraw_invitation(%s)",
        "end_sessions_of(%s, NULL)",
        "revoke_api_tokens_of(%s, NULL)",
    ):
        for role in ("PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "DFO_APPROVER", "VENDOR", "USER"):
            with forbidden("users_keep"):
                call(statement, person.id, by=people[role])
        with forbidden("users_super_admin"):
            call(statement, people["SUPER_ADMIN"].id, by=people["ADMIN"])
        with pytest.raises(psycopg.errors.NoDataFound):
            call(statement, SYSTEM, by=people["SUPER_ADMIN"])


def test_nobody_but_administrators_sees_links_sessions_and_tokens_of_others(admin, acting, people, call, invited):
    invited()
    person = make_user(admin)
    make_token(admin, person)
    call("start_session(%s, %s, NULL, NULL, '1 day')", person.id, f"seen {person.id}")
    for role, who in people.items():
        is_admin = role in {"SUPER_ADMIN", "ADMIN"}
        with acting(who) as connection:
            assert bool(connection.execute("SELECT id FROM verification_tokens").fetchall()) == is_admin
        assert (call("sessions_of(%s)", person.id, by=who) is not None) == is_admin
        assert (call("api_tokens_of(%s)", person.id, by=who) is not None) == is_admin
        assert (call("held_by(%s)", person.id, by=who) is not None) == is_admin


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT token FROM verification_tokens",
        "UPDATE verification_tokens SET used_at = NULL",
        "DELETE FROM verification_tokens",
        "INSERT INTO verification_tokens (user_id, purpose, token, expires_at)"
        " VALUES (app_user_id(), 'RESET', 'mine', now() + '1 day')",
    ],
)
def test_the_application_writes_no_link_by_a_statement(acting, people, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute(statement)


def test_a_disabled_person_opens_no_account_by_a_statement(admin, acting):
    closed = make_user(admin, is_active=False)
    with acting(closed) as connection:
        assert connection.execute("UPDATE users SET is_active = true").rowcount == 0


def test_views_that_others_see_change_hands_and_private_ones_stay(admin, people, call):
    person, taker = make_user(admin), make_user(admin)
    for owner, name, role in ((person, "Late", "USER"), (person, "Mine", None), (taker, "Late", None)):
        admin.execute(
            "INSERT INTO saved_views (owner_id, page, name, query, shared_with_role) VALUES (%s, 'board', %s, '', %s)",
            [owner.id, name, role],
        )
    call("hand_over_views(%s, %s)", person.id, taker.id, by=people["ADMIN"])
    kept = {(view.owner_id, view.name) for view in admin.execute("SELECT owner_id, name FROM saved_views")}
    assert kept == {(person.id, "Mine"), (taker.id, "Late"), (taker.id, f"Late ({person.email[:27]})")}
    with refused("saved_views_taker"):
        call("hand_over_views(%s, %s)", person.id, people["VENDOR"].id, by=people["ADMIN"])
