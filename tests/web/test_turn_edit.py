"""Editing a turn, whole and in place; starting one; comments."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, approved, make_property, make_turn, make_user, make_vendor
from tests.web.turn_pages import PARTIAL, audit_rows, form_of, portfolio, post, row


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def all(connection):
    return portfolio(connection)


def test_the_whole_form_saves_what_was_typed(person, all, connection):
    client = person(all.manager.email)
    form = form_of(client.get(f"/turns/{all.turn.id}/edit").text, "/edit")
    typed = form | {"turn_amount": "$3,120.50", "vendor_id": str(all.vendor.id), "grade": "HEAVY", "wo_number": " W-1 "}
    saved = client.post(f"/turns/{all.turn.id}/edit", data=typed | {"trash_out_needed": "1"})
    assert (saved.status_code, saved.location) == (303, f"/turns/{all.turn.id}")
    turn = row(connection, all.turn)
    assert (str(turn.turn_amount), turn.vendor_id, turn.wo_number) == ("3120.50", all.vendor.id, "W-1")
    assert turn.trash_out_needed
    assert (turn.version, audit_rows(connection, turn)) == (all.turn.version + 1, 1)
    assert turn.turn_assignment_date is not None

    form = form_of(client.get(f"/turns/{all.turn.id}/edit").text, "/edit")
    del form["trash_out_needed"]
    client.post(f"/turns/{all.turn.id}/edit", data=form)
    assert not row(connection, turn).trash_out_needed


def test_a_form_saved_unchanged_raises_nothing(person, all, connection):
    client = person(all.manager.email)
    form = form_of(client.get(f"/turns/{all.turn.id}/edit").text, "/edit")
    assert client.post(f"/turns/{all.turn.id}/edit", data=form).status_code == 303
    assert row(connection, all.turn).version == all.turn.version
    assert audit_rows(connection, all.turn) == 0


def test_one_field_alone_leaves_the_boxes_as_they_are(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager), trash_out_needed=True)
    client = person(all.manager.email)
    assert post(client, f"/turns/{turn.id}/edit", version=turn.version, wo_number="W-2").status_code == 303
    assert row(connection, turn).trash_out_needed
    assert row(connection, turn).wo_number == "W-2"


def test_a_field_is_edited_in_its_place(person, all, connection):
    client = person(all.manager.email)
    piece = client.get(f"/turns/{all.turn.id}/edit?only=trash_out_needed", headers=PARTIAL).text
    assert "<html" not in piece
    form = form_of(piece, "/edit")
    assert form["trash_out_needed"] == "0"
    answer = client.post(f"/turns/{all.turn.id}/edit", data=form | {"trash_out_needed": "1"}, headers=PARTIAL)
    assert answer.status_code == 200
    assert f'data-version="{all.turn.version + 1}"' in answer.text
    assert row(connection, all.turn).trash_out_needed
    refused = post(
        client, f"/turns/{all.turn.id}/edit", PARTIAL, version=all.turn.version + 1, turn_amount="x", only="turn_amount"
    )
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, "#fact-turn_amount")
    assert 'value="x"' in refused.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("turn_amount", "-1"),
        ("turn_amount", "12.345"),
        ("turn_amount", "100000000"),
        ("turn_amount", "12,3"),
        ("expected_completion_date", "2026-02-30"),
        ("expected_completion_date", "10000-01-01"),
        ("wo_number", "x" * 51),
        ("wo_number", "a\x07b"),
        ("grade", "HUGE"),
        ("power_status", "MAYBE"),
        ("vendor_id", "x"),
        ("vendor_id", "00000000-0000-0000-0000-00000000dead"),
        ("turns_superintendent_id", "00000000-0000-0000-0000-00000000dead"),
        ("priority", "many"),
        ("scope_photos_link", "javascript:alert(1)"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_everything_typed(person, all, connection, field, typed):
    client = person(all.manager.email)
    form = form_of(client.get(f"/turns/{all.turn.id}/edit").text, "/edit")
    other = "sub_status"
    refused = client.post(f"/turns/{all.turn.id}/edit", data=form | {field: typed, other: "kept as typed"})
    assert refused.status_code == 422
    assert f'data-error-for="{field}"' in refused.text
    assert form_of(refused.text, "/edit")[other] == "kept as typed"
    assert row(connection, all.turn).version == all.turn.version


def test_a_completion_in_the_future_or_before_the_move_out_is_refused(person, all):
    client = person(all.manager.email)
    for day in (TODAY + timedelta(days=2), TODAY - timedelta(days=30)):
        answer = post(
            client, f"/turns/{all.turn.id}/edit", version=all.turn.version, turn_completion_date=day.isoformat()
        )
        assert answer.status_code == 422
        assert 'data-error-for="turn_completion_date"' in answer.text


def test_a_move_out_after_the_next_move_in_is_refused(person, all, connection):
    home = make_property(connection, all.manager, move_in_date=TODAY + timedelta(days=5))
    turn = make_turn(connection, home)
    client = person(all.manager.email)
    late = (TODAY + timedelta(days=9)).isoformat()
    answer = post(client, f"/turns/{turn.id}/edit", version=turn.version, move_out_date=late)
    assert answer.status_code == 422
    assert 'data-error-for="move_out_date"' in answer.text


def test_dates_out_of_order_are_said_not_refused(person, all):
    client = person(all.manager.email)
    early = (TODAY - timedelta(days=40)).isoformat()
    saved = post(client, f"/turns/{all.turn.id}/edit", version=all.turn.version, occupancy_check_date=early)
    assert saved.status_code == 303
    assert "dated before the move-out" in client.get(f"/turns/{all.turn.id}").text


def test_a_persons_date_stays_and_a_computed_one_follows(person, all, connection):
    client = person(all.manager.email)
    assert "computed" in client.get(f"/turns/{all.turn.id}").text
    post(client, f"/turns/{all.turn.id}/edit", version=all.turn.version, grade="RENOVATION")
    turn = row(connection, all.turn)
    assert turn.expected_completion_date == turn.move_out_date + timedelta(days=30)
    own = (TODAY + timedelta(days=12)).isoformat()
    post(client, f"/turns/{turn.id}/edit", version=turn.version, expected_completion_date=own)
    post(client, f"/turns/{turn.id}/edit", version=turn.version + 1, grade="LIGHT")
    turn = row(connection, turn)
    assert turn.expected_completion_date.isoformat() == own
    assert not turn.expected_completion_is_computed


@pytest.mark.parametrize(
    ("vendor", "said"),
    [
        ({"insurance_expiry": None}, "no insurance on file"),
        ({"insurance_expiry": TODAY - timedelta(days=2)}, "insurance ended"),
        ({"is_approved": False}, None),
        ({"is_active": False}, "no longer active"),
    ],
)
def test_a_vendor_who_may_not_work_is_not_assigned(person, all, connection, vendor, said):
    company = make_vendor(connection, **vendor)
    client = person(all.senior.email)
    answer = post(client, f"/turns/{all.turn.id}/edit", version=all.turn.version, vendor_id=str(company.id))
    assert answer.status_code == 422
    assert 'data-error-for="vendor_id"' in answer.text
    assert said is None or said in answer.text


def test_a_vendor_insured_up_to_today_is_assigned(person, all, connection):
    company = make_vendor(connection, insurance_expiry=TODAY)
    client = person(all.manager.email)
    answer = post(client, f"/turns/{all.turn.id}/edit", version=all.turn.version, vendor_id=str(company.id))
    assert answer.status_code == 303


def test_the_amount_is_read_only_once_approved(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager), **approved("3120.00"))
    client = person(all.manager.email)
    page = client.get(f"/turns/{turn.id}/edit").text
    assert "turn_amount" not in form_of(page, "/edit")
    assert "Approved at $3,120: record a change order" in page
    refused = post(client, f"/turns/{turn.id}/edit", version=turn.version, turn_amount="10")
    assert refused.status_code == 422
    assert "Approved at $3,120: record a change order" in refused.text
    assert 'data-error-for="turn_amount"' in refused.text


def test_the_code_is_written_but_never_read_back(person, all, connection):
    client = person(all.manager.email)
    post(client, f"/turns/{all.turn.id}/edit", version=all.turn.version, primary_lock_box_code="K0815")
    assert row(connection, all.turn).primary_lock_box_code == "K0815"
    for path in (f"/turns/{all.turn.id}", f"/turns/{all.turn.id}/edit"):
        assert "K0815" not in client.get(path).text
    form = form_of(client.get(f"/turns/{all.turn.id}/edit").text, "/edit")
    client.post(f"/turns/{all.turn.id}/edit", data=form | {"wo_number": "W-3"})
    assert row(connection, all.turn).primary_lock_box_code == "K0815"


def test_an_inspector_sets_the_dates_of_their_visits_only(person, all, connection):
    inspector = make_user(connection, "INSPECTOR")
    turn = make_turn(connection, make_property(connection, all.manager), turns_superintendent_id=inspector.id)
    client = person(inspector.email)
    assert set(form_of(client.get(f"/turns/{turn.id}/edit").text, "/edit")) - {"csrf_token", "version", "write_id"} == {
        "occupancy_check_date",
        "scan_360_date",
        "final_walk_date",
    }
    day = TODAY.isoformat()
    assert post(client, f"/turns/{turn.id}/edit", version=1, occupancy_check_date=day).status_code == 303
    assert row(connection, turn).occupancy_check_date == TODAY
    assert post(client, f"/turns/{turn.id}/edit", version=2, turn_amount="10").status_code == 403
    assert client.get(f"/turns/{all.turn.id}/edit").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("dfo", 403), ("other", 404)])
def test_others_do_not_edit(person, all, connection, who, status):
    client = person(getattr(all, who).email)
    assert client.get(f"/turns/{all.turn.id}/edit").status_code == status
    assert post(client, f"/turns/{all.turn.id}/edit", version=all.turn.version, wo_number="x").status_code == status
    assert row(connection, all.turn).version == all.turn.version


def test_a_form_sent_twice_is_saved_once(person, all, connection):
    client = person(all.manager.email)
    form = form_of(client.get(f"/turns/{all.turn.id}/edit").text, "/edit") | {"wo_number": "W-4"}
    assert [client.post(f"/turns/{all.turn.id}/edit", data=form).status_code for _ in range(2)] == [303, 303]
    assert audit_rows(connection, all.turn) == 1
    assert client.post(f"/turns/{all.turn.id}/edit", data=form | {"wo_number": "W-5"}).status_code == 409


def test_a_form_without_its_version_is_refused(person, all):
    client = person(all.manager.email)
    assert post(client, f"/turns/{all.turn.id}/edit", wo_number="x").status_code == 422


def test_a_turn_starts_on_a_home_with_what_is_known(person, all, connection):
    leaving = TODAY + timedelta(days=20)
    home = make_property(connection, all.manager, move_out_date=leaving)
    client = person(all.manager.email)
    form = form_of(client.get(f"/turns/new?property_id={home.id}").text, "/turns/new")
    assert form["move_out_date"] == leaving.isoformat()
    started = client.post("/turns/new", data=form | {"grade": "LIGHT"})
    assert started.status_code == 303
    page = client.get(started.location)
    assert "moves out" in page.text.lower()
    turn = connection.execute(
        "SELECT expected_completion_date, expected_completion_is_computed FROM turns WHERE property_id = %s", [home.id]
    ).fetchone()
    assert turn == (leaving + timedelta(days=4), True)
    again = client.post("/turns/new", data=form | {"grade": "LIGHT"})
    assert again.location == started.location


def test_a_second_open_turn_is_refused_with_the_way_to_the_first(person, all):
    client = person(all.manager.email)
    page = client.get(f"/turns/new?property_id={all.home.id}").text
    assert f'href="/turns/{all.turn.id}"' in page
    refused = client.post("/turns/new", data=form_of(page, "/turns/new") | {"wo_number": "kept"})
    assert refused.status_code == 422
    assert 'data-error-for="property_id"' in refused.text
    assert f'href="/turns/{all.turn.id}"' in refused.text
    assert "kept" in refused.text


def test_no_turn_starts_on_a_home_that_is_put_away(person, all, connection):
    home = make_property(connection, all.manager, is_archived=True)
    client = person(all.manager.email)
    form = form_of(client.get(f"/turns/new?property_id={home.id}").text, "/turns/new")
    refused = client.post("/turns/new", data=form)
    assert (refused.status_code, refused.text.count('data-error-for="property_id"')) == (422, 1)


def test_no_turn_starts_on_a_home_of_somebody_else(person, all):
    client = person(all.other.email)
    assert client.get(f"/turns/new?property_id={all.home.id}").status_code == 404
    assert post(client, "/turns/new", property_id=str(all.home.id)).status_code == 404
    assert client.get("/turns/new?property_id=x").status_code == 400
    assert client.get("/turns/new").status_code == 200


def test_a_comment_is_added_once_and_an_empty_one_not(person, all, connection):
    client = person(all.dfo.email)
    form = form_of(client.get(f"/turns/{all.turn.id}").text, "/comments") | {"body": "Range is <b>beyond</b> repair"}
    assert [client.post(f"/turns/{all.turn.id}/comments", data=form).status_code for _ in range(2)] == [303, 303]
    page = client.get(f"/turns/{all.turn.id}").text
    assert page.count("Range is &lt;b&gt;beyond&lt;/b&gt; repair") == 1
    for body in ("  ", "x" * 5001):
        refused = post(client, f"/turns/{all.turn.id}/comments", body=body)
        assert refused.status_code == 422
        assert 'data-error-for="body"' in refused.text
        assert body.strip() in refused.text
    assert post(person(all.other.email), f"/turns/{all.turn.id}/comments", body="x").status_code == 404


def test_archive_and_restore(person, all, connection):
    client = person(all.manager.email)
    page = client.get(f"/turns/{all.turn.id}").text
    assert client.post(f"/turns/{all.turn.id}/archive", data=form_of(page, "/archive")).status_code == 303
    assert row(connection, all.turn).is_archived
    other = make_turn(connection, all.home)
    page = client.get(f"/turns/{all.turn.id}").text
    refused = client.post(f"/turns/{all.turn.id}/restore", data=form_of(page, "/restore"))
    assert refused.status_code == 422
    assert 'data-error-for="property_id"' in refused.text
    post(client, f"/turns/{other.id}/archive", version=other.version)
    page = client.get(f"/turns/{all.turn.id}").text
    assert client.post(f"/turns/{all.turn.id}/restore", data=form_of(page, "/restore")).status_code == 303
    assert row(connection, all.turn).is_open
