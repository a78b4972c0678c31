"""Moving a turn by its form: refusals that name everything, versions, undo, and what the database does with it."""

from datetime import timedelta

import pytest

from tests.factories import STAGES, TODAY, approved, make_property, make_turn, make_vendor, waiting
from tests.web.turn_pages import PARTIAL, audit_rows, form_of, portfolio, post, row


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def manager(client, sign_in):
    """Signs in the manager of a portfolio."""
    return lambda of: sign_in(client, of.manager.email)


def move(client, turn, to, version=1, **more):
    return post(client, f"/turns/{turn.id}/stage", stage_id=str(STAGES[to]), version=version, **more)


def demands(answer):
    import re

    assert answer.status_code == 422, answer.text
    return set(re.findall(r'data-error-for="([^"]+)"', answer.text))


def stage_of(admin, turn):
    named = {id: name for name, id in STAGES.items()}
    return named[row(admin, turn).stage_id]


def test_the_form_has_an_option_for_each_active_stage(admin, manager):
    of = portfolio(admin)
    page = manager(of).get(f"/turns/{of.turn.id}/stage").text
    for id in STAGES.values():
        assert f'<option value="{id}"' in page


def test_a_turn_goes_through_all_stages(admin, app, client, sign_in):
    of = portfolio(admin, turn_amount="500")
    sign_in(client, of.manager.email)
    assert move(client, of.turn, "Scope Approval").status_code == 303
    assert row(admin, of.turn).scope_approval_status == "DFO_APPROVAL_NEEDED"
    dfo = sign_in(app.test_client(), of.dfo.email)
    assert post(dfo, f"/turns/{of.turn.id}/approval", decision="approve", confirm="1", version=2).status_code == 303
    assert move(client, of.turn, "In Progress", 3, vendor_id=str(of.vendor.id)).status_code == 303
    assert move(client, of.turn, "Final Walk", 4).status_code == 303
    assert move(client, of.turn, "Complete", 5).status_code == 303
    done = row(admin, of.turn)
    assert (done.version, done.turn_completion_date is not None, done.is_open) == (6, True, False)
    assert audit_rows(admin, of.turn) == 5


def test_a_refusal_names_every_demand_opens_the_missing_fields_and_leaves_nothing_behind(admin, manager):
    of = portfolio(admin)
    answer = move(manager(of), of.turn, "In Progress", note="Skip ahead")
    assert demands(answer) == {"turn_amount", "vendor_id", "scope_approval_status"}
    kept = form_of(answer.text, f"/turns/{of.turn.id}/stage")
    assert kept["note"] == "Skip ahead"
    assert {"turn_amount", "vendor_id"} <= set(kept)
    assert row(admin, of.turn).version == 1
    assert row(admin, of.turn).scope_approval_status == "PENDING"


def test_what_cannot_be_read_is_told_together_with_what_is_missing(admin, manager):
    of = portfolio(admin)
    answer = move(manager(of), of.turn, "In Progress", turn_amount="lots")
    assert demands(answer) == {"turn_amount", "vendor_id", "scope_approval_status"}
    assert "Enter an amount like 1,234.50." in answer.text
    assert form_of(answer.text, "/stage")["turn_amount"] == "lots"


def test_the_missing_fields_are_written_in_the_moves_own_update(admin, manager):
    of = portfolio(admin, **approved("700"))
    assert move(manager(of), of.turn, "In Progress", vendor_id=str(of.vendor.id)).status_code == 303
    moved = row(admin, of.turn)
    assert (moved.version, moved.vendor_id, audit_rows(admin, of.turn)) == (2, of.vendor.id, 1)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"is_active": False}, "no longer active"),
        ({"is_approved": False}, "not approved"),
        ({"insurance_expiry": TODAY - timedelta(days=2)}, "insurance ended"),
        ({"insurance_expiry": None}, "no insurance"),
    ],
)
def test_a_vendor_who_may_not_work_holds_the_turn_back(admin, manager, columns, words):
    vendor = make_vendor(admin, **columns)
    of = portfolio(admin, vendor_id=vendor.id, **approved("700"))
    answer = move(manager(of), of.turn, "In Progress")
    assert demands(answer) == {"vendor_id"}
    assert words in answer.text


def test_a_vendor_that_comes_with_a_move_may_work_also_where_the_stage_asks_for_none(admin, manager):
    of = portfolio(admin, turn_amount="700")
    vendor = make_vendor(admin, is_approved=False)
    assert demands(move(manager(of), of.turn, "Scope Approval", vendor_id=vendor.id)) == {"vendor_id"}
    assert row(admin, of.turn).vendor_id is None


