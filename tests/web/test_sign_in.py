"""Signing in and out, sessions, passwords."""

import re
import time

import pytest

from tests.conftest import PASSWORD, csrf_token
from tests.factories import make_user, make_vendor
from tests.web.turn_pages import form_of
from turns_web.accounts import passwords
from turns_web.core.idempotency import hash_of

FIRST_PAGES = {
    "SUPER_ADMIN": "/board",
    "ADMIN": "/board",
    "PROPERTY_MANAGER": "/board",
    "SR_PROPERTY_MANAGER": "/board",
    "INSPECTOR": "/board",
    "USER": "/board",
    "DFO_APPROVER": "/approvals",
    "HO_APPROVER": "/approvals",
    "VENDOR": "/portal",
}


@pytest.fixture
def ana(database):
    with database.admin() as connection:
        return make_user(connection, "PROPERTY_MANAGER")


def attempt(client, email, password, **more):
    token = csrf_token(client.get("/login").text)
    return client.post("/login", data={"email": email, "password": password, "csrf_token": token, **more})


@pytest.mark.parametrize(("role", "path"), FIRST_PAGES.items())
def test_each_role_lands_on_its_own_first_page(app, database, role, path):
    client = app.test_client()
    with database.admin() as connection:
        vendor = {"vendor_id": make_vendor(connection).id} if role == "VENDOR" else {}
        user = make_user(connection, role, **vendor)
    assert attempt(client, user.email, PASSWORD).status_code == 303
    assert client.get("/").location == path


def test_wrong_address_and_wrong_password_say_the_same(client, ana):
    wrong_password = attempt(client, ana.email, "not the password")
    wrong_address = attempt(client, "nobody@example.test", PASSWORD)
    assert wrong_password.status_code == wrong_address.status_code == 422
    for answer in (wrong_password, wrong_address):
        assert 'data-error-for="__all__"' in answer.text
        assert "do not go together" in answer.text
    assert ana.email in wrong_password.text  # what was typed stays, but never the password
    assert "not the password" not in wrong_password.text


def test_wrong_address_and_wrong_password_take_the_same_time(client, database):
    with database.admin() as connection:
        ana = make_user(connection, "PROPERTY_MANAGER", password_hash=passwords.hashed(PASSWORD))

    def spent(email):
        token = csrf_token(client.get("/login").text)
        begun = time.perf_counter()
        client.post("/login", data={"email": email, "password": "not it at all", "csrf_token": token})
        return time.perf_counter() - begun

    # In turn, and the quickest of each, so that whatever else the machine does weighs on neither.
    taken = [(spent(ana.email), spent("nobody@example.test")) for _ in range(10)]
    ratio = min(known for known, _ in taken) / min(unknown for _, unknown in taken)
    # The slow hash dominates both; without it the unknown address would answer in a tenth of the time.
    assert 0.5 < ratio < 2


