"""Two people, one turn: what is merged, what is asked, and that nothing typed is lost."""

import re
from html import unescape

import pytest

from tests.factories import make_property, make_turn, make_vendor
from tests.web.turn_pages import PARTIAL, audit_rows, form_of, portfolio, post, row


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def all(connection):
    return portfolio(connection, wo_number="W-0", status="as it was")


def text_of(page, field, side):
    """The text of the element that carries data-<side> in the field's conflict."""
    part = page.split(f'data-conflict="{field}"')[1].split("</section>")[0]
    inside = re.search(rf"<span[^>]* data-{side}[^>]*>(.*?)</span>", part, re.S)[1]
    return unescape(re.sub(r"<[^>]*>", "", inside))


def test_a_field_in_its_place_says_what_somebody_else_changed_beside_it(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager))
    client = person(all.manager.email)
    connection.execute("UPDATE turns SET wo_number = 'W-9' WHERE id = %s", [turn.id])
    saved = post(client, f"/turns/{turn.id}/edit", PARTIAL, version=turn.version, only="status", status="mine")
    assert "Somebody else changed Work order meanwhile" in saved.text
    assert (row(connection, turn).status, row(connection, turn).wo_number) == ("mine", "W-9")


def test_fields_that_only_one_side_changed_are_merged_and_said(person, all, connection):
    one, two = person(all.manager.email), person(all.senior.email)
    form = form_of(two.get(f"/turns/{all.turn.id}/edit").text, "/edit")
    post(one, f"/turns/{all.turn.id}/edit", version=all.turn.version, wo_number="W-theirs", grade="HEAVY")
    saved = two.post(f"/turns/{all.turn.id}/edit", data=form | {"status": "mine"})
    assert saved.status_code == 303
    page = two.get(saved.location).text
    assert "Somebody else changed" in page
    assert "Work order" in page
    turn = row(connection, all.turn)
    assert (turn.wo_number, turn.grade, turn.status) == ("W-theirs", "HEAVY", "mine")
    assert (turn.version, audit_rows(connection, turn)) == (3, 2)


def test_both_typed_the_same_is_no_conflict(person, all, connection):
    one, two = person(all.manager.email), person(all.senior.email)
    post(one, f"/turns/{all.turn.id}/edit", version=1, wo_number="W-same")
    assert post(two, f"/turns/{all.turn.id}/edit", version=1, wo_number="W-same").status_code == 303
    assert row(connection, all.turn).version == 2


def conflict(person, all):
    """Somebody saved W-theirs, this person typed W-mine and another field."""
    one, two = person(all.manager.email), person(all.senior.email)
    form = form_of(two.get(f"/turns/{all.turn.id}/edit").text, "/edit")
    post(one, f"/turns/{all.turn.id}/edit", version=1, wo_number="W-theirs", grade="HEAVY")
    typed = form | {"wo_number": "W-mine", "sub_status": "typed too", "trash_out_needed": "1"}
    return two, two.post(f"/turns/{all.turn.id}/edit", data=typed)


def test_a_conflict_shows_all_three_and_keeps_what_was_typed(person, all, connection):
    _, answer = conflict(person, all)
    assert answer.status_code == 409
    page = answer.text
    assert re.findall(r'data-conflict="([^"]*)"', page) == ["wo_number"]
    assert [text_of(page, "wo_number", side) for side in ("base", "server", "local")] == ["W-0", "W-theirs", "W-mine"]
    again = form_of(page, "/edit")
    assert (again["version"], again["sub_status"], again["grade"]) == ("2", "typed too", "HEAVY")
    assert again["wo_number"] == "W-mine"
    assert again["trash_out_needed"] == "1"
    assert all.manager.first_name in page
    assert "Grade is now Heavy" in page
    assert "Sub-status will be typed too" in page
    assert row(connection, all.turn).version == 2


