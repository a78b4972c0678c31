"""Standing in for an approver: naming somebody, deciding in their name, ending it."""

from datetime import timedelta

import pytest

from tests.factories import make_property, make_turn, make_user, waiting
from tests.web.turn_pages import form_of, forms_to, portfolio, post, row

PAGE = "/approvals/delegations"


@pytest.fixture
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def all(connection):
    return portfolio(connection)


@pytest.fixture
def days(connection):
    (today,) = connection.execute("SELECT portfolio_today()").fetchone()
    return lambda first, last: {
        "starts_on": str(today + timedelta(days=first)),
        "ends_on": str(today + timedelta(days=last)),
    }


def test_a_delegate_finds_the_turn_and_decides_in_the_others_name(person, all, connection, days):
    user = make_user(connection, "USER", first_name="Uma", last_name="Ortiz")
    turn = make_turn(connection, make_property(connection, all.manager), **waiting("500.00"))
    assert person(user.email).get(f"/turns/{turn.id}").status_code == 404
    client = person(all.dfo.email)
    page = client.get(PAGE).text
    sent = client.post(PAGE, data=form_of(page, PAGE) | {"delegate_id": str(user.id), **days(0, 3)})
    assert (sent.status_code, sent.location) == (303, PAGE)
    assert "Uma Ortiz" in client.get(PAGE).text

    client = person(user.email)
    page = client.get(f"/turns/{turn.id}").text
    assert f"You decide for <b>{all.dfo.first_name} {all.dfo.last_name}</b>" in page
    asked = client.post(f"/turns/{turn.id}/approval", data=form_of(page, "/approval") | {"decision": "approve"})
    assert client.post(f"/turns/{turn.id}/approval", data=form_of(asked.text, "/approval")).status_code == 303
    assert row(connection, turn).scope_approval_status == "DFO_APPROVED"
    assert f"for {all.dfo.first_name} {all.dfo.last_name}" in client.get(f"/turns/{turn.id}").text
    assert client.get("/approvals").status_code == 200


def test_ended_from_either_side_nothing_is_left_of_it(person, all, connection, days):
    user = make_user(connection, "USER")
    turn = make_turn(connection, make_property(connection, all.manager), **waiting("500.00"))
    for side in (all.dfo, user):
        client = person(all.dfo.email)
        post(client, PAGE, delegate_id=user.id, **days(0, 0))
        client = person(side.email)
        (values,) = forms_to(client.get(PAGE).text, "/end")
        (made,) = connection.execute(
            "SELECT id FROM approval_delegations WHERE approver_id = %s AND ended_at IS NULL", [all.dfo.id]
        ).fetchone()
        assert client.post(f"{PAGE}/{made}/end", data=values).status_code == 303
        assert client.post(f"{PAGE}/{made}/end", data=values).status_code == 303
        assert post(client, f"{PAGE}/{made}/end", version=1).status_code == 409
        over = post(client, f"{PAGE}/{made}/end", version=2)
        assert over.status_code == 422
        assert "It is over already." in over.text
    assert person(user.email).get(f"/turns/{turn.id}").status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "field"), [(0, -1, "ends_on"), (-3, -2, "ends_on"), (0, 366, "ends_on"), (0, 0, "delegate_id")]
)
def test_what_cannot_be_is_said_at_its_field(person, all, connection, days, first, last, field):
    chosen = all.dfo.id if field == "delegate_id" else make_user(connection, "USER").id
    answer = post(person(all.dfo.email), PAGE, delegate_id=chosen, **days(first, last))
    assert answer.status_code == 422
    assert f'data-error-for="{field}"' in answer.text


def test_only_who_approves_names_somebody_and_nobody_ends_a_strangers(person, all, connection, days):
    user = make_user(connection, "USER")
    for who in (all.manager, user, make_user(connection, "ADMIN")):
        assert post(person(who.email), PAGE, delegate_id=user.id, **days(0, 0)).status_code == 403
        assert not forms_to(person(who.email).get(PAGE).text, PAGE)
    post(person(all.dfo.email), PAGE, delegate_id=user.id, **days(0, 0))
    (made,) = connection.execute("SELECT id FROM approval_delegations WHERE approver_id = %s", [all.dfo.id]).fetchone()
    assert post(person(all.ho.email), f"{PAGE}/{made}/end", version=1).status_code == 404
    vendor = make_user(connection, "VENDOR", vendor_id=all.vendor.id)
    assert post(person(vendor.email), f"{PAGE}/{made}/end", version=1).status_code == 404
    assert post(person(all.dfo.email), PAGE, delegate_id=vendor.id, **days(0, 0)).status_code == 422
