"""What programs write: each operation of each table, and what is refused."""

from uuid import uuid4

import pytest

from tests.api.programs import audit_rows, refused
from tests.conftest import csrf_token
from tests.factories import STAGES, approved, make_property, make_turn, make_vendor, waiting

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
    assert audit_rows(connection, made["id"]) == 3


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


def test_what_a_move_sends_as_nothing_is_taken_away(manager, turn):
    def sent(version, operation, data):
        body = {"operation": operation, "id": str(turn.id), "version": version, "data": data}
        return manager.post("/api/write/turns", body).json["turn"]["turn_amount"]

    assert sent(1, "update", {"turn_amount": "700.00"}) == "700.00"
    assert sent(2, "stage-change", {"stage_id": str(STAGES["Draft"]), "turn_amount": None}) is None


def test_data_of_the_forms_refusals_come_in_their_words(manager, turn):
    body = {"operation": "stage-change", "id": str(turn.id), "version": 1}
    stage = {"stage_id": str(STAGES["In Progress"])}
    fields = refused(manager.post("/api/write/turns", {**body, "data": stage}), 422, "VALIDATION")["fields"]
    assert set(fields) == {"turn_amount", "vendor_id", "scope_approval_status"}
    assert fields["turn_amount"] == ["Enter what the scope costs."]
    fields = refused(manager.post("/api/write/turns", {**body, "data": {}}), 422, "VALIDATION")["fields"]
    assert set(fields) == {"stage_id"}


def test_a_rejection_needs_a_reason(programs, connection, home):
    turn = make_turn(connection, home, "Scope Approval", **waiting("5000"))
    for reason in ("", "  ", None):
        body = {"operation": "approve", "id": str(turn.id), "version": 1, "metadata": {"rejectReason": reason}}
        fields = refused(programs["DFO_APPROVER"].post("/api/write/turns", body), 422, "VALIDATION")["fields"]
        assert set(fields) == {"rejectReason"}


def test_a_decision_for_another_level_is_a_conflict(programs, connection, home):
    turn = make_turn(connection, home, "Scope Approval", **waiting("5000"))
    body = {"operation": "approve", "id": str(turn.id), "version": 1, "metadata": {"approvalLevel": "HO"}}
    error = refused(programs["DFO_APPROVER"].post("/api/write/turns", body), 409, "CONFLICT")
    assert error["message"] == "This turn waits for DFO, not for HO."
    assert error["conflicts"] == {}


def test_an_older_version_is_a_conflict_told_by_field(manager, programs, connection, turn):
    admin = programs["ADMIN"]
    first = {"wo_number": "WO-1", "turn_amount": "100.00", "grade": "HEAVY"}
    body = {"operation": "update", "id": str(turn.id), "version": 1}
    assert admin.post("/api/write/turns", {**body, "data": first}).status_code == 200

    second = {"wo_number": "WO-2", "turn_amount": "100.00", "status": "Mine", "primary_lock_box_code": "1234"}
    error = refused(manager.post("/api/write/turns", {**body, "data": second}), 409, "CONFLICT")
    assert error["conflicts"] == {"wo_number": {"base": None, "local": "WO-2", "server": "WO-1"}}
    assert (error["localVersion"], error["serverVersion"]) == (1, 2)
    assert error["serverData"] == manager.get(f"/api/turns/{turn.id}").json["data"]

    # Also where nothing is in conflict, and where no such version ever was: the API merges nothing.
    error = refused(manager.post("/api/write/turns", {**body, "data": {"status": "Mine"}}), 409, "CONFLICT")
    assert error["conflicts"] == {}
    body["version"] = 7
    assert refused(manager.post("/api/write/turns", {**body, "data": second}), 409, "CONFLICT")["conflicts"] == {}


def test_a_move_and_a_hold_conflict_by_the_fields_they_set(manager, programs, turn):
    scope, work = str(STAGES["Scope Approval"]), str(STAGES["In Progress"])
    data = {"stage_id": scope, "turn_amount": "5.00"}
    move = {"operation": "stage-change", "id": str(turn.id), "version": 1, "data": data}
    assert programs["ADMIN"].post("/api/write/turns", move).status_code == 200
    error = refused(manager.post("/api/write/turns", {**move, "data": {"stage_id": work}}), 409, "CONFLICT")
    draft = str(STAGES["Draft"])
    assert error["conflicts"] == {"stage_id": {"base": draft, "local": work, "server": scope}}
    hold = {"operation": "hold", "id": str(turn.id), "version": 1, "data": {"hold_reason": "Squatters"}}
    assert refused(manager.post("/api/write/turns", hold), 409, "CONFLICT")["conflicts"] == {}


