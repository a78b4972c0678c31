"""Sign-in goes through functions that anybody may call and that tell no more than needed."""

import psycopg
import pytest

from tests.db.conftest import forbidden
from tests.factories import make_token, make_user, make_webhook

HASH = "0" * 64


@pytest.fixture
def call(acting):
    def act(statement, *parameters, by=None):
        with acting(by) as connection:
            return connection.execute(f"SELECT * FROM {statement}", parameters).fetchone()

    return act


def start(call, person, token, lifetime="7 days"):
    return call("start_session(%s, %s, '203.0.113.9', 'Firefox', %s::interval) AS id", person.id, token, lifetime).id


def test_an_account_is_found_by_its_address_in_any_case(admin, call):
    person = make_user(admin, email="Mia@example.test")
    row = call("account_for_sign_in(%s)", "mIA@Example.Test")
    assert (row.id, row.password_hash, row.is_active) == (person.id, person.password_hash, True)
    assert call("account_for_sign_in('nobody@example.test')") is None


def test_the_system_user_cannot_sign_in(call):
    assert call("account_for_sign_in('system@turns.invalid')") is None
    with forbidden("sessions_account_closed"):
        call("start_session('00000000-0000-0000-0000-000000000001', 't', NULL, NULL, '1 day')")


def test_a_session_tells_who_it_is_until_it_ends(admin, call):
    person = make_user(admin, "USER", markets=["Reno"])
    session = start(call, person, "tok-a")
    row = call("session_identity('tok-a')")
    assert (row.session_id, row.user_id, row.role, row.markets) == (session, person.id, "USER", ["Reno"])
    call("end_session('tok-a')")
    assert call("session_identity('tok-a')") is None


def test_a_closed_account_has_no_session_and_gets_none(admin, call):
    person = make_user(admin)
    start(call, person, "tok-b")
    admin.execute("UPDATE users SET is_active = false WHERE id = %s", [person.id])
    assert call("session_identity('tok-b')") is None
    with forbidden("sessions_account_closed"):
        start(call, person, "tok-c")
    admin.execute("UPDATE users SET is_active = true WHERE id = %s", [person.id])
    assert call("session_identity('tok-b')") is None


def test_an_expired_session_is_none(admin, call):
    start(call, make_user(admin), "tok-d", "-1 second")
    assert call("session_identity('tok-d')") is None


def test_a_session_in_use_slides_on_by_its_lifetime_at_most_once_in_five_minutes(admin, call):
    start(call, make_user(admin), "tok-e")
    when = "SELECT expires_at, last_seen_at FROM sessions WHERE token = 'tok-e'"
    first = admin.execute(when).fetchone()
    call("session_identity('tok-e')")
    assert admin.execute(when).fetchone() == first
    admin.execute(
        "UPDATE sessions SET last_seen_at = last_seen_at - interval '6 minutes',"
        " expires_at = expires_at - interval '6 minutes' WHERE token = 'tok-e'"
    )
    call("session_identity('tok-e')")
    slid = admin.execute(when).fetchone()
    assert slid.expires_at > first.expires_at
    assert slid.expires_at - slid.last_seen_at == first.expires_at - first.last_seen_at


def test_a_read_only_transaction_can_look_a_session_up(admin, acting, call):
    start(call, make_user(admin), "tok-f")
    admin.execute("UPDATE sessions SET last_seen_at = now() - interval '1 hour' WHERE token = 'tok-f'")
    with acting(None) as connection:
        connection.execute("SET TRANSACTION READ ONLY")
        assert connection.execute("SELECT session_id FROM session_identity('tok-f')").fetchone()


def test_a_new_password_ends_the_other_sessions_and_is_audited_without_it(admin, call):
    person = make_user(admin)
    here, _ = start(call, person, "tok-g"), start(call, person, "tok-h")
    call("change_password('new-hash', %s)", here, by=person)
    assert call("password_hash_of_me() AS hash", by=person).hash == "new-hash"
    assert call("session_identity('tok-g')")
    assert call("session_identity('tok-h')") is None
    row = admin.execute(
        "SELECT changed_fields, old_values, new_values FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'",
        [person.id],
    ).fetchone()
    assert tuple(row) == (["password_hash"], {}, {})


def test_without_a_sign_in_there_is_no_password_of_ones_own(call):
    with forbidden("users_not_signed_in"):
        call("change_password('x', NULL)")
    assert call("password_hash_of_me() AS hash").hash is None


def test_an_administrator_sets_a_lost_password_and_nobody_else(admin, call, people):
    person = make_user(admin)
    start(call, person, "tok-i")
    with forbidden("users_set_password"):
        call("set_password(%s, 'x')", person.id, by=people["PROPERTY_MANAGER"])
    with forbidden("users_super_admin"):
        call("set_password(%s, 'x')", people["SUPER_ADMIN"].id, by=people["ADMIN"])
    call("set_password(%s, 'by-admin')", person.id, by=people["ADMIN"])
    assert call("session_identity('tok-i')") is None
    assert call("account_for_sign_in(%s)", person.email).password_hash == "by-admin"


def test_sessions_are_made_by_the_functions_alone(acting, people):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute(
            "INSERT INTO sessions (user_id, token, expires_at) VALUES (%s, 'x', now())", [people["ADMIN"].id]
        )


def test_a_bearer_is_a_session_or_a_token_that_lives(admin, call):
    person = make_user(admin, "USER", markets=["Reno"])
    session = start(call, person, "tok-j")
    token = make_token(admin, person, token="tok-k", scope="read")
    of_session, of_token = call("bearer_identity('tok-j')"), call("bearer_identity('tok-k')")
    assert (of_session.session_id, of_session.reads_only) == (session, False)
    assert (of_token.session_id, of_token.reads_only, of_token.markets) == (token.id, True, ["Reno"])
    assert call("session_identity('tok-k')") is None
    call("end_session('tok-k')")
    assert call("bearer_identity('tok-k')") is None
    assert call("bearer_identity('nobody')") is None


def test_a_token_can_be_looked_up_in_a_read_only_transaction(admin, acting):
    make_token(admin, make_user(admin), token="tok-l")
    with acting(None) as connection:
        connection.execute("SET TRANSACTION READ ONLY")
        assert connection.execute("SELECT session_id FROM bearer_identity('tok-l')").fetchone()


def test_closing_an_account_revokes_its_tokens_for_good(admin, call):
    person = make_user(admin)
    make_token(admin, person, token="tok-m")
    for is_active in (False, True):
        admin.execute("UPDATE users SET is_active = %s WHERE id = %s", [is_active, person.id])
        assert call("bearer_identity('tok-m')") is None


def test_a_webhooks_secret_is_read_by_the_system_user_alone(admin, call, people):
    webhook = make_webhook(admin)
    for person in (people["SUPER_ADMIN"], people["ADMIN"], None):
        with forbidden("webhooks_secret"):
            call("webhook_secret(%s)", webhook.id, by=person)
    system = admin.execute("SELECT id FROM users WHERE email = 'system@turns.invalid'").fetchone()
    assert call("webhook_secret(%s) AS secret", webhook.id, by=system).secret == webhook.secret
