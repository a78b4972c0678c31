"""Change orders of a turn: the form, the list on the turn's page, the API; what they say where they are refused."""

import pytest

from tests.factories import approved, make_property, make_turn, make_user
from tests.web.turn_pages import form_of, forms_to, portfolio, post, row


@pytest.fixture
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def all(connection):
    everyone = portfolio(connection)
    everyone.turn = make_turn(
        connection,
        make_property(connection, everyone.manager),
        "In Progress",
        **approved("3120.00", by=everyone.dfo.id, submitted_by=everyone.manager.id),
    )
    return everyone


def send(client, turn, version, amount="$100.50", reason="Rotten subfloor", **more):
    return post(client, f"/turns/{turn.id}/change-orders", version=version, amount=amount, reason=reason, **more)


def test_within_the_tolerance_it_counts_at_once(person, all, connection):
    client = person(all.manager.email)
    assert f"/turns/{all.turn.id}/change-orders" in client.get(f"/turns/{all.turn.id}").text
    page = client.get(f"/turns/{all.turn.id}/change-orders").text
    typed = form_of(page, "/change-orders") | {"amount": "-$1,200.50", "reason": "No flooring"}
    answer = client.post(f"/turns/{all.turn.id}/change-orders", data=typed)
    assert (answer.status_code, answer.location) == (303, f"/turns/{all.turn.id}")
    assert str(row(connection, all.turn).change_order_amount) == "-1200.50"
    page = client.get(f"/turns/{all.turn.id}").text
    assert 'data-change-order="1"' in page
    assert "No flooring" in page
    assert "recorded change order 1, -$1,200.50" in page
    assert "$1,919<" in page  # committed


def test_above_it_the_new_total_is_decided_by_the_approver(person, all, connection):
    client = person(all.manager.email)
    assert send(client, all.turn, 1, "400").status_code == 303
    page = client.get(f"/turns/{all.turn.id}").text
    assert "+$400.00 on $3,120.00 → $3,520.00" in page
    assert not forms_to(page, "/approval")
    client = person(all.dfo.email)
    page = client.get(f"/turns/{all.turn.id}").text
    asked = client.post(f"/turns/{all.turn.id}/approval", data=form_of(page, "/approval") | {"decision": "approve"})
    assert "Approve $3,520.00 for" in asked.text
    assert client.post(f"/turns/{all.turn.id}/approval", data=form_of(asked.text, "/approval")).status_code == 303
    turn = row(connection, all.turn)
    assert (turn.scope_approval_status, str(turn.change_order_amount)) == ("DFO_APPROVED", "400.00")
    assert str(turn.approved_turn_amount) == "3120.00"


def test_withdrawn_the_turn_stands_approved_as_before(person, all, connection):
    client = person(all.manager.email)
    send(client, all.turn, 1, "400")
    page = client.get(f"/turns/{all.turn.id}").text
    assert client.post(f"/turns/{all.turn.id}/withdraw", data=form_of(page, "/withdraw")).status_code == 303
    turn = row(connection, all.turn)
    assert (turn.scope_approval_status, turn.change_order_amount) == ("DFO_APPROVED", None)
    assert turn.submitted_at == all.turn.submitted_at


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": "0"}, "amount"), ({"amount": "much"}, "amount"), ({"amount": ""}, "amount"),
        ({"amount": "-3120.01"}, "amount"), ({"reason": ""}, "reason"), ({"reason": "x" * 501}, "reason"),
        ({"version": ""}, "version"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_with_what_was_typed(person, all, connection, typed, field):
    client = person(all.manager.email)
    values = {"amount": "12.00", "reason": "Kept words", "version": "1", **typed}
    answer = post(client, f"/turns/{all.turn.id}/change-orders", **values)
    assert answer.status_code == 422
    assert f'data-error-for="{field}"' in answer.text
    if "reason" not in typed:
        assert "Kept words" in answer.text
    assert row(connection, all.turn).version == 1


def test_a_second_one_waits_for_the_first(person, all, connection):
    client = person(all.manager.email)
    send(client, all.turn, 1, "400")
    answer = send(client, all.turn, 2, "1")
    assert answer.status_code == 422
    assert "waits for approval" in answer.text


def test_an_older_version_is_a_conflict_and_sent_twice_it_is_one(person, all, connection):
    client = person(all.manager.email)
    page = client.get(f"/turns/{all.turn.id}/change-orders").text
    typed = form_of(page, "/change-orders") | {"amount": "10", "reason": "Twice"}
    for _ in range(2):
        assert client.post(f"/turns/{all.turn.id}/change-orders", data=typed).status_code == 303
    assert str(row(connection, all.turn).change_order_amount) == "10.00"
    assert send(client, all.turn, 1, "20").status_code == 409


def test_who_does_not_hold_the_turn_records_nothing(person, all, connection):
    for who, status in ((all.dfo, 403), (all.other, 404), (make_user(connection, "USER"), 404)):
        assert send(person(who.email), all.turn, 1).status_code == status
        assert person(who.email).get(f"/turns/{all.turn.id}/change-orders").status_code == status
    assert row(connection, all.turn).version == 1


def test_a_turn_without_approval_says_why_it_has_none(person, all):
    client = person(all.manager.email)
    turn = portfolio_turn = all.noise
    assert client.get(f"/turns/{turn.id}/change-orders").status_code == 404
    client = person(all.other.email)
    page = client.get(f"/turns/{portfolio_turn.id}/change-orders").text
    assert "Nothing is approved yet" in page
    assert not forms_to(page, "/change-orders")


def test_the_history_says_who_decided_what_on_which_version(person, all):
    client = person(all.manager.email)
    send(client, all.turn, 1, "400", "Subfloor")
    page = client.get(f"/turns/{all.turn.id}").text
    assert 'data-decision="SUBMIT"' in page
    assert "sent change order 1 for approval" in page
    assert f"/audit/turns/{all.turn.id}/1" in page