def test_a_vendor_who_loses_a_turn_by_a_move_is_told_that_it_is_gone(admin, manager):
    before, after = make_vendor(admin), make_vendor(admin)
    of = portfolio(admin, vendor_id=before.id, **approved("700"))
    assert move(manager(of), of.turn, "In Progress", vendor_id=after.id).status_code == 303
    told = admin.execute(
        "SELECT payload->'before'->>'vendor_id' FROM outbox WHERE payload->>'id' = %s", [str(of.turn.id)]
    )
    assert told.fetchone()[0] == str(before.id)


def test_a_locked_amount_is_told_together_with_the_other_demands(admin, manager):
    of = portfolio(admin, stage="Scope Approval", **waiting("700", "DFO"))
    answer = move(manager(of), of.turn, "In Progress", turn_amount="650")
    assert demands(answer) == {"turn_amount", "vendor_id", "scope_approval_status"}
    assert "withdraw it first" in answer.text


def test_a_move_back_needs_a_note_and_withdraws_what_waits(admin, manager):
    of = portfolio(admin, stage="Scope Approval", **waiting("700"))
    client = manager(of)
    assert demands(move(client, of.turn, "Draft")) == {"note"}
    assert move(client, of.turn, "Draft", note="Wrong unit").status_code == 303
    assert row(admin, of.turn).scope_approval_status == "PENDING"
    said = admin.execute(
        "SELECT kind::text, note FROM turn_stage_log WHERE turn_id = %s AND left_at IS NULL", [of.turn.id]
    ).fetchone()
    assert said == ("back", "Wrong unit")


def test_an_older_version_merges_with_what_somebody_else_changed(admin, manager):
    of = portfolio(admin, turn_amount="700")
    client = manager(of)
    admin.execute("UPDATE turns SET wo_number = 'W-1' WHERE id = %s", [of.turn.id])
    assert move(client, of.turn, "Scope Approval", 1).status_code == 303
    assert "Somebody else changed Work order meanwhile" in client.get(f"/turns/{of.turn.id}").text
    assert (row(admin, of.turn).version, row(admin, of.turn).wo_number) == (3, "W-1")


def test_two_moves_to_different_stages_conflict_and_the_second_can_be_decided(admin, manager):
    of = portfolio(admin, vendor_id=make_vendor(admin).id, **approved("700"))
    client = manager(of)
    assert move(client, of.turn, "In Progress").status_code == 303
    answer = move(client, of.turn, "Final Walk", 1)
    assert answer.status_code == 409
    assert 'data-conflict="stage_id"' in answer.text
    decided = {**form_of(answer.text, f"/turns/{of.turn.id}/stage"), "resolve.stage_id": "local"}
    decided |= {"stage_id": str(STAGES["Final Walk"]), "local.stage_id": str(STAGES["Final Walk"])}
    assert post(client, f"/turns/{of.turn.id}/stage", **decided).status_code == 303
    assert stage_of(admin, of.turn) == "Final Walk"


def test_a_move_to_where_it_is_already_raises_nothing(admin, manager):
    of = portfolio(admin, turn_amount="700")
    client = manager(of)
    assert move(client, of.turn, "Scope Approval", 1).status_code == 303
    assert move(client, of.turn, "Scope Approval", 1).status_code == 303
    assert (row(admin, of.turn).version, audit_rows(admin, of.turn)) == (2, 1)


def test_a_form_sent_twice_moves_once(admin, manager):
    of = portfolio(admin, turn_amount="700")
    client = manager(of)
    for _ in range(2):
        assert move(client, of.turn, "Scope Approval", 1, write_id="the same").status_code == 303
    assert row(admin, of.turn).version == 2


def test_a_completed_turn_stays_done_while_its_home_has_another(admin, manager):
    of = portfolio(admin, stage="Complete", vendor_id=make_vendor(admin).id, **approved("700"))
    make_turn(admin, of.home)
    answer = move(manager(of), of.turn, "In Progress", note="Leak")
    assert demands(answer) == {"property_id"}


def test_a_filed_turn_is_on_the_board_again_when_it_goes_back_to_work(admin, manager):
    of = portfolio(admin, stage="Complete", vendor_id=make_vendor(admin).id, is_active=False, **approved("700"))
    assert move(manager(of), of.turn, "In Progress", note="Leak").status_code == 303
    back = row(admin, of.turn)
    assert (back.is_active, back.is_open, back.turn_completion_date) == (True, True, None)


def test_undo_takes_back_the_move_and_the_submission_that_it_made(admin, manager):
    of = portfolio(admin, turn_amount="700")
    client = manager(of)
    move(client, of.turn, "Scope Approval", 1)
    answer = post(client, f"/turns/{of.turn.id}/undo", version=2)
    assert answer.status_code == 303
    assert "withdrawn" in client.get(f"/turns/{of.turn.id}").text
    back = row(admin, of.turn)
    assert (stage_of(admin, of.turn), back.scope_approval_status, back.version) == ("Draft", "PENDING", 3)
    assert post(client, f"/turns/{of.turn.id}/undo", version=3).status_code == 409


