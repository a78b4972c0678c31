"""Many programs at the same rows at once, through a real web server."""

import httpx
import pytest

from tests.api.programs import audit_rows
from tests.conftest import PASSWORD
from tests.factories import make_property, make_turn, make_user, waiting
from tests.together import at_once

CLIENTS = 20
TIMES = 50
ROUNDS = 200
APPROVALS = 40


@pytest.fixture(scope="module")
def admin(connection, live_server):
    """A client of an administrator's, which threads may share."""
    with client_of(live_server, make_user(connection, "ADMIN")) as client:
        yield client


def client_of(address, person):
    answer = httpx.post(f"{address}/api/auth/login", json={"email": person.email, "password": PASSWORD}, timeout=30)
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    return httpx.Client(base_url=address, headers=bearer, timeout=60)


def test_of_twenty_writers_of_one_version_one_wins_and_the_others_are_told_by_field(admin, connection, turn):
    def put(number):
        data = {"wo_number": f"WO-{number}", "sub_status": "alike"}
        return admin.put(f"/api/write/turns/{turn.id}", json={"version": 1, "data": data})

    answers = at_once([lambda number=number: put(number) for number in range(CLIENTS)])
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (CLIENTS - 1)
    winner = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
    for number, answer in enumerate(answers):
        if number != winner:
            error = answer.json()["error"]
            sides = {"base": None, "local": f"WO-{number}", "server": f"WO-{winner}"}
            assert error["conflicts"] == {"wo_number": sides}
            assert (error["localVersion"], error["serverVersion"]) == (1, 2)
            assert error["serverData"] == answers[winner].json()["turn"]
    assert audit_rows(connection, turn.id) == 2


def test_one_write_sent_fifty_times_is_done_once(admin, connection, people):
    data = {"property_id": "ONCE", "name": "Oak", "street_address": "1 Oak"}
    body = {"operation": "create", "data": data, "writeId": "fifty"}
    answers = at_once([lambda: admin.post("/api/write/properties", json=body)] * TIMES)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    made = answers[0].json()["property"]
    assert connection.execute("SELECT count(*) FROM properties WHERE property_id = 'ONCE'").fetchone() == (1,)
    assert audit_rows(connection, made["id"]) == 1
    told = connection.execute("SELECT count(*) FROM outbox WHERE payload ->> 'id' = %s", [made["id"]]).fetchone()
    assert told == (1,)


def test_another_meaning_at_the_same_moment_is_refused(admin, turn):
    def put(data):
        return admin.put(f"/api/write/turns/{turn.id}", json={"version": 1, "data": data, "writeId": "two meanings"})

    answers = at_once([lambda: put({"wo_number": "1"}), lambda: put({"wo_number": "2"})])
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = (answer for answer in answers if answer.status_code == 409)
    assert refused.json()["error"]["type"] == "WRITE_ID_REUSED"


@pytest.mark.parametrize("tables", [("turns", "turns"), ("properties", "turns")])
def test_batches_that_cross_lose_nothing(admin, connection, people, tables):
    """What the one writes first the other writes last; a home's dates are copied to its turn by trigger besides."""
    rows = _rows(connection, people, tables)
    changes = {"turns": "wo_number", "properties": "move_in_date"}

    def change(order):
        won = 0
        for number in range(ROUNDS // 2):
            versions = {id: admin.get(f"/api/{table}/{id}").json()["data"]["version"] for table, id in rows}
            operations = [
                {"table": table, "operation": "update", "id": id, "version": versions[id],
                 "data": {changes[table]: f"{2100 + number}-01-{order.index((table, id)) + 1:02}"}}
                for table, id in order
            ]  # fmt: skip
            answer = admin.post("/api/write/batch", json={"operations": operations})
            assert answer.status_code in (200, 409), answer.text
            won += answer.status_code == 200
        return won

    won = sum(at_once([lambda: change(rows), lambda: change(rows[::-1])]))
    assert won
    for table, id in rows:
        assert admin.get(f"/api/{table}/{id}").json()["data"]["version"] == audit_rows(connection, id) == won + 1


def test_approvals_that_cross_wait_for_each_other(connection, live_server, people):
    turns = [
        make_turn(connection, make_property(connection, people["OTHER"]), "Scope Approval", **waiting("5000"))
        for _ in range(APPROVALS)
    ]
    decide = [{"table": "turns", "operation": "approve", "id": str(turn.id), "version": 1} for turn in turns]
    clients = [client_of(live_server, make_user(connection, "DFO_APPROVER")) for _ in range(2)]

    def approve(client, operations):
        return client.post("/api/write/batch", json={"operations": operations})

    answers = at_once([lambda: approve(clients[0], decide), lambda: approve(clients[1], decide[::-1])])
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def _rows(connection, people, tables):
    home = make_property(connection, people["OTHER"])
    turn = make_turn(connection, home)
    if tables == ("properties", "turns"):
        return [("properties", str(home.id)), ("turns", str(turn.id))]
    other = make_turn(connection, make_property(connection, people["OTHER"]))
    return [("turns", str(turn.id)), ("turns", str(other.id))]