def test_numbers_and_lists_conflict_as_what_they_are(programs, connection, home):
    admin, vendor = programs["ADMIN"], make_vendor(connection, trades=["Paint"])
    for path, first, second, base in (
        (f"/api/write/properties/{home.id}", {"bedrooms": 2.5}, {"bedrooms": 3}, None),
        (f"/api/write/vendors/{vendor.id}", {"trades": ["Tile"]}, {"trades": []}, ["Paint"]),
    ):
        assert admin.put(path, {"version": 1, "data": first}).status_code == 200
        error = refused(admin.put(path, {"version": 1, "data": second}), 409, "CONFLICT")
        ((name, sides),) = error["conflicts"].items()
        assert sides == {"base": base, "local": second[name], "server": first[name]}


def test_an_update_that_changes_nothing_raises_nothing(manager, connection, turn):
    body = {"id": str(turn.id), "version": 1, "data": {"trash_out_needed": False}}
    answer = manager.put(f"/api/write/turns/{turn.id}", body)
    assert (answer.status_code, answer.json["turn"]["version"]) == (200, 1)
    assert audit_rows(connection, turn.id) == 1


def test_put_is_an_update_and_nothing_else(manager, home):
    path = f"/api/write/properties/{str(home.id).upper()}"
    changed = manager.put(path, {"version": 1, "data": {"unit": "B"}})
    assert (changed.status_code, changed.json["property"]["unit"]) == (200, "B")
    for more in ({"operation": "delete"}, {"id": str(uuid4())}):
        error = refused(manager.put(path, {"version": 2, "data": {"unit": "C"}} | more), 422, "VALIDATION")
        assert list(error["fields"]) == list(more)
    refused(manager.put("/api/write/properties/1", {"version": 1, "data": {}}), 404, "NOT_FOUND")
    refused(manager.get("/api/write/properties"), 405, "METHOD")


def test_a_row_may_be_sent_back_whole(manager, turn):
    data = manager.get(f"/api/turns/{turn.id}").json["data"]
    answer = manager.put(f"/api/write/turns/{turn.id}", {"version": 1, "data": {**data, "wo_number": "WO-9"}})
    assert (answer.status_code, answer.json["turn"]["wo_number"]) == (200, "WO-9")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scope_approval_status", "DFO_APPROVED"),
        ("version", 9),
        ("is_archived", True),
        ("trash_out_needed ", True),
        ("market", "Reno"),
        ("search_text", ""),
    ],
)
def test_what_cannot_be_set_is_named(manager, turn, name, value):
    body = {"version": 1, "data": {"wo_number": "WO-1", name: value}}
    error = refused(manager.put(f"/api/write/turns/{turn.id}", body), 422, "VALIDATION")
    assert list(error["fields"]) == [name]


def test_the_amount_is_locked_as_in_the_form(manager, connection, home):
    turn = make_turn(connection, home, "Scope Approval", **waiting("5000"))
    body = {"version": 1, "data": {"turn_amount": "1.00"}}
    error = refused(manager.put(f"/api/write/turns/{turn.id}", body), 422, "VALIDATION")
    assert error["fields"] == {"turn_amount": ["Waiting for approval: withdraw it first"]}


def test_null_empties_a_field(manager, home):
    path = f"/api/write/properties/{home.id}"
    assert manager.put(path, {"version": 1, "data": {"city": None}}).json["property"]["city"] is None
    error = refused(manager.put(path, {"version": 2, "data": {"name": None}}), 422, "VALIDATION")
    assert error["fields"] == {"name": ["Enter a name."]}


@pytest.mark.parametrize("who", ["USER", "DFO_APPROVER", "INSPECTOR"])
def test_who_may_see_and_not_write_is_told_so(programs, people, connection, who):
    home = make_property(connection, people["OTHER"], market="Auburn")
    connection.execute("UPDATE users SET markets = '{Auburn}' WHERE id = %s", [people[who].id])
    update = {"operation": "update", "id": str(home.id), "version": 1, "data": {"unit": "B"}}
    refused(programs[who].post("/api/write/properties", update), 403, "PERMISSION")
    refused(programs[who].post("/api/write/properties", {"operation": "create", "data": {}}), 403, "PERMISSION")


def test_an_inspector_sets_the_dates_of_their_visits(programs, people, connection, home):
    turn = make_turn(connection, home, turns_superintendent_id=people["INSPECTOR"].id)
    path = f"/api/write/turns/{turn.id}"
    inspector = programs["INSPECTOR"]
    assert inspector.put(path, {"version": 1, "data": {"final_walk_date": "2026-11-20"}}).status_code == 200
    error = refused(inspector.put(path, {"version": 2, "data": {"turn_amount": "1.00"}}), 403, "PERMISSION")
    assert error["message"] == "Inspectors set the dates of their visits; the rest is the manager’s."
    refused(
        inspector.post("/api/write/turns", {"operation": "delete", "id": str(turn.id), "version": 2}), 403, "PERMISSION"
    )


