"""How often a program may write, counted in the real Valkey."""

import pytest

from tests.api.programs import Program, api_token, refused, signed_in
from tests.factories import make_property, make_user


@pytest.fixture(scope="module")
def settings(database):
    return database.settings(rate_limits="writes=8/minute;sign_in_address=12/minute;exports=2/10 minutes")


@pytest.fixture
def program(app, connection):
    person = make_user(connection, "PROPERTY_MANAGER")
    make_property(connection, person)
    return signed_in(app, person)


def remaining(answer):
    return int(answer.headers["RateLimit"].partition(";r=")[2].partition(";")[0])


def operations(number):
    return {"operations": [{"table": "properties", "operation": "create", "data": {}}] * number}


def test_a_write_counts_once_also_a_refused_one(program):
    for left in range(7, -1, -1):
        answer = program.post("/api/write/properties", {"operation": "create", "data": {}})
        assert (answer.status_code, remaining(answer)) == (422, left)
    answer = program.post("/api/write/properties", {"operation": "create", "data": {}})
    error = refused(answer, 429, "RATE_LIMIT")
    wait = int(answer.headers["Retry-After"])
    assert error["message"] == f"Wait {wait} seconds and send it again; nothing was saved."
    assert answer.headers["RateLimit-Policy"] == '"writes";q=8;w=60'
    assert program.get("/api/properties").status_code == 200


@pytest.mark.parametrize(("number", "cost"), [(1, 1), (10, 1), (11, 2), (40, 4)])
def test_a_batch_counts_a_tenth_of_its_operations(program, number, cost):
    answer = program.post("/api/write/batch", operations(number))
    assert (answer.status_code, remaining(answer)) == (422, 8 - cost)


def test_a_batch_without_room_is_refused_whole(program):
    assert remaining(program.post("/api/write/batch", operations(70))) == 1
    refused(program.post("/api/write/batch", operations(20)), 429, "RATE_LIMIT")


def test_an_address_is_not_another_one_for_what_it_says_of_itself(app, connection):
    client = app.test_client()

    def attempt(number):
        body = {"email": f"{number}@example.test", "password": "wrong one"}
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        return client.post("/api/auth/login", json=body, headers=headers).status_code

    assert [attempt(number) for number in range(13)] == [401] * 12 + [429]


def test_only_exports_that_are_made_count_and_all_tell_how_many_are_left(app, connection):
    program = Program(app, api_token(connection, make_user(connection, "USER")))

    def ask(city):
        body = {"type": "turns", "format": "csv", "filters": {"city": city}}
        return program.post("/api/reports/export", body)

    first = ask("Reno")
    assert (first.status_code, remaining(first)) == (202, 1)
    assert first.headers["RateLimit-Policy"] == '"exports";q=2;w=600'
    assert remaining(ask("Reno")) == 1
    assert remaining(ask("Davis")) == 0
    late = ask("Boise")
    refused(late, 429, "RATE_LIMIT")
    assert 0 < int(late.headers["Retry-After"]) <= 600
    assert len(program.get("/api/reports/export").json["exports"]) == 2
