"""Asking for information instead of deciding, overriding, and deciding for somebody who is away."""

import re

import pytest

from tests.factories import make_property, make_turn, make_user, waiting
from tests.web.test_queue import item
from tests.web.turn_pages import form_of, forms_to, portfolio, post, row


@pytest.fixture
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def all(connection):
    return portfolio(connection)


@pytest.fixture
def turn(connection, all):
    return make_turn(
        connection, make_property(connection, all.manager), **waiting("640.00", submitted_by=all.manager.id)
    )


def acts(connection, turn):
    rows = connection.execute(
        "SELECT decision::text, reason FROM approval_decisions WHERE turn_id = %s ORDER BY number", [turn.id]
    )
    return [tuple(one) for one in rows.fetchall()]


def test_a_question_puts_the_clock_on_hold_until_the_sender_answers(person, connection, all, turn):
    dfo, manager = person(all.dfo.email), person(all.manager.email)
    asked = form_of(dfo.get(f"/turns/{turn.id}/ask").text, "/ask") | {"question": "Which rooms?"}
    answers = [dfo.post(f"/turns/{turn.id}/ask", data=asked) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert acts(connection, turn) == [("ASK", "Which rooms?")]
    assert row(connection, turn).version == turn.version
    for client, part in ((dfo, "mine"), (manager, "sent")):
        said = item(client.get(f"/approvals?part={part}").text, turn)
        assert "clock on hold" in said
        assert "Which rooms?" in said
    page = manager.get(f"/turns/{turn.id}").text
    assert "Which rooms?" in page
    assert f'href="/turns/{turn.id}/answer"' in page
    reply = form_of(manager.get(f"/turns/{turn.id}/answer").text, "/answer") | {"answer": "All three"}
    assert manager.post(f"/turns/{turn.id}/answer", data=reply).status_code == 303
    said = item(dfo.get("/approvals").text, turn)
    assert "clock on hold" not in said
    assert "All three" in said
    assert acts(connection, turn)[1:] == [("ANSWER", "All three")]


def test_a_question_needs_words_and_keeps_what_was_typed(person, connection, all, turn):
    dfo = person(all.dfo.email)
    for words in ("", "x" * 5001):
        refused = post(dfo, f"/turns/{turn.id}/ask", version=turn.version, question=words)
        assert refused.status_code == 422
        assert 'data-error-for="question"' in refused.text
        assert words in refused.text
    assert acts(connection, turn) == []


def test_only_who_may_decide_asks_and_only_who_sent_it_answers(person, connection, all, turn):
    for who, status in ((all.manager, 403), (all.ho, 409), (all.other, 404)):
        answer = post(person(who.email), f"/turns/{turn.id}/ask", version=turn.version, question="Why?")
        assert answer.status_code == status
    post(person(all.dfo.email), f"/turns/{turn.id}/ask", version=turn.version, question="Why?")
    for who, status in ((all.ho, 403), (all.other, 404)):
        answer = post(person(who.email), f"/turns/{turn.id}/answer", version=turn.version, answer="So")
        assert answer.status_code == status
    assert acts(connection, turn) == [("ASK", "Why?")]


def test_a_question_from_the_queue_leads_on_in_it(person, all, turn):
    dfo = person(all.dfo.email)
    link = re.search(rf'href="(/turns/{turn.id}/ask\?queue=[^"]*)"', dfo.get("/approvals?sort=turn_id").text)
    form = form_of(dfo.get(link[1].replace("&amp;", "&")).text, "/ask") | {"question": "Which rooms?"}
    assert dfo.post(f"/turns/{turn.id}/ask", data=form).location.startswith("/approvals?sort=turn_id")


def test_an_override_is_an_act_of_its_own_with_a_reason(person, connection, all):
    chief = make_user(connection, "SUPER_ADMIN")
    own = make_turn(connection, make_property(connection), **waiting("9000.00", submitted_by=chief.id))
    client = person(chief.email)
    page = client.get("/approvals?part=other").text
    assert not forms_to(page, f"/turns/{own.id}/approval")
    assert f"/turns/{own.id}/approval?" in page
    asked = client.get(f"/turns/{own.id}/approval?decision=override").text
    form = form_of(asked, "/approval")
    assert "Override and approve $9,000.00 for" in asked
    missing = client.post(f"/turns/{own.id}/approval", data=form)
    assert missing.status_code == 422
    assert 'data-error-for="override_reason"' in missing.text
    done = client.post(f"/turns/{own.id}/approval", data=form | {"override_reason": "The roof is open and it rains"})
    assert done.status_code == 303
    assert row(connection, own).scope_approval_status == "HO_APPROVED"
    assert acts(connection, own) == [("OVERRIDE", "The roof is open and it rains")]


def test_nobody_else_overrides(person, connection, all, turn):
    for who in (all.dfo, make_user(connection, "ADMIN")):
        answer = post(
            person(who.email), f"/turns/{turn.id}/approval", decision="override", version=turn.version, confirm="1",
            override_reason="Because",
        )  # fmt: skip
        assert answer.status_code == 403
        assert "decision=override" not in person(who.email).get("/approvals?part=other").text
    assert row(connection, turn).scope_approval_status == "DFO_APPROVAL_NEEDED"


def test_who_stands_in_has_the_others_queue_and_decides_in_their_name(person, connection, all, turn):
    delegate = make_user(connection, "USER")
    connection.execute(
        "INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on)"
        " VALUES (%s, %s, portfolio_today(), portfolio_today())",
        [all.dfo.id, delegate.id],
    )
    client = person(delegate.email)
    page = client.get("/approvals").text
    assert f"You decide for {all.dfo.first_name} {all.dfo.last_name} ." in item(page, turn)
    asked = client.post(
        f"/turns/{turn.id}/approval", data=form_of(page, f"/turns/{turn.id}/approval") | {"decision": "approve"}
    )
    assert client.post(f"/turns/{turn.id}/approval", data=form_of(asked.text, "/approval")).status_code == 303
    done = client.get("/approvals?part=decided").text
    assert f"Approved as DFO for {all.dfo.first_name}" in done
    theirs = person(all.dfo.email).get("/approvals?part=decided").text
    assert f"{delegate.first_name} {delegate.last_name} approved as DFO for you" in theirs


def test_a_change_order_is_decided_at_what_would_be_committed(person, connection, all):
    from tests.factories import approved

    home = make_property(connection, all.manager)
    turn = make_turn(connection, home, **approved("3120.00", by=all.dfo.id))
    manager, other = person(all.manager.email), person(make_user(connection, "DFO_APPROVER").email)
    recorded = post(
        manager, f"/turns/{turn.id}/change-orders", amount="400.00", reason="Rotten subfloor", version=turn.version
    )
    assert recorded.status_code == 303
    page = other.get("/approvals").text
    said = item(page, turn)
    assert "+$400.00 on $3,120.00 → $3,520.00" in said
    assert "Rotten subfloor" in said
    assert "Approve $3,520.00" in page
