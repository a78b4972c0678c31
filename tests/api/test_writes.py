"""What programs write: each operation of each table, and what is refused."""

from uuid import uuid4

import pytest

from tests.api.programs import signed_in
from tests.factories import STAGES, make_property, make_turn, make_user, make_vendor


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def people(connection):
    people = {
        role: make_user(connection, role)
        for role in ("ADMIN", "PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "DFO_APPROVER", "INSPECTOR", "USER")
    }
    return {**people, "OTHER": make_user(connection, "PROPERTY_MANAGER")}


@pytest.fixture(scope="module")
def programs(app, people, connection):
    vendor = make_vendor(connection)
    people = {**people, "VENDOR": make_user(connection, "VENDOR", vendor_id=vendor.id)}
    return {role: signed_in(app, person) for role, person in people.items()}


@pytest.fixture
def manager(programs):
    return programs["PROPERTY_MANAGER"]


@pytest.fixture
def home(connection, people):
    make_property(connection, people["OTHER"])
    return make_property(connection, people["PROPERTY_MANAGER"])


@pytest.fixture
def turn(connection, home, people):
    make_turn(connection, make_property(connection, people["OTHER"]))
    return make_turn(connection, home)


def audit_rows(connection, row):
    return connection.execute("SELECT count(*) FROM audit_logs WHERE record_id = %s", [row["id"]]).fetchone()[0]


def refused(answer, status, type):
    assert (answer.status_code, answer.json["success"], answer.json["error"]["type"]) == (status, False, type), answer
    assert answer.json["error"]["message"]
    return answer.json["error"]


NEW = {
    "properties": ("property", {"property_id": "OAK-204", "name": "Oak", "street_address": "1 Oak", "bedrooms": 2.5}),
    "vendors": ("vendor", {"company_name": "Alder", "trades": ["Paint"], "insurance_expiry": "2027-01-31"}),
    "utility_providers": ("utility_provider", {"name": "SMUD", "kind": "POWER"}),
}


@pytest.mark.parametrize("table", NEW)
def test_a_row_is_made_under_the_clients_id_changed_and_put_away(programs, connection, table):
    admin, (key, data) = programs["ADMIN"], NEW[table]
    made = admin.post(f"/api/write/{table}", {"operation": "create", "id": str(uuid4()), "data": data}).json[key]
    assert {name: made[name] for name in data} == data
    assert made["version"] == 1

    change = {"operation": "update", "id": made["id"], "version": 1, "data": {next(iter(data)): "Changed"}}
    if table == "utility_providers":
        change["data"] = {"name": "Changed"}
    changed = admin.post(f"/api/write/{table}", change).json
    assert changed["success"] is True
    assert changed[key]["version"] == 2

    gone = {"operation": "delete", "id": made["id"], "version": 2}
    assert admin.post(f"/api/write/{table}", gone).json[key]["is_archived"] is True
    assert audit_rows(connection, made) == 3


def test_an_id_that_exists_is_refused_whosever_row_it_is(programs, home):
    body = {"operation": "create", "id": str(home.id), "data": NEW["properties"][1] | {"property_id": "OAK-1"}}
    for who in ("ADMIN", "OTHER"):
        assert "id" in refused(programs[who].post("/api/write/properties", body), 422, "VALIDATION")["fields"]


def test_a_turn_is_made_and_goes_its_way(programs, manager, connection, home):
    data = {"property_id": str(home.id), "turn_amount": "1234.50", "move_out_date": "2026-11-01"}
    turn = manager.post("/api/write/turns", {"operation": "create", "data": data}).json["turn"]
    assert (turn["turn_amount"], turn["move_out_date"]) == ("1234.50", "2026-11-01")

    def does(program, operation, **more):
        body = {"operation": operation, "id": turn["id"], "version": turn["version"], **more}
        answer = program.post("/api/write/turns", body)
        assert answer.status_code == 200, answer.text
        assert answer.json["turn"]["version"] == turn["version"] + 1
        turn.update(answer.json["turn"])

    does(manager, "hold", data={"hold_reason": "Squatters", "hold_until": "2099-01-01"})
    assert turn["hold_until"] == "2099-01-01"
    does(manager, "release")
    assert turn["hold_reason"] is None
    does(manager, "submit", data={"note": "Please"})
    does(manager, "withdraw", data={"note": "Not yet"})
    does(manager, "submit")
    assert turn["scope_approval_status"] == "DFO_APPROVAL_NEEDED"
    does(programs["DFO_APPROVER"], "approve", metadata={"approvalLevel": "DFO", "rejectReason": "Too much"})
    assert (turn["scope_approval_status"], turn["reject_reason"]) == ("REJECTED", "Too much")
    does(manager, "stage-change", data={"stage_id": str(STAGES["Scope Approval"]), "note": "Again"})
    does(programs["DFO_APPROVER"], "approve", metadata={"approvalLevel": "DFO"})
    assert turn["scope_approval_status"] == "DFO_APPROVED"
    vendor = make_vendor(connection)
    stage = {"stage_id": str(STAGES["In Progress"]), "vendor_id": str(vendor.id)}
    does(manager, "stage-change", data=stage)
    assert {name: turn[name] for name in stage} == stage
    does(manager, "delete")
    assert turn["is_archived"] is True
    does(manager, "restore")
    assert turn["is_archived"] is False
