"""Putting a turn on hold and taking it off again."""

import re
from datetime import timedelta

import pytest

from tests.factories import TODAY, approved, make_property, make_turn
from tests.web.turn_pages import audit_rows, form_of, portfolio, post, row


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def all(connection):
    return portfolio(connection)


def stretches(connection, turn):
    rows = connection.execute(
        "SELECT kind::text FROM turn_stage_log WHERE turn_id = %s ORDER BY entered_at", [turn.id]
    ).fetchall()
    return [kind for (kind,) in rows]


def test_a_refused_hold_is_said_also_where_there_is_no_form_to_say_it_in(person, all, connection):
    client = person(all.manager.email)
    done = make_turn(connection, make_property(connection, all.manager), "Complete", **approved("700"))
    refused = post(client, f"/turns/{done.id}/hold", version=done.version, hold_reason="Squatters")
    assert refused.status_code == 422
    assert refused.text.count('data-error-for="hold_reason"') == 1
    lost = post(client, f"/turns/{all.turn.id}/hold", hold_reason="Squatters")
    assert (lost.status_code, lost.text.count('data-error-for="version"')) == (422, 1)


def test_a_hold_keeps_the_stage_and_is_told_apart(person, all, connection):
    client = person(all.manager.email)
    form = form_of(client.get(f"/turns/{all.turn.id}").text, "/hold")
    until = (TODAY + timedelta(days=5)).isoformat()
    held = client.post(f"/turns/{all.turn.id}/hold", data=form | {"hold_reason": "Squatters", "hold_until": until})
    assert held.status_code == 303
    page = client.get(f"/turns/{all.turn.id}").text
    assert re.search(r"On hold until [^:<]+: Squatters", page)
    assert "put it on hold" in page
    turn = row(connection, all.turn)
    assert (turn.stage_id, turn.hold_reason, turn.version) == (all.turn.stage_id, "Squatters", 2)
    assert client.post(f"/turns/{all.turn.id}/release", data=form_of(page, "/release")).status_code == 303
    turn = row(connection, turn)
    assert (turn.hold_reason, turn.hold_until, turn.version) == (None, None, 3)
    assert stretches(connection, turn) == ["create", "hold", "release"]
    assert audit_rows(connection, turn) == 2


def test_a_hold_needs_a_reason_and_a_day_to_come(person, all, connection):
    client = person(all.manager.email)
    for typed, field in (
        ({"hold_reason": "  "}, "hold_reason"),
        ({}, "hold_reason"),
        ({"hold_reason": "x" * 501}, "hold_reason"),
        ({"hold_reason": "Parts", "hold_until": (TODAY - timedelta(days=3)).isoformat()}, "hold_until"),
    ):
        refused = post(client, f"/turns/{all.turn.id}/hold", version=1, **typed)
        assert refused.status_code == 422
        assert f'data-error-for="{field}"' in refused.text
        assert typed.get("hold_reason", "").strip() in refused.text
    assert row(connection, all.turn).version == 1


def test_holds_merge_on_the_fields_they_set(person, all, connection):
    one, two = person(all.manager.email), person(all.senior.email)
    post(one, f"/turns/{all.turn.id}/edit", version=1, wo_number="W-1")
    assert post(two, f"/turns/{all.turn.id}/hold", version=1, hold_reason="Eviction").status_code == 303
    turn = row(connection, all.turn)
    assert (turn.wo_number, turn.hold_reason, turn.version) == ("W-1", "Eviction", 3)
    conflict = post(one, f"/turns/{all.turn.id}/hold", version=1, hold_reason="Parts")
    assert conflict.status_code == 409
    assert 'data-conflict="hold_reason"' in conflict.text
    kept = form_of(conflict.text, "/hold") | {"resolve.hold_reason": "server"}
    assert one.post(f"/turns/{all.turn.id}/hold", data=kept).status_code == 303
    assert row(connection, all.turn).version == 3


def test_a_release_over_a_changed_reason_asks(person, all, connection):
    one, two = person(all.manager.email), person(all.senior.email)
    post(one, f"/turns/{all.turn.id}/hold", version=1, hold_reason="Parts")
    post(two, f"/turns/{all.turn.id}/hold", version=2, hold_reason="Parts and paint")
    conflict = post(one, f"/turns/{all.turn.id}/release", version=2)
    assert conflict.status_code == 409
    form = form_of(conflict.text, "/release")
    assert one.post(f"/turns/{all.turn.id}/release", data=form | {"resolve.hold_reason": "server"}).status_code == 303
    assert row(connection, all.turn).hold_reason == "Parts and paint"
    form["write_id"] += "-again"
    assert one.post(f"/turns/{all.turn.id}/release", data=form | {"resolve.hold_reason": "local"}).status_code == 303
    assert row(connection, all.turn).hold_reason is None


def test_nothing_is_held_that_is_done(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager), "Complete")
    client = person(all.manager.email)
    assert post(client, f"/turns/{turn.id}/hold", version=turn.version, hold_reason="x").status_code == 422


@pytest.mark.parametrize(("who", "status"), [("dfo", 403), ("other", 404)])
def test_others_do_not_hold(person, all, connection, who, status):
    client = person(getattr(all, who).email)
    assert post(client, f"/turns/{all.turn.id}/hold", version=1, hold_reason="x").status_code == status
    assert post(client, f"/turns/{all.turn.id}/release", version=1).status_code == status
    assert row(connection, all.turn).version == 1
