"""Many turns at once: looked at beforehand, then each on its own."""

import re

import pytest

from tests.factories import STAGES, approved, make_property, make_turn, make_user, make_vendor
from tests.web.turn_pages import audit_rows, form_of, post, row


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def manager(admin):
    return make_user(admin, "PROPERTY_MANAGER")


@pytest.fixture
def signed_in(client, sign_in, manager):
    return sign_in(client, manager.email)


def several(admin, manager, count=3, **columns):
    return [make_turn(admin, make_property(admin, manager), **columns) for _ in range(count)]


def sent(turns, **change):
    return {"turn_id": [str(turn.id) for turn in turns], **{f"version-{turn.id}": 1 for turn in turns}, **change}


def refused(answer):
    return set(re.findall(r'data-refused="([^"]+)"', answer.text))


def test_without_a_change_it_asks_what_is_to_change(admin, signed_in, manager):
    turns = several(admin, manager)
    answer = post(signed_in, "/board/bulk", turn_id=[str(turn.id) for turn in turns])
    form = form_of(answer.text, "/board/bulk")
    assert form[f"version-{turns[0].id}"] == "1"
    assert "stage_id" in form


def test_nothing_ticked_or_nothing_to_change_is_refused(admin, signed_in, manager):
    stage = str(STAGES["In Progress"])
    turns = several(admin, manager, 1)
    for asked in (sent([], stage_id=stage), sent([], confirm="1"), sent(turns, confirm="1")):
        answer = post(signed_in, "/board/bulk", **asked)
        assert answer.status_code == 422
        assert 'data-error-for="__all__"' in answer.text


def test_the_preview_changes_nothing_and_names_what_would_be_refused(admin, signed_in, manager):
    ready, *bare = several(admin, manager, turn_amount="10"), *several(admin, manager, 2)
    turns = [*ready, *bare]
    answer = post(signed_in, "/board/bulk", **sent(turns, stage_id=str(STAGES["Scope Approval"])))
    assert answer.status_code == 200
    assert refused(answer) == {str(turn.id) for turn in bare}
    assert "Enter what the scope costs." in answer.text
    assert "Change 3 turns" in answer.text
    assert [row(admin, turn).version for turn in turns] == [1] * 5


def test_confirmed_each_goes_on_its_own(admin, signed_in, manager):
    ready, bare = several(admin, manager, turn_amount="10"), several(admin, manager, 1)
    noise = make_turn(admin, make_property(admin, make_user(admin, "PROPERTY_MANAGER")), turn_amount="10")
    answer = post(
        signed_in, "/board/bulk", **sent([*ready, *bare, noise], stage_id=str(STAGES["Scope Approval"]), confirm="1")
    )
    assert "3 turns changed" in answer.text
    assert refused(answer) == {str(bare[0].id), str(noise.id)}
    assert [row(admin, turn).version for turn in (*ready, *bare, noise)] == [2, 2, 2, 1, 1]
    told = admin.execute(
        "SELECT count(*) FROM outbox WHERE payload ->> 'id' = ANY(%s)", [[str(turn.id) for turn in ready]]
    ).fetchone()[0]
    assert told == 3


def test_it_merges_and_conflicts_as_one_alone(admin, signed_in, manager):
    merged, conflicting = several(admin, manager, 2)
    vendor, other = make_vendor(admin), make_vendor(admin)
    admin.execute("UPDATE turns SET wo_number = 'W' WHERE id = %s", [merged.id])
    admin.execute("UPDATE turns SET vendor_id = %s WHERE id = %s", [other.id, conflicting.id])
    answer = post(signed_in, "/board/bulk", **sent([merged, conflicting], vendor_id=str(vendor.id), confirm="1"))
    assert refused(answer) == {str(conflicting.id)}
    assert (row(admin, merged).vendor_id, row(admin, merged).version) == (vendor.id, 3)
    assert row(admin, conflicting).vendor_id == other.id


def test_vendor_date_and_superintendent_are_set_with_one_version_each(admin, signed_in, manager):
    turns = several(admin, manager, 2, **approved("10"))
    vendor, inspector = make_vendor(admin), make_user(admin, "INSPECTOR")
    answer = post(
        signed_in,
        "/board/bulk",
        **sent(
            turns,
            vendor_id=str(vendor.id),
            expected_completion_date="2030-01-02",
            turns_superintendent_id=str(inspector.id),
            stage_id=str(STAGES["In Progress"]),
            confirm="1",
        ),
    )
    assert "2 turns changed" in answer.text
    for turn in turns:
        now = row(admin, turn)
        assert (now.version, now.vendor_id, now.turns_superintendent_id) == (2, vendor.id, inspector.id)
        assert (str(now.expected_completion_date), now.stage_id) == ("2030-01-02", STAGES["In Progress"])
        assert audit_rows(admin, turn) == 1


def test_sent_twice_it_is_done_once(admin, signed_in, manager):
    turns = several(admin, manager, 2, turn_amount="10")
    for _ in range(2):
        answer = post(
            signed_in, "/board/bulk",
            **sent(turns, stage_id=str(STAGES["Scope Approval"]), confirm="1", write_id="just once"),
        )  # fmt: skip
        assert "2 turns changed" in answer.text
    assert [row(admin, turn).version for turn in turns] == [2, 2]


def test_all_that_match_can_be_meant(admin, signed_in, manager):
    several(admin, manager, 4)
    make_turn(admin, make_property(admin, manager, market="Folsom"))
    answer = post(signed_in, "/board/bulk", all="1", board="market=Folsom", what="vendor_id")
    assert answer.text.count('name="turn_id"') == 1


def test_a_confirmed_turn_without_its_version_is_refused(admin, signed_in, manager):
    (turn,) = several(admin, manager, 1)
    answer = post(signed_in, "/board/bulk", turn_id=str(turn.id), expected_completion_date="2030-01-02", confirm="1")
    assert refused(answer) == {str(turn.id)}
    assert row(admin, turn).version == 1


def test_what_cannot_be_read_comes_back_with_the_form(admin, signed_in, manager):
    turns = several(admin, manager, 1)
    answer = post(signed_in, "/board/bulk", **sent(turns, expected_completion_date="soon"))
    assert answer.status_code == 422
    assert 'data-error-for="expected_completion_date"' in answer.text


def test_a_reader_changes_nothing(client, sign_in, admin):
    sign_in(client, make_user(admin, "USER", markets=["Folsom"]).email)
    assert post(client, "/board/bulk", turn_id="x").status_code == 403


def test_its_events_belong_to_one_act_so_that_people_are_told_once(admin, signed_in, manager):
    turns = several(admin, manager, turn_amount="10")
    admin.execute("DELETE FROM outbox")
    post(signed_in, "/board/bulk", **sent(turns, stage_id=str(STAGES["Scope Approval"]), confirm="1"))
    told = admin.execute("SELECT payload ->> 'by', payload ->> 'act' FROM outbox").fetchall()
    assert len(told) == 3 and len(set(told)) == 1
    assert told[0][0] == str(manager.id) and told[0][1]
