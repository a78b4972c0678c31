"""Sending for approval, deciding, the queue."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.factories import TODAY, approved, make_property, make_turn, make_user, waiting
from tests.web.turn_pages import audit_rows, form_of, forms_to, portfolio, post, row


@pytest.fixture
def all(database):
    with database.admin() as connection:
        yield portfolio(connection, turn_amount="9000.00")


@pytest.fixture
def connection(database):
    with database.admin() as connection:
        yield connection


def decide(client, turn, decision="approve", version=None, **further):
    """Both steps, as a person takes them: the decision, then its confirmation."""
    version = version or turn.version
    asked = post(client, f"/turns/{turn.id}/approval", decision=decision, version=version, **further)
    if asked.status_code != 200:
        return asked
    values = form_of(asked.text, f"/turns/{turn.id}/approval")
    assert values["confirm"] == "1"
    return client.post(f"/turns/{turn.id}/approval", data=values)


def test_a_large_amount_goes_from_the_manager_over_dfo_to_ho(person, all, connection):
    client = person(all.manager.email)
    page = client.get(f"/turns/{all.turn.id}").text
    assert "Send $9,000.00 for approval" in page
    sent = client.post(f"/turns/{all.turn.id}/submit", data=form_of(page, "/submit") | {"note": "Roof leaks"})
    assert (sent.status_code, sent.location) == (303, f"/turns/{all.turn.id}")
    assert row(connection, all.turn).scope_approval_status == "DFO_APPROVAL_NEEDED"
    assert "Roof leaks" in client.get(f"/turns/{all.turn.id}").text

    client = person(all.dfo.email)
    page = client.get(f"/turns/{all.turn.id}").text
    asked = client.post(f"/turns/{all.turn.id}/approval", data=form_of(page, "/approval") | {"decision": "approve"})
    assert asked.status_code == 200
    assert f"Approve $9,000.00 for {all.home.street_address}" in asked.text
    assert row(connection, all.turn).scope_approval_status == "DFO_APPROVAL_NEEDED"
    assert client.post(f"/turns/{all.turn.id}/approval", data=form_of(asked.text, "/approval")).status_code == 303
    assert row(connection, all.turn).scope_approval_status == "HO_APPROVAL_NEEDED"
    assert not forms_to(client.get(f"/turns/{all.turn.id}").text, "/approval")

    client = person(all.ho.email)
    assert decide(client, row(connection, all.turn)).status_code == 303
    approved = row(connection, all.turn)
    assert (approved.scope_approval_status, str(approved.approved_turn_amount)) == ("HO_APPROVED", "9000.00")
    assert "approved $9,000.00 as HO" in client.get(f"/turns/{all.turn.id}").text


def test_a_rejection_needs_a_reason_and_comes_back_with_it(person, all, connection):
    client = person(all.manager.email)
    post(client, f"/turns/{all.turn.id}/submit", version=all.turn.version)
    client = person(all.dfo.email)
    turn = row(connection, all.turn)
    refused = post(client, f"/turns/{turn.id}/approval", decision="reject", version=turn.version)
    assert refused.status_code == 422
    assert 'data-error-for="reject_reason"' in refused.text
    long = "x" * 501
    refused = post(client, f"/turns/{turn.id}/approval", decision="reject", version=turn.version, reject_reason=long)
    assert refused.status_code == 422
    assert long in refused.text
    assert decide(client, turn, "reject", reject_reason="Carpet was new in March").status_code == 303
    assert row(connection, turn).reject_reason == "Carpet was new in March"
    client = person(all.manager.email)
    page = client.get(f"/turns/{turn.id}").text
    assert "Carpet was new in March" in page
    assert "for approval again" in page
    assert post(client, f"/turns/{turn.id}/submit", version=row(connection, turn).version).status_code == 303


def test_a_decision_on_an_older_version_is_a_conflict_with_the_difference(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager), **waiting("500.00"))
    client = person(all.manager.email)
    post(client, f"/turns/{turn.id}/edit", version=turn.version, wo_number="WO-77")
    client = person(all.dfo.email)
    for further in ({}, {"confirm": "1"}):
        answer = post(client, f"/turns/{turn.id}/approval", decision="approve", version=turn.version, **further)
        assert answer.status_code == 409
        assert "WO-77" in answer.text
    assert row(connection, turn).scope_approval_status == "DFO_APPROVAL_NEEDED"


def test_what_does_not_wait_at_ones_level_is_a_conflict(person, all, connection):
    client = person(all.dfo.email)
    pending = post(client, f"/turns/{all.turn.id}/approval", decision="approve", version=all.turn.version, confirm="1")
    assert pending.status_code == 409
    turn = make_turn(connection, make_property(connection, all.manager), **waiting("9500.00", "HO"))
    for confirm in ("", "1"):
        answer = post(client, f"/turns/{turn.id}/approval", decision="approve", version=turn.version, confirm=confirm)
        assert answer.status_code == 409
        assert "waits for HO" in answer.text


def test_nobody_approves_what_they_sent_or_priced(person, all, connection):
    chief = make_user(connection, "SUPER_ADMIN")
    client = person(chief.email)
    post(client, f"/turns/{all.turn.id}/submit", version=all.turn.version)
    page = client.get(f"/turns/{all.turn.id}").text
    assert not forms_to(page, "/approval")
    assert "somebody else decides" in page
    turn = row(connection, all.turn)
    answer = post(client, f"/turns/{turn.id}/approval", decision="approve", version=turn.version, confirm="1")
    assert answer.status_code == 403


def test_nobody_decides_both_levels(person, all, connection):
    chief = make_user(connection, "SUPER_ADMIN")
    turn = make_turn(connection, make_property(connection, all.manager), **waiting("9000.00"))
    client = person(chief.email)
    assert decide(client, turn).status_code == 303
    turn = row(connection, turn)
    assert turn.scope_approval_status == "HO_APPROVAL_NEEDED"
    assert post(client, f"/turns/{turn.id}/approval", decision="approve", version=turn.version).status_code == 403


def test_no_address_leads_to_a_question_that_is_not_ones_own_to_answer(person, all, connection):
    """By address: at another level, and what one sent; on the page itself there is no form either."""
    chief = make_user(connection, "SUPER_ADMIN")
    for who, columns in ((all.dfo, waiting("9500.00", "HO")), (chief, waiting("500.00", submitted_by=chief.id))):
        turn = make_turn(connection, make_property(connection, all.manager), **columns)
        for decision in ("approve", "reject"):
            page = person(who.email).get(f"/turns/{turn.id}/approval?decision={decision}")
            assert page.status_code == 200 and not forms_to(page.text, "/approval")


@pytest.mark.parametrize("role", ["manager", "ho", "other"])
def test_others_do_not_decide(person, all, connection, role):
    turn = make_turn(connection, make_property(connection, all.manager), **waiting("500.00"))
    client = person(getattr(all, role).email)
    answer = post(client, f"/turns/{turn.id}/approval", decision="approve", version=turn.version, confirm="1")
    assert answer.status_code == {"manager": 403, "ho": 409, "other": 404}[role]
    assert row(connection, turn).version == turn.version


def test_a_decision_that_is_none_says_so(person, all, connection):
    waits = make_turn(connection, make_property(connection, all.manager), **waiting("500.00"))
    for who in (all.dfo, all.ho):
        for typed in ({}, {"decision": "perhaps"}, {"decision": "perhaps", "confirm": "1"}):
            said = post(person(who.email), f"/turns/{waits.id}/approval", version=waits.version, **typed)
            assert said.status_code == 422
            assert 'data-error-for="decision"' in said.text
    # Nobody is asked for the reason of what is not theirs to do.
    asked = post(person(all.dfo.email), f"/turns/{waits.id}/approval", version=waits.version, decision="override")
    assert asked.status_code == 403
    asked = post(person(all.ho.email), f"/turns/{waits.id}/approval", version=waits.version, decision="reject")
    assert asked.status_code == 409


def test_every_form_of_a_decision_can_be_sent_twice(person, all, connection):
    turns = [make_turn(connection, make_property(connection), **waiting("700", "DFO")) for _ in range(2)]
    client = person(all.dfo.email)
    keys = [form_of(client.get("/approvals").text, f"{turn.id}/approval")["write_id"] for turn in turns]
    keys.append(form_of(client.get(f"/turns/{turns[0].id}").text, "/approval")["write_id"])
    assert len(set(keys)) == 3
    assert max(map(len, keys)) <= 100


def test_whoever_is_overtaken_while_it_is_looked_at_meets_the_conflict(person, all, connection, monkeypatch):
    from turns_web.approvals import actions

    turn = make_turn(connection, make_property(connection, all.manager), **waiting("500.00"))
    client = person(all.dfo.email)
    standing = actions.with_standing

    def overtaken(session, seen):
        monkeypatch.setattr(actions, "with_standing", standing)
        connection.execute("UPDATE turns SET scope_approval_status = 'PENDING' WHERE id = %s", [turn.id])
        return standing(session, seen)

    monkeypatch.setattr(actions, "with_standing", overtaken)
    answer = post(client, f"/turns/{turn.id}/approval", decision="approve", version=turn.version, confirm="1")
    assert answer.status_code == 409
    assert row(connection, turn).scope_approval_status == "PENDING"


def test_a_decision_sent_twice_decides_once(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager), **waiting("500.00"))
    client = person(all.dfo.email)
    asked = post(client, f"/turns/{turn.id}/approval", decision="approve", version=turn.version)
    values = form_of(asked.text, "/approval")
    answers = [client.post(f"/turns/{turn.id}/approval", data=values).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert audit_rows(connection, turn) == 1


def test_withdrawing_makes_it_pending_and_the_amount_free(person, all, connection):
    client = person(all.manager.email)
    post(client, f"/turns/{all.turn.id}/submit", version=all.turn.version)
    turn = row(connection, all.turn)
    locked = post(client, f"/turns/{turn.id}/edit", version=turn.version, turn_amount="10")
    assert locked.status_code == 422
    assert "Waiting for approval: withdraw it first" in locked.text
    page = client.get(f"/turns/{turn.id}").text
    assert client.post(f"/turns/{turn.id}/withdraw", data=form_of(page, "/withdraw")).status_code == 303
    turn = row(connection, turn)
    assert turn.scope_approval_status == "PENDING"
    assert post(client, f"/turns/{turn.id}/edit", version=turn.version, turn_amount="$1,010.50").status_code == 303
    assert str(row(connection, turn).turn_amount) == "1010.50"


def test_without_an_amount_nothing_is_sent(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager))
    client = person(all.manager.email)
    answer = post(client, f"/turns/{turn.id}/submit", version=turn.version, note="Kept words")
    assert answer.status_code == 422
    assert 'data-error-for="turn_amount"' in answer.text
    assert "Kept words" in answer.text


def test_an_amount_within_the_limit_is_approved_by_rule(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager), turn_amount="0.00")
    client = person(all.manager.email)
    assert post(client, f"/turns/{turn.id}/submit", version=turn.version).status_code == 303
    turn = row(connection, turn)
    assert (turn.scope_approval_status, turn.dfo_approval_user_id) == ("DFO_APPROVED", None)
    locked = post(client, f"/turns/{turn.id}/edit", version=turn.version, turn_amount="10")
    assert "Approved at $0: record a change order" in locked.text


def test_the_queue_shows_what_waits_for_me_and_only_that_with_a_form(person, all, connection):
    mine = make_turn(connection, make_property(connection, all.manager), **waiting("500.00"))
    at_ho = make_turn(connection, make_property(connection, all.manager), **waiting("9500.00", "HO"))
    client = person(all.dfo.email)
    page = client.get("/approvals").text
    assert f'data-turn="{mine.id}"' in page
    assert f'data-turn="{at_ho.id}"' not in page
    assert forms_to(page, f"/turns/{mine.id}/approval")
    other = client.get("/approvals?part=other").text
    assert f'data-turn="{at_ho.id}"' in other
    assert not forms_to(other, f"/turns/{at_ho.id}/approval")


def test_the_queue_has_leased_homes_first_then_the_oldest(person, all, connection):
    made = {}
    for name, home, since in (
        ("new", {}, "2026-11-20"),
        ("old", {}, "2026-11-01"),
        ("leased", {"move_in_date": "2098-01-01"}, "2026-11-19"),
    ):
        place = make_property(connection, all.manager, market="Ordered", **home)
        made[name] = make_turn(connection, place, **waiting("500.00", submitted_at=since))
    client = person(all.dfo.email)
    page = client.get("/approvals?market=Ordered").text
    places = [page.index(f'data-turn="{made[name].id}"') for name in ("leased", "old", "new")]
    assert places == sorted(places)


def test_the_queues_windows_show_everything_once(person, all, connection, monkeypatch):
    from turns_web.approvals.queue import queries

    monkeypatch.setattr(queries, "SIZE", 3)
    turns = [
        make_turn(connection, make_property(connection, all.manager, market="Windows"), **waiting("500.00"))
        for _ in range(8)
    ]
    client = person(all.dfo.email)
    for sort in ("", "&sort=-turn_amount", "&sort=turn_id"):
        seen, path = [], f"/approvals?market=Windows{sort}"
        while path:
            page = client.get(path).text
            seen += [str(turn.id) for turn in turns if f'data-turn="{turn.id}"' in page]
            following = re.search(r'rel="next" href="([^"]*)"', page)
            path = unescape(following[1]) if following else ""
        assert sorted(seen) == sorted(str(turn.id) for turn in turns)


def test_a_manager_sees_what_they_sent_and_nobody_elses(person, all, connection):
    client = person(all.manager.email)
    post(client, f"/turns/{all.turn.id}/submit", version=all.turn.version)
    noise = make_turn(connection, make_property(connection, all.other), **waiting("500.00"))
    page = client.get("/approvals").text
    assert f'data-turn="{all.turn.id}"' in page
    assert f'data-turn="{noise.id}"' not in client.get("/approvals?part=other").text


@pytest.mark.parametrize("part", ["mine", "decided"])
def test_a_part_for_those_who_decide_shows_others_what_they_sent(person, all, connection, part):
    sent = make_turn(
        connection, make_property(connection, all.manager), **waiting("500.00", submitted_by=all.manager.id)
    )
    answer = person(all.manager.email).get(f"/approvals?part={part}")
    assert answer.status_code == 200
    assert f'data-turn="{sent.id}"' in answer.text


def test_what_was_sent_has_the_rejected_first_and_then_what_waits(person, all, connection):
    made = {}
    for name, columns in (
        ("approved", approved("10.00", submitted_by=all.manager.id)),
        ("waiting", waiting("500.00", submitted_by=all.manager.id)),
        ("rejected", waiting("500.00", submitted_by=all.manager.id, scope_approval_status="REJECTED")),
    ):
        made[name] = make_turn(connection, make_property(connection, all.manager), **columns)
    page = person(all.manager.email).get("/approvals").text
    places = [page.index(f'data-turn="{made[name].id}"') for name in ("rejected", "waiting", "approved")]
    assert places == sorted(places)


def test_a_second_turn_within_a_month_is_told(person, all, connection):
    home = make_property(connection, all.manager)
    make_turn(connection, home, "Complete", turn_completion_date=TODAY - timedelta(days=2))
    make_turn(connection, home, **waiting("500.00"))
    client = person(all.dfo.email)
    assert "Second turn within 30 days" in client.get(f"/approvals?property_id={home.id}").text
    assert "Second turn" not in client.get(f"/approvals?property_id={all.home.id}").text


@pytest.mark.parametrize("query", ["stage_id=x", "sort=nothing", "part=x", "cursor=x", "overdue=perhaps"])
def test_a_senseless_value_is_a_page_400(person, all, query):
    client = person(all.dfo.email)
    assert client.get(f"/approvals?{query}").status_code == 400


def test_an_unknown_name_is_ignored(person, all):
    client = person(all.dfo.email)
    assert client.get("/approvals?nonsense=1").status_code == 200


def test_sent_again_after_a_rejection_it_says_what_changed_since(person, all, connection):
    client = person(all.manager.email)
    post(client, f"/turns/{all.turn.id}/edit", version=1, wo_number="Before")
    post(client, f"/turns/{all.turn.id}/submit", version=2)
    assert decide(person(all.dfo.email), row(connection, all.turn), "reject", reject_reason="Dear").status_code == 303
    client = person(all.manager.email)
    assert "since the rejection" not in client.get(f"/turns/{all.turn.id}").text
    vendor = {"turn_amount": "8000", "vendor_id": str(all.vendor.id)}
    post(client, f"/turns/{all.turn.id}/edit", version=4, wo_number="Twice", **vendor)
    post(client, f"/turns/{all.turn.id}/edit", version=5, wo_number="Before")
    post(client, f"/turns/{all.turn.id}/submit", version=6)
    page = person(all.dfo.email).get(f"/turns/{all.turn.id}").text
    assert "3 changes since the rejection" in page  # the first vendor dates the assignment
    assert "<s>$9,000.00</s> to <b>$8,000.00</b>" in page
    assert f"<s>none</s> to <b>{all.vendor.company_name}</b>" in page
