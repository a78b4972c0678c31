"""How often one may try, counted in the real Valkey, and in memory while it is away."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import redis
from limits import parse

from tests.conftest import PASSWORD, csrf_token
from tests.factories import make_user
from turns_web.web import attempts


@pytest.fixture(scope="module")
def settings(database):
    return database.settings(rate_limits="writes=8/minute;sign_in_account=5/minute;sign_in_address=12/minute")


def attempt(client, email, password):
    token = csrf_token(client.get("/login").text)
    return client.post("/login", data={"email": email, "password": password, "csrf_token": token})


def person(database):
    with database.admin() as connection:
        return make_user(connection, "PROPERTY_MANAGER")


def test_five_failures_close_an_account_for_a_while_also_for_the_right_password(app, database):
    ana, ben = person(database), person(database)
    for _ in range(6):
        assert attempt(app.test_client(), ana.email, PASSWORD).status_code == 303  # a right one never counts
    for _ in range(5):
        assert attempt(app.test_client(), ana.email, "wrong one").status_code == 422
    refused = attempt(app.test_client(), ana.email.upper(), PASSWORD)
    assert refused.status_code == 429
    assert refused.headers["RateLimit-Policy"] == '"sign_in_account";q=5;w=60'
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert attempt(app.test_client(), ben.email, PASSWORD).status_code == 303


def test_an_address_that_tries_many_accounts_is_stopped(app, database):
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    client = app.test_client()

    def attempt_from_there(email, password, number):
        token = csrf_token(client.get("/login", environ_overrides=elsewhere).text)
        data = {"email": email, "password": password, "csrf_token": token}
        # Believed by nobody: no proxy is configured.
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        return client.post("/login", data=data, environ_overrides=elsewhere, headers=headers)

    for number in range(12):
        assert attempt_from_there(f"{number}@example.test", "wrong one", number).status_code == 422
    assert attempt_from_there("13@example.test", "wrong one", 13).status_code == 429


def test_links_for_a_forgotten_password_fill_nobodys_mailbox(app, database):
    def forget(email):
        client = app.test_client()
        token = csrf_token(client.get("/forgot").text)
        return client.post("/forgot", data={"email": email, "csrf_token": token})

    ana = person(database)
    for email in (ana.email, "nobody@example.test"):
        assert [forget(email).status_code for _ in range(4)] == [200, 200, 200, 429], "known or not"
    assert 0 < int(forget(ana.email.upper()).headers["Retry-After"]) <= 900
    with database.admin() as connection:
        sent = connection.execute("SELECT count(*) FROM outbox WHERE payload ->> 'to' = %s", [ana.email]).fetchone()
    assert sent == (3,)
    assert attempt(app.test_client(), ana.email, PASSWORD).status_code == 303, "who remembers after all signs in"


@pytest.fixture(params=["Redis", "memory"])
def counted(request, app, database):
    """Where attempts are counted; nothing is counted yet."""
    counted = app.extensions["attempts"]._counted
    with redis.Redis.from_url(database.redis_url) as valkey:
        valkey.flushall()
    if request.param == "memory":
        counted.away_until = float("inf")
    yield
    counted.away_until = 0.0


def together(app, times, email, password):
    """The statuses of so many attempts that are made at the same moment."""

    def one(_):
        return app.test_client().post("/api/auth/login", json={"email": email, "password": password}).status_code

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(one, range(times)))


def test_wrong_passwords_sent_together_get_no_more_tries_than_one_after_another(app, database, counted):
    ana = person(database)
    assert together(app, 24, ana.email, "wrong one") == {401: 5, 429: 19}
    assert together(app, 2, ana.email, PASSWORD) == {429: 2}


def test_however_many_sign_in_rightly_together_all_are_let_in(app, database, counted):
    ana = person(database)
    assert together(app, 4, ana.email, "wrong one") == {401: 4}
    assert together(app, 16, ana.email, PASSWORD) == {200: 16}


def test_an_attempt_whose_process_died_holds_its_place_for_seconds_only(app, database, monkeypatch):
    monkeypatch.setattr("turns_web.web.attempts.PATIENCE_S", 1)
    ana = person(database)
    attempts = app.extensions["attempts"]
    with app.test_request_context():
        for _ in range(5):
            attempts.one(ana.email, "192.0.2.9").__enter__()
    assert together(app, 1, ana.email, PASSWORD) == {200: 1}


def test_memory_forgets_accounts_that_nobody_tries_any_more(monkeypatch):
    """Whoever makes up a new one for each attempt while Redis is away would fill it."""
    at = 1000.0
    monkeypatch.setattr(attempts, "time", SimpleNamespace(monotonic=lambda: at))
    memory = attempts._Memory()

    def try_once(who, *, failed):
        rules = [attempts.Rule("sign_in_account", who, parse("5/2 minutes"))]
        assert memory.take(rules, f"of {who}")
        memory.give_back(rules, attempts.Attempt(f"of {who}", failed))

    try_once("right", failed=False)
    assert memory._sets == {}, "a right password leaves nothing"
    for number in range(50):
        try_once(f"made up {number}", failed=True)
    at += 90
    try_once("another", failed=True)
    assert len(memory._sets) == 51, "they count for two minutes"
    at += 61
    try_once("a third", failed=True)
    left = [key.rpartition(":")[2] for key, _ in memory._sets]
    assert left == ["another", "a third"]


def test_writes_are_counted_for_each_person(client, app, database):
    ana, ben = person(database), person(database)
    attempt(client, ana.email, PASSWORD)
    token = csrf_token(client.get("/account").text)
    answers = [client.post("/account", data={"csrf_token": token, "theme": "dark"}) for _ in range(9)]
    assert [answer.status_code for answer in answers] == [303] * 8 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"writes";q=8;w=60'
    assert answers[0].headers["RateLimit"].startswith('"writes";r=7;')
    assert int(answers[8].headers["Retry-After"]) >= 1
    assert client.post("/logout", data={"csrf_token": token}).status_code == 303, "whoever leaves is not made to wait"
    other = app.test_client()
    attempt(other, ben.email, PASSWORD)
    token = csrf_token(other.get("/account").text)
    assert other.post("/account", data={"csrf_token": token, "theme": "dark"}).status_code == 303
