"""The tokens that a person makes at /account for their programs."""

import re
from datetime import timedelta

import pytest

from tests.conftest import csrf_token
from tests.factories import make_user
from tests.web.turn_pages import form_of
from turns_web.core.clock import now


@pytest.fixture
def ana(database):
    with database.admin() as connection:
        return make_user(connection, "PROPERTY_MANAGER")


@pytest.fixture
def account(person, ana):
    return person(ana.email)


def make(account, **typed):
    form = form_of(account.get("/account").text, "/account/tokens")
    return account.post("/account/tokens", data=form | {"name": "Weekly report"} | typed)


def shown(html):
    found = re.search(r'value="(turns_[^"]+)"[^>]*data-once="token"', html)
    return found and found[1]


def read(app, token):
    return app.test_client().get("/api/turns", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_shown_once_and_signs_a_program_in(app, account, database, ana):
    answer = make(account, scope="write")
    assert (answer.status_code, answer.location) == (303, "/account#tokens")
    page = account.get("/account").text
    token = shown(page)
    assert "Weekly report" in page and "reads and writes" in page and "never used" in page
    again = account.get("/account").text
    assert token not in again
    assert read(app, token) == 200
    assert "last used" in account.get("/account").text
    with database.admin() as connection:
        kept = connection.execute("SELECT token FROM api_tokens WHERE user_id = %s", [ana.id]).fetchall()
        receipts = connection.execute("SELECT answer::text FROM write_receipts WHERE user_id = %s", [ana.id]).fetchall()
    assert len(kept) == 1 and len(kept[0][0]) == 64
    assert token not in str(kept + receipts)


def test_a_token_reads_only_unless_more_is_asked_for(account):
    make(account)
    assert "only reads" in account.get("/account").text


def test_a_form_sent_twice_makes_one_token(account, database, ana):
    form = form_of(account.get("/account").text, "/account/tokens") | {"name": "Twice", "scope": "read"}
    for _ in range(2):
        assert account.post("/account/tokens", data=form).status_code == 303
    with database.admin() as connection:
        made = connection.execute("SELECT count(*) FROM api_tokens WHERE user_id = %s", [ana.id]).fetchone()
    assert made == (1,)


def test_a_revoked_token_is_refused_at_once(app, account, database, ana):
    make(account)
    page = account.get("/account").text
    token, id = shown(page), re.search(r'data-token="([^"]+)"', page)[1]
    assert read(app, token) == 200
    form = form_of(page, f"/account/tokens/{id}/revoke")
    assert account.post(f"/account/tokens/{id}/revoke", data=form).status_code == 303
    assert read(app, token) == 401
    page = account.get("/account").text
    assert "Weekly report is revoked" in page
    assert id not in page


def test_somebody_elses_token_is_not_there(app, person, account, database):
    make(account)
    id = re.search(r'data-token="([^"]+)"', account.get("/account").text)[1]
    with database.admin() as connection:
        other = person(make_user(connection, "SUPER_ADMIN").email)
    page = other.get("/account").text
    assert id not in page
    assert other.post(f"/account/tokens/{id}/revoke", data={"csrf_token": csrf_token(page)}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scope": "everything"}, "scope"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "soon"}, "expires_on"),
    ],
)
def test_a_token_that_cannot_be_made_brings_the_form_back(account, typed, field):
    answer = make(account, **typed)
    assert answer.status_code == 422
    assert f'data-error-for="{field}"' in answer.text
    assert shown(answer.text) is None
    if field != "name":
        assert 'value="Weekly report"' in answer.text


def test_a_token_works_to_the_end_of_its_last_day(app, account, ana, database):
    with database.admin() as connection:
        connection.execute("UPDATE users SET timezone = 'Pacific/Honolulu' WHERE id = %s", [ana.id])
    today = (now() - timedelta(hours=10)).date()
    make(account, expires_on=today.isoformat())
    with database.admin() as connection:
        (ends,) = connection.execute("SELECT expires_at FROM api_tokens WHERE user_id = %s", [ana.id]).fetchone()
    assert ends.astimezone(now().tzinfo).isoformat()[:16] == f"{today + timedelta(days=1)}T10:00"


def test_nobody_gathers_tokens_without_end(account):
    for number in range(20):
        assert make(account, name=f"Number {number}").status_code == 303
    answer = make(account, name="One more")
    assert answer.status_code == 422
    assert "revoke one" in answer.text
