"""Several operations that stand and fall together."""

from uuid import uuid4

import pytest

from tests.api.programs import audit_rows, refused
from tests.factories import STAGES, make_property, make_turn, waiting


def batch(program, *operations, **more):
    return program.post("/api/write/batch", {"operations": list(operations), **more})


def update(table, row, version, **data):
    return {"table": table, "operation": "update", "id": str(row.id), "version": version, "data": data}


def test_all_are_answered_in_order(manager, home, turn):
    mine = {"table": "turns", "operation": "stage-change", "id": str(turn.id), "version": 2}
    answer = batch(
        manager,
        update("turns", turn, 1, turn_amount="100.00"),
        update("properties", home, 1, unit="B"),
        {**mine, "data": {"stage_id": str(STAGES["Scope Approval"])}},
    )
    assert answer.status_code == 200, answer.text
    first, second, third = answer.json["results"]
    assert (first["turn"]["turn_amount"], second["property"]["unit"]) == ("100.00", "B")
    assert (third["turn"]["version"], third["turn"]["scope_approval_status"]) == (3, "DFO_APPROVAL_NEEDED")
    assert [result["success"] for result in answer.json["results"]] == [True] * 3


def test_a_row_made_in_a_batch_can_be_changed_in_it(manager):
    id = str(uuid4())
    data = {"property_id": "OAK-B", "name": "Oak", "street_address": "1 Oak"}
    answer = batch(
        manager,
        {"table": "properties", "operation": "create", "id": id, "data": data},
        {"table": "properties", "operation": "update", "id": id, "version": 1, "data": {"unit": "B"}},
        {"table": "turns", "operation": "create", "data": {"property_id": id}},
    )
    made, changed, begun = answer.json["results"]
    assert (made["property"]["unit"], changed["property"]["unit"]) == (None, "B")
    assert begun["turn"]["property_id"] == id


def test_turns_follow_their_home_within_a_batch(programs, people, home, turn):
    """Its copies are read anew, and the events that tell of it with them."""
    other = str(people["OTHER"].id)
    answer = batch(
        programs["ADMIN"],
        update("turns", turn, 1, wo_number="1"),
        update("properties", home, 1, property_manager_id=other),
        update("turns", turn, 2, wo_number="2"),
    )
    assert answer.json["results"][2]["turn"]["property_manager_id"] == other


BROKEN = {
    "another version": (lambda home, turn, other: update("properties", home, 9, unit="C"), 409, "CONFLICT"),
    "a wrong type": (lambda home, turn, other: update("turns", turn, 2, turn_amount=5), 422, "VALIDATION"),
    "a code that is taken": (
        lambda home, turn, other: update("properties", home, 1, property_id=other.property_id),
        422,
        "VALIDATION",
    ),
    "no right": (
        lambda home, turn, other: {"table": "turns", "operation": "approve", "id": str(turn.id), "version": 2},
        403,
        "PERMISSION",
    ),
    "somebody else's row": (lambda home, turn, other: update("properties", other, 1, unit="C"), 404, "NOT_FOUND"),
    "no such table": (lambda home, turn, other: {**update("turns", turn, 2), "table": "users"}, 404, "NOT_FOUND"),
    "no such operation": (lambda home, turn, other: {**update("turns", turn, 2), "operation": "x"}, 422, "VALIDATION"),
    "a writeId inside": (lambda home, turn, other: {**update("turns", turn, 2), "writeId": "a"}, 422, "VALIDATION"),
    "no table": (lambda home, turn, other: {"operation": "create", "data": {}}, 422, "VALIDATION"),
    "no object": (lambda home, turn, other: "update", 422, "VALIDATION"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_one_that_is_refused_undoes_all_and_is_named(manager, connection, people, home, turn, what):
    broken, status, type = BROKEN[what]
    other = make_property(connection, people["OTHER"])
    good = update("turns", turn, 1, wo_number="1")
    answer = batch(manager, good, broken(home, turn, other), writeId=f"half {what}")
    assert refused(answer, status, type)["index"] == 1
    assert audit_rows(connection, turn.id) == 1
    assert batch(manager, good, writeId=f"half {what}").status_code == 200


@pytest.mark.parametrize("operations", [[], None, {}, "all", [{}] * 501])
def test_a_batch_has_one_to_five_hundred_operations(manager, operations):
    answer = manager.post("/api/write/batch", {"operations": operations})
    assert list(refused(answer, 422, "VALIDATION")["fields"]) == ["operations"]
    assert list(refused(manager.post("/api/write/batch", {}), 422, "VALIDATION")["fields"]) == ["operations"]


def test_five_hundred_operations_are_done(manager):
    made = [
        {
            "table": "properties",
            "operation": "create",
            "data": {"property_id": f"B-{n}", "name": "x", "street_address": "x"},
        }
        for n in range(500)
    ]
    assert len(batch(manager, *made).json["results"]) == 500


def test_several_decisions_are_made_at_once(programs, connection, home, people):
    turns = [
        make_turn(connection, make_property(connection, people["OTHER"]), "Scope Approval", **waiting("5000"))
        for _ in range(3)
    ]
    decide = [{"table": "turns", "operation": "approve", "id": str(turn.id), "version": 1} for turn in turns]
    results = batch(programs["DFO_APPROVER"], *decide).json["results"]
    assert {result["turn"]["scope_approval_status"] for result in results} == {"DFO_APPROVED"}