def test_undo_of_a_completion_keeps_a_date_that_a_person_had_set(admin, manager):
    day = TODAY - timedelta(days=1)
    of = portfolio(
        admin, stage="Final Walk", vendor_id=make_vendor(admin).id, turn_completion_date=day, **approved("700")
    )
    client = manager(of)
    assert move(client, of.turn, "Complete").status_code == 303
    assert post(client, f"/turns/{of.turn.id}/undo", version=2).status_code == 303
    assert row(admin, of.turn).turn_completion_date == day


def test_only_ones_own_last_move_is_undone_and_only_while_nothing_changed(admin, app, manager, sign_in):
    of = portfolio(admin, turn_amount="700")
    client = manager(of)
    move(client, of.turn, "Scope Approval", 1)
    senior = sign_in(app.test_client(), of.senior.email)
    assert post(senior, f"/turns/{of.turn.id}/undo", version=2).status_code == 409
    admin.execute("UPDATE turns SET wo_number = 'W-1' WHERE id = %s", [of.turn.id])
    assert post(client, f"/turns/{of.turn.id}/undo", version=2).status_code == 409
    assert post(client, f"/turns/{of.turn.id}/undo", version=3).status_code == 409
    assert stage_of(admin, of.turn) == "Scope Approval"


def test_a_look_at_the_lock_box_code_is_no_change_that_keeps_a_move_from_being_undone(admin, manager):
    of = portfolio(admin, turn_amount="700", primary_lock_box_code="4711")
    client = manager(of)
    move(client, of.turn, "Scope Approval", 1)
    post(client, f"/turns/{of.turn.id}/lock-box")
    assert post(client, f"/turns/{of.turn.id}/undo", version=2).status_code == 303
    assert stage_of(admin, of.turn) == "Draft"


def test_a_move_is_undone_by_the_form_on_the_turns_page_which_nobody_else_has(admin, app, manager, sign_in):
    of = portfolio(admin, turn_amount="700")
    client = manager(of)
    assert "/undo" not in client.get(f"/turns/{of.turn.id}").text
    move(client, of.turn, "Scope Approval", 1)
    assert "/undo" not in sign_in(app.test_client(), of.senior.email).get(f"/turns/{of.turn.id}").text
    undo = form_of(client.get(f"/turns/{of.turn.id}").text, "/undo")
    assert client.post(f"/turns/{of.turn.id}/undo", data=undo).status_code == 303
    assert stage_of(admin, of.turn) == "Draft"
    assert "/undo" not in client.get(f"/turns/{of.turn.id}").text


def test_somebody_elses_turn_is_not_there_and_an_approver_may_not(admin, app, client, sign_in):
    of = portfolio(admin)
    sign_in(client, of.manager.email)
    assert client.get(f"/turns/{of.noise.id}/stage").status_code == 404
    assert move(client, of.noise, "Scope Approval").status_code == 404
    dfo = sign_in(app.test_client(), of.dfo.email)
    assert move(dfo, of.turn, "Scope Approval").status_code == 403


def test_a_move_on_the_board_answers_what_changed_and_little_more(admin, manager):
    of = portfolio(admin, turn_amount="700")
    answer = post(
        manager(of),
        f"/turns/{of.turn.id}/stage",
        headers=PARTIAL,
        stage_id=str(STAGES["Scope Approval"]),
        version=1,
        board="",
    )
    assert answer.status_code == 200
    assert f'data-turn="{of.turn.id}" data-version="2"' in answer.text
    assert "data-live-head" not in answer.text  # the figures follow, at most twice a second
    assert len(answer.data) <= 3072


def test_a_refusal_on_the_board_is_the_cards_own_form(admin, manager):
    of = portfolio(admin)
    answer = post(
        manager(of), f"/turns/{of.turn.id}/stage", headers=PARTIAL, stage_id=str(STAGES["In Progress"]), version=1,
        board="overdue=1",
    )  # fmt: skip
    assert demands(answer) == {"turn_amount", "vendor_id", "scope_approval_status"}
    assert answer.text.lstrip().startswith("<form")


def test_days_in_the_stage_leave_out_the_hold(admin):
    turn = make_turn(admin, make_property(admin))
    log = "UPDATE turn_stage_log SET entered_at = now() - %s * interval '1 day' WHERE turn_id = %s AND left_at IS NULL"
    admin.execute(log, [9, turn.id])
    admin.execute("UPDATE turns SET hold_reason = 'Claim' WHERE id = %s", [turn.id])
    admin.execute(log, [4, turn.id])
    held = row(admin, turn)
    assert (held.held_on - held.stage_entered_on).days == 5
    admin.execute("UPDATE turns SET hold_reason = NULL WHERE id = %s", [turn.id])
    free = row(admin, turn)
    assert (free.stage_held_days, free.held_on) == (4, None)
    assert audit_rows(admin, turn) == 2
