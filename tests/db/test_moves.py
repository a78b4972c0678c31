"""What a move does to approval, in its own UPDATE: submit, approve by rule, withdraw, or refuse."""

import pytest

from tests.db.conftest import refused
from tests.factories import STAGES, approved, make_property, make_turn, waiting


@pytest.fixture
def turn_of(admin, people):
    def make(amount=None, stage="Draft", **columns):
        home = make_property(admin, people["PROPERTY_MANAGER"])
        return make_turn(admin, home, stage, **{"turn_amount": amount, **columns})

    return make


@pytest.fixture
def move(acting, people):
    def act(turn, stage, by="PROPERTY_MANAGER", kind="", **columns):
        sets = "".join(f", {name} = %({name})s" for name in columns)
        with acting(people[by], stage_kind=kind, stage_note="because") as connection:
            return connection.execute(
                f"UPDATE turns SET stage_id = %(stage)s{sets} WHERE id = %(id)s"
                " RETURNING version, scope_approval_status AS status, submitted_by, approved_turn_amount",
                {"stage": STAGES[stage], "id": turn.id, **columns},
            ).fetchone()

    return act


def acts(admin, turn):
    return [
        (row.decision, row.turn_version)
        for row in admin.execute(
            "SELECT decision::text, turn_version FROM approval_decisions WHERE turn_id = %s ORDER BY number",
            [turn.id],
        )
    ]


def test_entering_a_stage_that_asks_for_approval_submits_in_the_same_version(admin, turn_of, move, people):
    turn = turn_of()
    row = move(turn, "Scope Approval", turn_amount=900)
    assert (row.version, row.status) == (2, "DFO_APPROVAL_NEEDED")
    assert row.submitted_by == people["PROPERTY_MANAGER"].id
    assert acts(admin, turn) == [("SUBMIT", 1)]


def test_entering_it_again_after_a_rejection_submits_again(admin, turn_of, move):
    turn = turn_of(900, scope_approval_status="REJECTED", reject_reason="No")
    assert move(turn, "Scope Approval").status == "DFO_APPROVAL_NEEDED"
    assert acts(admin, turn) == [("SUBMIT", 1)]


@pytest.mark.parametrize("columns", [waiting(900), approved(900), waiting(9000, "HO")])
def test_entering_it_leaves_what_waits_or_is_approved(admin, turn_of, move, columns):
    turn = turn_of(**columns)
    assert move(turn, "Scope Approval").status == columns["scope_approval_status"]
    assert acts(admin, turn) == []


@pytest.mark.parametrize("columns", [waiting(900), waiting(9000, "HO"), {"scope_approval_status": "REJECTED"}])
def test_leaving_it_forwards_without_approval_is_refused(admin, turn_of, move, columns):
    turn = turn_of(stage="Scope Approval", **columns)
    with refused("turns_approval_needed"):
        move(turn, "In Progress")
    row = admin.execute("SELECT version, stage_id FROM turns WHERE id = %s", [turn.id]).fetchone()
    assert tuple(row) == (1, STAGES["Scope Approval"])


def test_passing_it_unsent_is_refused_and_leaves_no_submission(admin, turn_of, move):
    turn = turn_of()
    with refused("turns_approval_needed"):
        move(turn, "In Progress", turn_amount=900)
    row = admin.execute("SELECT * FROM turns WHERE id = %s", [turn.id]).fetchone()
    assert (row.version, row.scope_approval_status, row.turn_amount) == (1, "PENDING", None)
    assert acts(admin, turn) == []


def test_passing_it_goes_on_where_the_rule_alone_approves(admin, turn_of, move):
    turn = turn_of()
    row = move(turn, "In Progress", turn_amount=0)
    assert (row.version, row.status, row.approved_turn_amount) == (2, "DFO_APPROVED", 0)
    assert acts(admin, turn) == [("SUBMIT", 1), ("RULE", 1)]


def test_without_an_amount_it_is_the_amount_that_is_asked_for(turn_of, move):
    with refused("turns_amount_to_approve"):
        move(turn_of(), "Scope Approval")


def test_nobody_gets_past_by_calling_it_an_undo_or_an_import(turn_of, move):
    for kind in ("undo", "import", "create"):
        with refused("turns_approval_needed"):
            move(turn_of(900), "In Progress", kind=kind)


def test_an_administrators_import_sets_a_stage_without_asking_and_sends_nothing(admin, turn_of, move):
    turn = turn_of(900)
    assert move(turn, "Scope Approval", by="ADMIN", kind="import").status == "PENDING"
    assert move(turn, "Final Walk", by="ADMIN", kind="import").status == "PENDING"
    assert acts(admin, turn) == []


def test_a_turn_that_begins_beyond_the_approval_is_refused(acting, people, admin):
    home = make_property(admin, people["PROPERTY_MANAGER"])
    insert = "INSERT INTO turns (property_id, stage_id, turn_amount) VALUES (%s, %s, %s)"
    with refused("turns_approval_needed"), acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute(insert, [home.id, STAGES["In Progress"], 900])


def test_a_turn_that_begins_in_scope_approval_is_sent(acting, people, admin):
    home = make_property(admin, people["PROPERTY_MANAGER"])
    with acting(people["PROPERTY_MANAGER"]) as connection:
        made = connection.execute(
            "INSERT INTO turns (property_id, stage_id, turn_amount) VALUES (%s, %s, 900)"
            " RETURNING id, scope_approval_status, amount_set_by",
            [home.id, STAGES["Scope Approval"]],
        ).fetchone()
    assert (made.scope_approval_status, made.amount_set_by) == ("DFO_APPROVAL_NEEDED", people["PROPERTY_MANAGER"].id)
    assert acts(admin, made) == [("SUBMIT", 0)]


