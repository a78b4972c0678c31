"""/admin/stages, as administrators use it."""

import re
from datetime import timedelta

import pytest
from psycopg.rows import namedtuple_row

from tests.factories import STAGES, TODAY, approved, make_property, make_turn, make_user, make_vendor, waiting
from tests.web.turn_pages import PARTIAL, form_of, post

DRAFT, SCOPE, WORK, WALK, DONE = STAGES.values()


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        connection.execute("DELETE FROM turns")
        connection.execute("DELETE FROM turn_stages WHERE name <> ALL(%s)", [list(STAGES)])
        connection.execute("UPDATE turn_stages SET is_active = true, target_days = NULL")
        connection.execute(
            "UPDATE turn_stages SET display_order = p.n FROM unnest(%s::uuid[]) WITH ORDINALITY AS p (id, n)"
            " WHERE turn_stages.id = p.id",
            [list(STAGES.values())],
        )
        yield connection


@pytest.fixture
def ana(person, admin):
    return person(make_user(admin, "ADMIN").email)


def names(admin):
    return [row.name for row in admin.execute("SELECT name FROM turn_stages WHERE is_active ORDER BY display_order")]


def stage(admin, id):
    return admin.execute("SELECT * FROM turn_stages WHERE id = %s", [id]).fetchone()


def order(ana, *ids, **more):
    form = form_of(ana.get("/admin/stages").text, "/admin/stages/order")
    return ana.post("/admin/stages/order", data={**form, "stage_id": [str(id) for id in ids], **more})


def retire(ana, id, **typed):
    form = form_of(ana.get(f"/admin/stages/{id}/retire").text, "/retire")
    return ana.post(f"/admin/stages/{id}/retire", data={**form, **typed})


def test_they_are_listed_in_their_order_with_the_turns_in_each(ana, admin):
    make_turn(admin, make_property(admin), "Final Walk")
    make_turn(admin, make_property(admin), "Final Walk", is_active=False)
    page = ana.get("/admin/stages").text
    assert re.findall(r'id="stage-([0-9a-f-]{36})"', page) == [str(id) for id in STAGES.values()]
    assert re.search(r'Final Walk</span></a> <span class="soft" data-count="1">1 turn<', page)


def test_the_whole_order_is_sent_and_raises_only_what_moved(ana, admin):
    version = stage(admin, WALK).version
    admin.execute("DELETE FROM outbox")
    assert order(ana, DRAFT, WORK, SCOPE, WALK, DONE).status_code == 303
    assert names(admin) == ["Draft", "In Progress", "Scope Approval", "Final Walk", "Complete"]
    assert stage(admin, WALK).version == version
    assert admin.execute("SELECT kind FROM outbox").fetchall() == [("refetch",)], "every open page fetches anew"


def test_a_button_moves_one_place_and_says_so_in_the_fragment(ana, admin):
    form = form_of(ana.get("/admin/stages").text, "/admin/stages/order")
    sent = {**form, "stage_id": [str(id) for id in STAGES.values()], "up": str(WORK)}
    answer = ana.post("/admin/stages/order", data=sent, headers=PARTIAL)
    assert answer.text.lstrip().startswith('<div class="stack"')
    assert names(admin)[:3] == ["Draft", "In Progress", "Scope Approval"]
    assert order(ana, DRAFT, WORK, SCOPE, WALK, DONE, up=str(DRAFT)).status_code == 303
    assert names(admin)[0] == "Draft"


def test_what_is_complete_goes_on_to_nothing(ana, admin):
    answer = order(ana, DRAFT, SCOPE, WORK, DONE, WALK)
    assert answer.status_code == 422
    assert "Complete completes a turn: Final Walk cannot come after it." in answer.text
    assert names(admin)[-1] == "Complete"


def test_another_order_meanwhile_is_a_conflict_and_another_name_is_not(ana, admin):
    form = form_of(ana.get("/admin/stages").text, "/admin/stages/order")
    admin.execute("UPDATE turn_stages SET target_days = 9 WHERE name = 'Draft'")
    sent = {**form, "stage_id": [str(id) for id in (SCOPE, DRAFT, WORK, WALK, DONE)]}
    assert ana.post("/admin/stages/order", data=sent).status_code == 303
    assert names(admin)[0] == "Scope Approval"
    again = ana.post("/admin/stages/order", data={**sent, "write_id": "another"})
    assert again.status_code == 409 and "another order" in again.text