@pytest.mark.parametrize(
    ("next", "location"),
    [
        ("/turns/x?a=1", "/turns/x?a=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_next_leads_back_to_a_path_of_our_own_only(client, ana, next, location):
    assert attempt(client, ana.email, PASSWORD, next=next).location == location


def test_the_address_is_read_without_case(client, ana):
    assert attempt(client, f"  {ana.email.upper()} ", PASSWORD).status_code == 303


def test_a_disabled_person_is_out_with_the_next_request(client, database, ana):
    attempt(client, ana.email, PASSWORD)
    assert client.get("/account").status_code == 200
    with database.admin() as connection:
        connection.execute("UPDATE users SET is_active = false WHERE id = %s", [ana.id])
    assert client.get("/account").location.startswith("/login")
    assert attempt(client, ana.email, PASSWORD).status_code == 422


def test_signing_out_kills_the_token(app, client, ana):
    attempt(client, ana.email, PASSWORD)
    kept = client.get_cookie("turns_session").value
    token = csrf_token(client.get("/account").text)
    assert client.post("/logout", data={"csrf_token": token}).location == "/login"
    thief = app.test_client()
    thief.set_cookie("turns_session", kept)
    assert thief.get("/account").location.startswith("/login")


def test_the_token_is_kept_as_its_hash_only(client, database, ana):
    attempt(client, ana.email, PASSWORD)
    kept = client.get_cookie("turns_session").value
    with database.admin() as connection:
        stored = [row[0] for row in connection.execute("SELECT token FROM sessions")]
    assert kept not in stored
    assert all(len(token) == 64 for token in stored)


def test_a_person_sees_and_ends_their_own_sessions_only(app, client, database, ana):
    other = app.test_client()
    attempt(client, ana.email, PASSWORD)
    attempt(other, ana.email, PASSWORD)
    with database.admin() as connection:
        stranger = make_user(connection, "ADMIN")
        attempt(app.test_client(), stranger.email, PASSWORD)
        foreign = connection.execute("SELECT id FROM sessions WHERE user_id = %s", [stranger.id]).fetchone()[0]
        own = [
            row[0]
            for row in connection.execute("SELECT id FROM sessions WHERE user_id = %s ORDER BY created_at", [ana.id])
        ]
    page = client.get("/account").text
    assert str(own[-1]) in page
    assert str(foreign) not in page
    token = csrf_token(page)
    assert client.post(f"/account/sessions/{foreign}/end", data={"csrf_token": token}).status_code == 404
    assert client.post(f"/account/sessions/{own[-1]}/end", data={"csrf_token": token}).status_code == 303
    assert other.get("/account").location.startswith("/login")
    assert client.get("/account").status_code == 200


def test_a_new_password_ends_the_other_sessions(app, client, ana):
    other = app.test_client()
    attempt(client, ana.email, PASSWORD)
    attempt(other, ana.email, PASSWORD)
    page = client.get("/account").text
    change = {"csrf_token": csrf_token(page), "current_password": "wrong", "new_password": "a much better one"}
    refused = client.post("/account/password", data=change)
    assert refused.status_code == 422
    assert 'data-error-for="current_password"' in refused.text
    short = client.post("/account/password", data=change | {"current_password": PASSWORD, "new_password": "short"})
    assert 'data-error-for="new_password"' in short.text
    assert client.post("/account/password", data=change | {"current_password": PASSWORD}).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").location.startswith("/login")
    assert attempt(app.test_client(), ana.email, "a much better one").status_code == 303


def test_a_password_form_sent_twice_changes_it_once_and_keeps_nothing_of_it(client, ana, database):
    attempt(client, ana.email, PASSWORD)
    form = form_of(client.get("/account").text, "/account/password")
    sent = form | {"current_password": PASSWORD, "new_password": "a much better one"}
    for _ in range(2):
        assert client.post("/account/password", data=sent).status_code == 303
    with database.admin() as connection:
        kept = connection.execute("SELECT body_hash FROM write_receipts WHERE user_id = %s", [ana.id]).fetchall()
    assert [hash_of({"path": "/account/password", "username": [ana.email]})] == [one for (one,) in kept]


def test_a_refused_password_leaves_the_preferences_as_they_are(client, ana):
    attempt(client, ana.email, PASSWORD)
    form = form_of(client.get("/account").text, "/account/password")
    refused = client.post("/account/password", data=form | {"current_password": "wrong", "new_password": "longer one"})
    assert refused.status_code == 422
    assert form_of(refused.text, "/account")["shortcuts"] == "1"


def test_the_cookie_outlives_the_session_that_slides_on_in_the_database(client, ana):
    told = attempt(client, ana.email, PASSWORD).headers["Set-Cookie"]
    assert int(re.search(r"turns_session=[^;]+;.*Max-Age=(\d+)", told)[1]) > 100 * 86400


def test_the_theme_is_in_the_servers_html(client, ana):
    attempt(client, ana.email, PASSWORD)
    token = csrf_token(client.get("/account").text)
    client.post("/account", data={"csrf_token": token, "theme": "dark", "shortcuts": "1"})
    assert 'data-theme="dark"' in client.get("/account").text
    refused = client.post("/account", data={"csrf_token": token, "theme": "pink"})
    assert refused.status_code == 422
    assert 'data-error-for="theme"' in refused.text


@pytest.mark.parametrize("email", ["a\x00b@example.test", "x" * 10_000, "🙂@example.test", "' OR 1=1 --"])
def test_hostile_sign_ins_are_refused_not_broken(client, email):
    assert attempt(client, email, "p" * 5_000).status_code == 422
    assert attempt(client, "a@example.test", "\x00").status_code == 422


def test_a_form_sent_after_the_session_ended_comes_back_whole(client, database, ana):
    attempt(client, ana.email, PASSWORD)
    token = csrf_token(client.get("/account").text)
    with database.admin() as connection:
        connection.execute("DELETE FROM sessions WHERE user_id = %s", [ana.id])
    answer = client.post("/turns/new", data={"csrf_token": token, "note": "half an hour's typing"})
    assert answer.status_code == 401
    assert "half an hour&#39;s typing" in answer.text