@pytest.mark.parametrize("columns", [waiting(900), waiting(9000, "HO")])
def test_moving_back_before_it_withdraws_what_waits(admin, turn_of, move, columns):
    turn = turn_of(stage="Scope Approval", **columns)
    assert move(turn, "Draft").status == "PENDING"
    assert acts(admin, turn) == [("WITHDRAW", 1)]


@pytest.mark.parametrize("columns", [approved(900), {"turn_amount": 900, "scope_approval_status": "REJECTED"}])
def test_moving_back_clears_nothing_else(admin, turn_of, move, columns):
    turn = turn_of(stage="In Progress", **columns)
    assert move(turn, "Draft").status == columns["scope_approval_status"]
    assert acts(admin, turn) == []


def test_moving_back_but_not_before_it_withdraws_nothing(turn_of, move):
    turn = turn_of(stage="Final Walk", **waiting(900))
    assert move(turn, "In Progress").status == "DFO_APPROVAL_NEEDED"


def test_undo_takes_back_the_submission_that_the_move_made(admin, turn_of, move):
    turn = turn_of(900)
    move(turn, "Scope Approval")
    assert move(turn, "Draft", kind="undo").status == "PENDING"
    assert acts(admin, turn) == [("SUBMIT", 1), ("WITHDRAW", 2)]


def test_undo_takes_back_an_approval_by_rule_that_the_move_made(turn_of, move):
    turn = turn_of(0)
    assert move(turn, "In Progress").status == "DFO_APPROVED"
    row = move(turn, "Draft", kind="undo")
    assert (row.status, row.approved_turn_amount) == ("PENDING", None)


def test_undo_sends_again_what_the_move_back_withdrew(admin, turn_of, move):
    turn = turn_of(stage="Scope Approval", **waiting(900))
    move(turn, "Draft")
    assert move(turn, "Scope Approval", kind="undo").status == "DFO_APPROVAL_NEEDED"
    assert [decision for decision, _ in acts(admin, turn)] == ["WITHDRAW", "SUBMIT"]


def test_undo_leaves_an_approval_that_people_gave(turn_of, move):
    turn = turn_of(stage="Scope Approval", **approved(900))
    move(turn, "In Progress")
    assert move(turn, "Scope Approval", kind="undo").status == "DFO_APPROVED"


def test_undo_gives_back_what_an_approver_had_said(admin, turn_of, move, people):
    turn = turn_of(
        9000, "Scope Approval", **waiting(9000, "HO", submitted_by=people["ADMIN"].id)
        | {"dfo_approval_user_id": people["DFO_APPROVER"].id, "dfo_approval_datetime": "2026-03-01 12:00:00.123456"}
    )  # fmt: skip
    move(turn, "Draft")
    assert move(turn, "Scope Approval", kind="undo").status == "HO_APPROVAL_NEEDED"
    row = admin.execute("SELECT * FROM turns WHERE id = %s", [turn.id]).fetchone()
    kept = [name for name in turn._fields if "approv" in name or name.startswith(("submitted", "reject"))]
    assert {name: getattr(row, name) for name in kept} == {name: getattr(turn, name) for name in kept}
    assert acts(admin, turn) == [("WITHDRAW", 1), ("SUBMIT", 2)]


def test_an_undo_brings_no_approval_to_another_amount(admin, turn_of, move):
    turn = turn_of(9000, "Scope Approval", **waiting(9000, "HO"))
    move(turn, "Draft")
    row = move(turn, "Scope Approval", kind="undo", turn_amount=50000)
    assert row.status == "DFO_APPROVAL_NEEDED"
    again = turn_of(9000, "Scope Approval", **waiting(9000, "HO"))
    move(again, "Draft")
    admin.execute("UPDATE turns SET turn_amount = 50000 WHERE id = %s", [again.id])
    assert move(again, "Scope Approval", kind="undo").status != "HO_APPROVAL_NEEDED"


def test_undo_of_sending_a_rejected_turn_again_leaves_it_rejected(admin, turn_of, move):
    turn = turn_of(900, scope_approval_status="REJECTED", reject_reason="Too dear")
    move(turn, "Scope Approval")
    assert move(turn, "Draft", kind="undo").status == "REJECTED"
    row = admin.execute("SELECT reject_reason, submitted_by FROM turns WHERE id = %s", [turn.id]).fetchone()
    assert tuple(row) == ("Too dear", None)
    assert acts(admin, turn) == [("SUBMIT", 1), ("WITHDRAW", 2)]


def test_a_move_back_between_two_stages_that_ask_withdraws_and_sends_again(admin, turn_of, move):
    turn = turn_of(stage="Final Walk", **waiting(900))
    admin.execute("UPDATE turn_stages SET requires_approval = true WHERE name = 'In Progress'")
    try:
        assert move(turn, "Scope Approval").status == "DFO_APPROVAL_NEEDED"
    finally:
        admin.execute("UPDATE turn_stages SET requires_approval = false WHERE name = 'In Progress'")
    assert acts(admin, turn) == [("WITHDRAW", 1), ("SUBMIT", 1)]


def test_no_move_sends_an_archived_turn(admin, turn_of, move):
    turn = turn_of(900, is_archived=True)
    with refused("turns_archived"):
        move(turn, "Scope Approval")