def test_a_new_stage_stands_where_it_was_asked_for(ana, admin):
    form = form_of(ana.get("/admin/stages/new").text, "/admin/stages/new")
    sent = {**form, "name": "Punch list", "target_days": "3", "is_vendor_required": "1", "after": str(WORK)}
    assert ana.post("/admin/stages/new", data=sent).status_code == 303
    assert names(admin) == ["Draft", "Scope Approval", "In Progress", "Punch list", "Final Walk", "Complete"]
    made = admin.execute("SELECT * FROM turn_stages WHERE name = 'Punch list'").fetchone()
    assert (made.target_days, made.is_vendor_required, made.is_complete_stage) == (3, True, False)
    assert str(made.id) in ana.get("/board").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "final walk"}, "name"),
        ({"name": "A", "color": "red"}, "color"),
        ({"name": "A", "target_days": "-1"}, "target_days"),
        ({"name": "A", "is_complete_stage": "1", "requires_approval": "1", "after": str(WALK)}, "requires_approval"),
        ({"name": "A", "after": str(DONE)}, "after"),
    ],
)
def test_what_cannot_be_a_stage_comes_back_as_it_was_typed(ana, admin, typed, field):
    form = form_of(ana.get("/admin/stages/new").text, "/admin/stages/new")
    answer = ana.post("/admin/stages/new", data={**form, "send_email_to_vendor": "1", **typed})
    assert answer.status_code == 422
    assert f'data-error-for="{field}"' in answer.text
    assert form_of(answer.text, "/admin/stages/new")["send_email_to_vendor"] == "1"
    assert names(admin) == list(STAGES)


def test_its_page_says_whom_a_demand_would_touch_before_it_is_saved(ana, admin):
    make_turn(admin, make_property(admin), "Final Walk", **approved(900), vendor_id=make_vendor(admin).id)
    make_turn(admin, make_property(admin), "Final Walk")
    page = ana.get(f"/admin/stages/{WALK}").text
    assert "2 turns</a> are in this stage" in page
    assert "1 of the 2 turns in it has no vendor: asked for before it goes on." in page


def test_two_who_change_different_things_of_one_are_put_together(ana, admin):
    here = f"/admin/stages/{WALK}"
    form = form_of(ana.get(here).text, f"{here}/edit")
    admin.execute("UPDATE turn_stages SET target_days = 4 WHERE id = %s", [WALK])
    answer = ana.post(f"{here}/edit", data={**form, "send_email_to_users": "1"})
    assert answer.status_code == 303
    assert "Somebody else changed Days that a turn should be in it meanwhile" in ana.get("/admin/stages").text
    row = stage(admin, WALK)
    assert (row.target_days, row.send_email_to_users) == (4, True)
    conflict = ana.post(f"{here}/edit", data={**form, "target_days": "5", "write_id": "another"})
    assert conflict.status_code == 409 and 'data-conflict="target_days"' in conflict.text
    admin.execute("UPDATE turn_stages SET send_email_to_users = false")


def test_a_stage_that_is_under_way_cannot_complete_before_others(ana):
    here = f"/admin/stages/{WORK}"
    answer = ana.post(f"{here}/edit", data={**form_of(ana.get(here).text, f"{here}/edit"), "is_complete_stage": "1"})
    assert answer.status_code == 422 and 'data-error-for="is_complete_stage"' in answer.text


def test_retiring_moves_its_turns_each_with_one_version_and_one_audit_row(ana, admin):
    vendor = make_vendor(admin)
    made = [
        make_turn(admin, make_property(admin), "Final Walk", **approved(900), vendor_id=vendor.id) for _ in range(3)
    ]
    page = ana.get(f"/admin/stages/{WALK}/retire").text
    assert "Move its 3 turns to" in page and "It completes them, as of today." in page
    assert retire(ana, WALK, move_to_stage_id=str(WORK)).status_code == 303
    assert names(admin) == ["Draft", "Scope Approval", "In Progress", "Complete"]
    for turn in made:
        row = admin.execute("SELECT stage_id, version FROM turns WHERE id = %s", [turn.id]).fetchone()
        assert row == (WORK, 2)
        log = admin.execute(
            "SELECT kind::text, note FROM turn_stage_log WHERE turn_id = %s AND left_at IS NULL", [turn.id]
        ).fetchone()
        assert log == ("back", "Final Walk was retired.")
        audit = "SELECT count(*) FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'"
        assert admin.execute(audit, [turn.id]).fetchone() == (1,)
    told = admin.execute("SELECT payload FROM outbox WHERE payload ->> 'id' = %s", [str(made[0].id)]).fetchone()
    assert told.payload["names"] == ["turn.stage_changed"]
    assert str(WALK) not in ana.get("/board").text