@pytest.mark.parametrize(
    ("choice", "typed", "saved"),
    [("server", "W-mine", "W-theirs"), ("local", "x", "W-mine"), ("merge", "W-both", "W-both")],
)
def test_a_choice_settles_it_on_the_new_version(person, all, connection, choice, typed, saved):
    client, answer = conflict(person, all)
    again = form_of(answer.text, "/edit") | {"resolve.wo_number": choice, "wo_number": typed}
    assert client.post(f"/turns/{all.turn.id}/edit", data=again).status_code == 303
    turn = row(connection, all.turn)
    assert (turn.wo_number, turn.sub_status, turn.grade, turn.version) == (saved, "typed too", "HEAVY", 3)
    assert turn.trash_out_needed


def test_a_third_person_in_between_makes_a_new_conflict(person, all, connection):
    client, answer = conflict(person, all)
    post(person(all.manager.email), f"/turns/{all.turn.id}/edit", version=2, wo_number="W-third")
    again = form_of(answer.text, "/edit") | {"resolve.wo_number": "local"}
    second = client.post(f"/turns/{all.turn.id}/edit", data=again)
    assert second.status_code == 409
    assert text_of(second.text, "wo_number", "server") == "W-third"
    assert text_of(second.text, "wo_number", "local") == "W-mine"
    assert form_of(second.text, "/edit")["sub_status"] == "typed too"


def test_a_part_of_a_page_gets_the_conflict_as_a_part(person, all):
    one, two = person(all.manager.email), person(all.senior.email)
    post(one, f"/turns/{all.turn.id}/edit", version=1, wo_number="W-theirs")
    answer = post(two, f"/turns/{all.turn.id}/edit", PARTIAL, version=1, wo_number="W-mine", only="wo_number")
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert 'data-conflict="wo_number"' in answer.text


def test_vendors_and_people_are_shown_by_name(person, all, connection):
    theirs, mine = make_vendor(connection, company_name="Rivera"), make_vendor(connection, company_name="Delta")
    one, two = person(all.manager.email), person(all.senior.email)
    post(one, f"/turns/{all.turn.id}/edit", version=1, vendor_id=str(theirs.id))
    answer = post(two, f"/turns/{all.turn.id}/edit", version=1, vendor_id=str(mine.id))
    assert answer.status_code == 409
    assert text_of(answer.text, "vendor_id", "server") == "Rivera"
    assert text_of(answer.text, "vendor_id", "local") == "Delta"
    assert f'<option value="{mine.id}" selected>Delta</option>' in answer.text


def test_long_text_is_marked_and_put_together(person, all, connection):
    base = "Carpet arrives on the 17th. Leave the old pad in the garage."
    one, two = person(all.manager.email), person(all.senior.email)
    post(one, f"/turns/{all.turn.id}/hold", version=1, hold_reason=base)
    post(one, f"/turns/{all.turn.id}/hold", version=2, hold_reason=base.replace("17th", "23rd"))
    answer = post(two, f"/turns/{all.turn.id}/hold", version=2, hold_reason=base.replace("Leave", "Take"))
    assert answer.status_code == 409
    assert text_of(answer.text, "hold_reason", "server") == base.replace("17th", "23rd")
    assert "<ins>23rd.</ins>" in answer.text
    again = form_of(answer.text, "/hold")
    assert again["resolve.hold_reason"] == "merge"
    assert again["hold_reason"] == base.replace("17th", "23rd").replace("Leave", "Take")
    assert two.post(f"/turns/{all.turn.id}/hold", data=again).status_code == 303
    assert row(connection, all.turn).hold_reason == again["hold_reason"]


def test_a_submission_never_merges(person, all, connection):
    one, two = person(all.manager.email), person(all.senior.email)
    post(one, f"/turns/{all.turn.id}/edit", version=1, turn_amount="100")
    answer = post(two, f"/turns/{all.turn.id}/submit", version=1)
    assert answer.status_code == 409
    assert "$100.00" in answer.text
    assert "data-conflict" not in answer.text
    assert row(connection, all.turn).scope_approval_status == "PENDING"


def test_a_version_that_never_was_is_a_conflict_too(person, all, connection):
    client = person(all.manager.email)
    assert post(client, f"/turns/{all.turn.id}/edit", version=99, wo_number="x").status_code == 409
    assert row(connection, all.turn).version == 1
