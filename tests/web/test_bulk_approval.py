"""Several decisions at once: up to a limit each, looked at beforehand, each recorded alone."""

import re

import pytest

from tests.factories import make_property, make_turn, make_user, waiting
from tests.web.turn_pages import audit_rows, form_of, portfolio, post, row


@pytest.fixture
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def all(connection):
    return portfolio(connection)


@pytest.fixture
def dfo(person, all):
    return person(all.dfo.email)


@pytest.fixture
def small(connection, all):
    return [make_turn(connection, make_property(connection, all.manager), **waiting("400.50")) for _ in range(3)]


def ticked(turns, decision="approve", **further):
    return {
        "turn_id": [str(turn.id) for turn in turns],
        **{f"version-{turn.id}": turn.version for turn in turns},
        "decision": decision,
        **further,
    }


def refused(page):
    return set(re.findall(r'data-refused="([^"]+)"', page))


def statuses(connection, turns):
    return [row(connection, turn).scope_approval_status for turn in turns]


def test_first_each_address_and_amount_is_named_and_nothing_is_decided(connection, dfo, small):
    asked = post(dfo, "/approvals/bulk", **ticked(small))
    assert asked.status_code == 200
    assert "Approve 3 turns, $1,201.50" in asked.text
    for turn in small:
        home = connection.execute("SELECT street_address FROM properties WHERE id = %s", [turn.property_id]).fetchone()
        assert home[0] in asked.text
    assert statuses(connection, small) == ["DFO_APPROVAL_NEEDED"] * 3


def test_confirmed_each_is_decided_and_recorded_alone(connection, dfo, small):
    asked = post(dfo, "/approvals/bulk", **ticked(small))
    form = form_of(asked.text, "/approvals/bulk") | {"turn_id": [str(turn.id) for turn in small]}
    answers = [dfo.post("/approvals/bulk", data=form) for _ in range(2)]
    assert [answer.text.count("data-decided=") for answer in answers] == [3, 3]
    assert statuses(connection, small) == ["DFO_APPROVED"] * 3
    assert [audit_rows(connection, turn) for turn in small] == [1, 1, 1]
    acts = connection.execute(
        "SELECT count(*) FROM approval_decisions WHERE decision = 'APPROVE' AND turn_id = ANY(%s)",
        [[turn.id for turn in small]],
    ).fetchone()
    assert acts == (3,)


def test_what_cannot_be_decided_on_is_named_and_holds_up_nothing(connection, all, dfo, small):
    def home():
        return make_property(connection, all.manager)

    dear = make_turn(connection, home(), **waiting("1000.01"))
    at_limit = make_turn(connection, home(), **waiting("1000.00"))
    at_ho = make_turn(connection, home(), **waiting("900.00", "HO"))
    own = make_turn(connection, home(), **waiting("10.00", submitted_by=all.dfo.id))
    changed = make_turn(connection, home(), **waiting("10.00"))
    connection.execute("UPDATE turns SET wo_number = 'W' WHERE id = %s", [changed.id])
    turns = [small[0], dear, at_limit, at_ho, own, changed]
    others = {str(turn.id) for turn in (dear, at_ho, own, changed)}
    asked = post(dfo, "/approvals/bulk", **ticked(turns))
    assert refused(asked.text) == others
    assert "Approve 2 turns, $1,400.50" in asked.text
    done = post(dfo, "/approvals/bulk", **ticked(turns, confirm="1"))
    assert refused(done.text) == others
    assert "$1,000.01 is above $1,000.00" in done.text
    assert statuses(connection, turns) == [
        "DFO_APPROVED", "DFO_APPROVAL_NEEDED", "DFO_APPROVED", "HO_APPROVAL_NEEDED", "DFO_APPROVAL_NEEDED",
        "DFO_APPROVAL_NEEDED",
    ]  # fmt: skip


def test_the_limit_is_the_one_in_force(connection, dfo, small):
    connection.execute("UPDATE settings SET value = '400.00' WHERE name = 'bulk_approval_limit'")
    try:
        done = post(dfo, "/approvals/bulk", **ticked(small, confirm="1"))
    finally:
        connection.execute("UPDATE settings SET value = '1000.00' WHERE name = 'bulk_approval_limit'")
    assert refused(done.text) == {str(turn.id) for turn in small}


def test_several_are_rejected_for_one_reason(connection, dfo, small):
    missing = post(dfo, "/approvals/bulk", **ticked(small, "reject", confirm="1"))
    assert missing.status_code == 422
    assert 'data-error-for="reject_reason"' in missing.text
    done = post(dfo, "/approvals/bulk", **ticked(small, "reject", confirm="1", reject_reason="Photos are missing"))
    assert done.status_code == 200
    assert [row(connection, turn).reject_reason for turn in small] == ["Photos are missing"] * 3


def test_nothing_ticked_no_decision_or_an_override_is_refused(dfo, small):
    assert post(dfo, "/approvals/bulk", **ticked([])).status_code == 422
    for asked in (ticked(small, "perhaps"), ticked(small, "override", confirm="1")):
        said = post(dfo, "/approvals/bulk", **asked)
        assert said.status_code == 422
        assert 'data-error-for="decision"' in said.text
        assert "Approve 3 turns" not in said.text
    assert post(dfo, "/approvals/bulk", **ticked([], turn_id=["x"])).status_code == 400


def test_more_than_can_be_looked_at_are_left_for_another_go(connection, dfo, small, monkeypatch):
    from turns_web.approvals import bulk

    monkeypatch.setattr(bulk, "MOST", 2)
    answer = post(dfo, "/approvals/bulk", **ticked(small, confirm="1"))
    assert answer.status_code == 422
    assert "Approve 2 turns, $801.00" in answer.text
    assert statuses(connection, small) == ["DFO_APPROVAL_NEEDED"] * 3


def test_only_those_who_decide_get_there(connection, person, all, small):
    for who in (all.manager, make_user(connection, "ADMIN")):
        assert post(person(who.email), "/approvals/bulk", **ticked(small, confirm="1")).status_code == 403
    assert statuses(connection, small) == ["DFO_APPROVAL_NEEDED"] * 3
