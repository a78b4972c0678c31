"""A write that is sent twice is done once, and answered twice alike."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.programs import audit_rows, refused, signed_in
from tests.conftest import csrf_token
from tests.factories import make_property, make_user
from turns_web.embedded import children

TERMINATE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'turns_app' AND wait_event_type = 'Lock'
"""


@pytest.fixture
def change(home):
    return {"operation": "update", "id": str(home.id), "version": 1, "data": {"unit": "B", "city": "Reno"}}


def test_the_second_time_it_answers_what_the_first_did(manager, connection, home, change):
    first = manager.post("/api/write/properties", {**change, "writeId": "twice"})
    manager.put(f"/api/write/properties/{home.id}", {"version": 2, "data": {"unit": "C"}})
    second = manager.post("/api/write/properties", {"writeId": "twice", **dict(reversed(change.items()))})
    by_put = manager.put(f"/api/write/properties/{home.id}", {**change, "writeId": "twice"})
    assert (first.status_code, first.json["property"]["unit"]) == (200, "B")
    assert first.data == second.data == by_put.data
    assert audit_rows(connection, home.id) == 3


def test_another_meaning_is_refused(manager, home, change):
    assert manager.post("/api/write/properties", {**change, "writeId": "other"}).status_code == 200
    for other in ({"version": 2}, {"data": {"unit": "C"}}, {"operation": "delete", "data": {}}):
        answer = manager.post("/api/write/properties", {**change, **other, "writeId": "other"})
        refused(answer, 409, "WRITE_ID_REUSED")


def test_a_number_is_not_its_text_but_however_it_is_written_it_is_one(manager, change):
    def send(bedrooms):
        body = {**change, "data": {"bedrooms": bedrooms}, "writeId": "beds"}
        return manager.post("/api/write/properties", body)

    first = send(2.5)
    refused(send("2.5"), 409, "WRITE_ID_REUSED")
    assert send(2.50).data == first.data


def test_it_belongs_to_its_user(manager, programs, home, change):
    assert manager.post("/api/write/properties", {**change, "writeId": "mine"}).status_code == 200
    refused(programs["ADMIN"].post("/api/write/properties", {**change, "writeId": "mine"}), 409, "CONFLICT")
    refused(programs["OTHER"].post("/api/write/properties", {**change, "writeId": "mine"}), 404, "NOT_FOUND")


def test_forms_and_programs_share_it(app, people, sign_in, manager, change):
    person = sign_in(app.test_client(), people["PROPERTY_MANAGER"].email)
    form = {"property_id": "FORM", "name": "Oak", "street_address": "1 Oak", "write_id": "shared"}
    token = csrf_token(person.get("/properties/new").text)
    assert person.post("/properties/new", data=form | {"csrf_token": token}).status_code == 303
    refused(manager.post("/api/write/properties", {**change, "writeId": "shared"}), 409, "WRITE_ID_REUSED")


def test_a_refused_write_leaves_it_free(manager, home, change):
    refused(manager.post("/api/write/properties", {**change, "version": 9, "writeId": "free"}), 409, "CONFLICT")
    assert manager.post("/api/write/properties", {**change, "writeId": "free"}).status_code == 200


def test_a_batch_is_answered_twice_alike_too(manager, connection, home, change):
    made = {"property_id": "OAK-T", "name": "Oak", "street_address": "1 Oak", "bedrooms": 3, "monthly_rent": "1.50"}
    body = {
        "operations": [
            {"table": "properties", **change},
            {"table": "properties", "operation": "create", "data": made},
        ],
        "writeId": "batch",
    }
    first, second = (manager.post("/api/write/batch", body) for _ in range(2))
    assert first.status_code == 200
    assert first.data == second.data
    assert audit_rows(connection, home.id) == 2


@pytest.mark.parametrize(
    ("loses", "status", "type"),
    [
        ("UPDATE users SET role = 'USER', markets = '{Auburn}' WHERE id = %(me)s", 403, "PERMISSION"),
        ("UPDATE users SET role = 'USER' WHERE id = %(me)s", 404, "NOT_FOUND"),
        ("UPDATE properties SET property_manager_id = NULL WHERE id = %(home)s", 404, "NOT_FOUND"),
        ("UPDATE users SET is_active = false WHERE id = %(me)s", 401, "AUTH"),
    ],
)
def test_rights_are_asked_again(app, connection, loses, status, type):
    me = make_user(connection, "PROPERTY_MANAGER")
    home = make_property(connection, me, market="Auburn")
    program = signed_in(app, me)
    body = {"version": 1, "data": {"unit": "B"}, "writeId": "rights"}
    assert program.put(f"/api/write/properties/{home.id}", body).status_code == 200
    connection.execute(loses, {"me": me.id, "home": home.id})
    refused(program.put(f"/api/write/properties/{home.id}", body), status, type)


def test_when_the_database_goes_away_it_may_be_sent_again(manager, connection, home, change):
    body = {**change, "writeId": "away"}
    with ThreadPoolExecutor(1) as pool, connection.transaction(force_rollback=True):
        connection.execute("SELECT FROM properties WHERE id = %s FOR UPDATE", [home.id])
        waiting = pool.submit(manager.post, "/api/write/properties", body)
        assert children.wait_until(lambda: connection.execute(TERMINATE).fetchone(), 20)
        answer = waiting.result()
    refused(answer, 503, "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0
    assert manager.post("/api/write/properties", body).status_code == 200
