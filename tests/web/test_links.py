"""/invite/<token> and /reset/<token>: what whoever holds a link sees, and that choosing a password uses it up."""

import pytest

from tests.conftest import PASSWORD, csrf_token
from tests.factories import make_user
from turns_web.accounts.links import actions
from turns_web.accounts.links.actions import Purpose
from turns_web.core import db
from turns_web.core.identity import system_identity

CHOSEN = "four words are enough"


@pytest.fixture
def link(app, database):
    """link("INVITE"): somebody, and the address of a link of theirs."""

    def make(purpose, role="PROPERTY_MANAGER", **columns):
        invited = {"password_hash": None, "is_active": False} if purpose == "INVITE" else {}
        with database.admin() as connection:
            person = make_user(connection, role, **invited, **columns)
        with db.write(system_identity()) as session:
            made = actions.make(session, person.id, Purpose(purpose))
        return person, f"/{'invite' if purpose == 'INVITE' else 'reset'}/{made.token}"

    return make


def choose(client, path, password=CHOSEN):
    page = client.get(path).text
    token = csrf_token(page if "csrf_token" in page else client.get("/login").text)
    return client.post(path, data={"csrf_token": token, "password": password})


def attempt(client, email, password):
    return client.post(
        "/login", data={"email": email, "password": password, "csrf_token": csrf_token(client.get("/login").text)}
    ).status_code


def test_an_invitation_is_shown_as_often_as_one_likes_and_accepted_once(app, client, link):
    person, path = link("INVITE", first_name="Ana")
    assert attempt(client, person.email, PASSWORD) == 422, "who has not accepted cannot sign in"
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert "Ana" in page.text and person.email in page.text and "manager" in page.text
        assert page.headers["Cache-Control"] == "no-store, private"
    answer = choose(client, path)
    assert (answer.status_code, answer.location) == (303, "/")
    assert person.email in client.get("/account").text, "accepting signs in"
    other = app.test_client()
    dead = other.get(path)
    assert dead.status_code == 410 and 'data-link="used"' in dead.text and person.email not in dead.text
    assert choose(other, path, "another one entirely").status_code == 410
    assert attempt(other, person.email, "another one entirely") == 422
    assert attempt(other, person.email, CHOSEN) == 303


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_that_cannot_be_taken_leaves_the_link_as_it_is(client, link, password):
    _, path = link("INVITE")
    refused = choose(client, path, password)
    assert refused.status_code == 422 and 'data-error-for="password"' in refused.text
    assert choose(client, path).status_code == 303


def test_a_link_is_for_one_thing_only(client, link):
    _, path = link("INVITE")
    assert client.get(path.replace("/invite/", "/reset/")).status_code == 404
    assert choose(client, path.replace("/invite/", "/reset/")).status_code == 404
    _, path = link("RESET")
    assert choose(client, path.replace("/reset/", "/invite/")).status_code == 404


@pytest.mark.parametrize("path", ["/invite/never-made", f"/invite/{'x' * 3000}", "/reset/never-made", "/invite/%F0%9F"])
def test_one_that_never_was_tells_nothing(client, path):
    page = client.get(path)
    assert page.status_code == 404 and 'data-link="unknown"' in page.text
    assert choose(client, path).status_code == 404


def test_a_new_password_signs_in_here_and_out_everywhere_else(app, client, link, sign_in):
    person, path = link("RESET")
    elsewhere = sign_in(app.test_client(), person.email)
    assert choose(client, path).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").location.startswith("/login")
    assert attempt(app.test_client(), person.email, PASSWORD) == 422
    assert client.get(path).status_code == 410


def test_a_link_of_a_closed_account_is_dead(client, database, link):
    person, path = link("RESET")
    with database.admin() as connection:
        connection.execute("UPDATE users SET is_active = false WHERE id = %s", [person.id])
    assert client.get(path).status_code == 410
    assert choose(client, path).status_code == 410


def test_somebody_else_who_is_signed_in_becomes_the_invited_one(client, link, sign_in):
    sign_in(client, "ADMIN")
    person, path = link("INVITE")
    assert choose(client, path).status_code == 303
    assert person.email in client.get("/account").text
