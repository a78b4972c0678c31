"""Many people at one turn at once, through HTTP and a real web server."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import pytest

from tests.conftest import PASSWORD, csrf_token
from tests.factories import STAGES, make_property, make_turn, make_user
from tests.together import at_once
from tests.web.turn_pages import audit_rows, form_of, row

PEOPLE = 20


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def people(database, live_server):
    """Browsers of as many administrators, signed in."""
    with database.admin() as connection:
        emails = [make_user(connection, "ADMIN").email for _ in range(PEOPLE)]
    with ThreadPoolExecutor(4) as pool:
        clients = list(pool.map(lambda email: signed_in(live_server, email), emails))
    yield clients
    for client in clients:
        client.close()


def signed_in(address, email):
    client = httpx.Client(base_url=address, timeout=60)
    token = csrf_token(client.get("/login").text)
    answer = client.post("/login", data={"email": email, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 303
    return client


@pytest.fixture
def turn(connection):
    make_turn(connection, make_property(connection, make_user(connection, "PROPERTY_MANAGER")))
    return make_turn(connection, make_property(connection, make_user(connection, "PROPERTY_MANAGER")))


def test_of_twenty_values_for_one_field_one_wins_and_nothing_typed_is_lost(people, turn, connection):
    path = f"/turns/{turn.id}/edit"
    forms = [form_of(client.get(path).text, "/edit") for client in people]
    typed = [form | {"wo_number": f"WO-{n:02}", "sub_status": "alike"} for n, form in enumerate(forms)]
    answers = at_once(
        [
            lambda client=client, values=values: client.post(path, data=values)
            for client, values in zip(people, typed, strict=True)
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [303] + [409] * (PEOPLE - 1)
    winner = next(n for n, answer in enumerate(answers) if answer.status_code == 303)
    now = row(connection, turn)
    assert (now.wo_number, now.sub_status, now.version) == (f"WO-{winner:02}", "alike", 2)
    assert audit_rows(connection, turn) == 1
    for n, answer in enumerate(answers):
        if n == winner:
            continue
        assert re.findall(r'data-conflict="([^"]*)"', answer.text) == ["wo_number"]
        again = form_of(answer.text, "/edit")
        assert (again["local.wo_number"], again["sub_status"], again["version"]) == (f"WO-{n:02}", "alike", "2")
        assert f">WO-{winner:02}</span>" in unescape(answer.text)


def test_drag_form_and_bulk_mixed_leave_an_audit_row_for_each_version(people, turn, connection):
    turns = [turn] + [make_turn(connection, make_property(connection)) for _ in range(2)]
    token = {client: csrf_token(client.get("/account").text) for client in people}
    acts = []
    for n, client in enumerate(people):
        one = turns[n % len(turns)]
        common = {"csrf_token": token[client], "version": str(one.version), "write_id": f"mixed-{n}"}
        if n % 4 == 0:
            sent = (
                f"/turns/{one.id}/stage",
                common | {"stage_id": str(STAGES["Scope Approval"]), "turn_amount": "1000"},
            )
        elif n % 4 == 1:
            sent = (f"/turns/{one.id}/edit", common | {"wo_number": f"M-{n}"})
        elif n % 4 == 2:
            sent = (f"/turns/{one.id}/hold", common | {"hold_reason": f"Waits for {n % 8}"})
        else:
            versions = {f"version-{each.id}": str(each.version) for each in turns}
            many = {
                "turn_id": [str(each.id) for each in turns],
                "confirm": "1",
                "expected_completion_date": f"2099-01-{n + 1:02}",
            }
            sent = ("/board/bulk", {key: common[key] for key in ("csrf_token", "write_id")} | versions | many)
        acts.append(lambda client=client, sent=sent: client.post(sent[0], data=sent[1]))
    answers = at_once(acts)

    assert {answer.status_code for answer in answers} <= {200, 303, 409, 422}
    for each in turns:
        now = row(connection, each)
        assert now.version > 1
        assert audit_rows(connection, each) == now.version - 1
        kept = connection.execute(
            "SELECT array_agg(record_version ORDER BY record_version) FROM audit_logs WHERE record_id = %s", [each.id]
        ).fetchone()[0]
        assert kept == list(range(1, now.version + 1))
        open_stretches = connection.execute(
            "SELECT count(*) FROM turn_stage_log WHERE turn_id = %s AND left_at IS NULL", [each.id]
        ).fetchone()[0]
        assert open_stretches == 1


def test_two_approvers_press_at_once_and_one_decides(people, connection, live_server):
    turn = make_turn(
        connection,
        make_property(connection),
        turn_amount="500.00",
        scope_approval_status="DFO_APPROVAL_NEEDED",
        submitted_at="now",
    )
    approvers = [signed_in(live_server, make_user(connection, "DFO_APPROVER").email) for _ in range(2)]
    sent = [
        {
            "csrf_token": csrf_token(client.get("/account").text),
            "version": str(turn.version),
            "confirm": "1",
            "decision": decision,
            "reject_reason": reason,
            "write_id": "one",
        }
        for client, decision, reason in zip(approvers, ("approve", "reject"), ("", "Too dear"), strict=True)
    ]
    answers = at_once(
        [
            lambda client=client, values=values: client.post(f"/turns/{turn.id}/approval", data=values)
            for client, values in zip(approvers, sent, strict=True)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert audit_rows(connection, turn) == 1