def test_a_manager_gives_no_property_away(manager, home, people):
    other = str(people["OTHER"].id)
    body = {"version": 1, "data": {"property_manager_id": other}}
    refused(manager.put(f"/api/write/properties/{home.id}", body), 403, "PERMISSION")
    made = {"property_id": "OAK-7", "name": "Oak", "street_address": "1 Oak", "property_manager_id": other}
    refused(manager.post("/api/write/properties", {"operation": "create", "data": made}), 403, "PERMISSION")


@pytest.mark.parametrize("who", ["OTHER", "VENDOR", "INSPECTOR"])
def test_a_row_of_somebody_else_is_answered_as_one_that_is_not_there(programs, turn, home, who):
    for table, id, operations in (
        ("turns", turn.id, ("update", "delete", "hold", "release", "stage-change", "submit", "approve")),
        ("properties", home.id, ("update", "delete")),
    ):
        for operation in operations:
            if who == "OTHER" and operation == "approve":
                continue
            body = {"operation": operation, "version": 1, "data": {}}
            theirs = programs[who].post(f"/api/write/{table}", {**body, "id": str(id)})
            nobodys = programs[who].post(f"/api/write/{table}", {**body, "id": str(uuid4())})
            assert theirs.status_code == nobodys.status_code == 404, (operation, theirs.text)
            assert theirs.data == nobodys.data


def test_only_an_administrator_approves_a_vendor(programs, connection):
    senior = programs["SR_PROPERTY_MANAGER"]
    made = senior.post("/api/write/vendors", {"operation": "create", "data": {"company_name": "Alder"}}).json["vendor"]
    body = {"version": 1, "data": {"is_approved": True}}
    refused(senior.put(f"/api/write/vendors/{made['id']}", body), 403, "PERMISSION")
    assert programs["ADMIN"].put(f"/api/write/vendors/{made['id']}", body).json["vendor"]["is_approved"] is True
    secret = {"version": 2, "data": {"tax_id": "12-3456789"}}
    assert "tax_id" not in programs["ADMIN"].put(f"/api/write/vendors/{made['id']}", secret).json["vendor"]


def test_a_write_by_cookie_needs_the_token_of_its_session(app, people, sign_in, home):
    client = sign_in(app.test_client(), people["PROPERTY_MANAGER"].email)
    body = {"version": 1, "data": {"unit": "B"}}
    refused(client.put(f"/api/write/properties/{home.id}", json=body), 403, "PERMISSION")
    token = csrf_token(client.get("/account").text)
    answer = client.put(f"/api/write/properties/{home.id}", json=body, headers={"X-CSRF-Token": token})
    assert answer.status_code == 200
    refused(app.test_client().put(f"/api/write/properties/{home.id}", json=body), 401, "AUTH")


def test_a_change_order_is_recorded_and_one_above_the_tolerance_is_decided_on(programs, manager, connection, home):
    turn = make_turn(connection, home, "In Progress", **approved("1000.00"))

    def does(program, operation, version, data=None, **more):
        body = {"operation": operation, "id": str(turn.id), "version": version, "data": data or {}, **more}
        return program.post("/api/write/turns", body)

    made = does(manager, "change-order", 1, {"amount": "-120.50", "reason": "No paint"}).json["turn"]
    assert (made["change_order_amount"], made["version"]) == ("-120.50", 2)
    waits = does(manager, "change-order", 2, {"amount": "400.00", "reason": "Subfloor"}).json["turn"]
    assert (waits["scope_approval_status"], waits["change_order_amount"]) == ("DFO_APPROVAL_NEEDED", "-120.50")
    level = {"metadata": {"approvalLevel": "DFO"}}
    decided = does(programs["DFO_APPROVER"], "approve", 3, **level).json["turn"]
    assert (decided["scope_approval_status"], decided["change_order_amount"]) == ("DFO_APPROVED", "279.50")
    assert decided["approved_turn_amount"] == "1000.00"
    assert does(manager, "change-order", 4, {"amount": "900.00", "reason": "Bath"}).status_code == 200
    refusal = {"metadata": {"rejectReason": "Too dear"}}
    assert does(programs["DFO_APPROVER"], "approve", 5, **refusal).json["turn"]["change_order_amount"] == "279.50"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"amount": 12, "reason": "x"}, "amount"), ({"amount": "0.00", "reason": "x"}, "amount"),
        ({"amount": "1.00"}, "reason"), ({"reason": "x"}, "amount"), ({"amount": "1.001", "reason": "x"}, "amount"),
        ({"amount": "1.00", "reason": "x" * 501}, "reason"), ({"amount": "1.00", "reason": "x", "number": 7}, "number"),
    ],
)  # fmt: skip
def test_a_change_order_that_is_none_is_refused_at_its_field(manager, connection, home, data, field):
    turn = make_turn(connection, home, "In Progress", **approved("1000.00"))
    body = {"operation": "change-order", "id": str(turn.id), "version": 1, "data": data}
    assert field in refused(manager.post("/api/write/turns", body), 422, "VALIDATION")["fields"]