def test_what_cannot_go_is_named_and_refuses_it_all_unless_it_is_to_stay(ana, admin):
    goes = make_turn(admin, make_property(admin), "Scope Approval", **approved(900), vendor_id=make_vendor(admin).id)
    stays = make_turn(admin, make_property(admin), "Scope Approval", **waiting(900))
    page = ana.get(f"/admin/stages/{SCOPE}/retire").text
    assert "1 turn can go, <strong>1 cannot</strong>" in page and stays.turn_id in page
    refused = retire(ana, SCOPE, move_to_stage_id=str(WORK))
    assert refused.status_code == 422 and 'data-error-for="move_to_stage_id"' in refused.text
    assert f"{stays.turn_id} cannot go to In Progress" in refused.text
    assert stage(admin, SCOPE).is_active
    assert retire(ana, SCOPE, move_to_stage_id=str(WORK), leave="1").status_code == 303
    stand = dict(tuple(row) for row in admin.execute("SELECT id, stage_id FROM turns"))
    assert stand == {goes.id: WORK, stays.id: SCOPE}
    assert str(SCOPE) in ana.get("/board").text, "a retired stage is shown while a turn is in it"
    assert "1 turn still in it" in ana.get("/admin/stages").text


def test_going_back_withdraws_what_waits_and_says_so_beforehand(ana, admin):
    turn = make_turn(admin, make_property(admin), "Scope Approval", **waiting(900))
    assert "1 request for approval will be withdrawn." in ana.get(f"/admin/stages/{SCOPE}/retire").text
    assert retire(ana, SCOPE, move_to_stage_id=str(DRAFT)).status_code == 303
    row = admin.execute("SELECT scope_approval_status FROM turns WHERE id = %s", [turn.id]).fetchone()
    assert row == ("PENDING",)


def test_a_turn_that_moves_out_later_is_not_completed_by_it(ana, admin):
    later = TODAY + timedelta(days=9)
    make_turn(
        admin, make_property(admin), "Final Walk", **approved(9), vendor_id=make_vendor(admin).id, move_out_date=later
    )
    refused = retire(ana, WALK, move_to_stage_id=str(DONE))
    assert refused.status_code == 422 and "The move-out is still to come." in refused.text


def test_one_with_turns_wants_to_know_where_they_go_and_an_empty_one_does_not(ana, admin):
    make_turn(admin, make_property(admin))
    refused = retire(ana, DRAFT)
    assert refused.status_code == 422 and 'data-error-for="move_to_stage_id"' in refused.text
    assert retire(ana, WALK).status_code == 303
    form = form_of(ana.get("/admin/stages").text, f"/admin/stages/{WALK}/restore")
    assert ana.post(f"/admin/stages/{WALK}/restore", data=form).status_code == 303
    assert names(admin) == list(STAGES)


def test_the_last_stage_that_completes_stays(ana, admin):
    refused = retire(ana, DONE)
    assert refused.status_code == 422 and "Keep one stage that completes a turn." in refused.text
    assert stage(admin, DONE).is_active


def test_a_retirement_of_an_older_version_is_done_only_once(ana, admin):
    form = form_of(ana.get(f"/admin/stages/{WALK}/retire").text, "/retire")
    assert [ana.post(f"/admin/stages/{WALK}/retire", data=form).status_code for _ in range(2)] == [303, 303]
    assert names(admin).count("Final Walk") == 0


def test_a_manager_does_none_of_it(person, admin):
    other = person(make_user(admin, "PROPERTY_MANAGER").email)
    for path in ("order", "new", f"{WALK}/edit", f"{WALK}/retire", f"{WALK}/restore"):
        assert post(other, f"/admin/stages/{path}", version=1).status_code == 403
    assert other.get(f"/admin/stages/{WALK}").status_code == 403
