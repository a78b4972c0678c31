"""What an approver sees beside each amount, where a decision leads, and what they decided."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from tests.factories import approved, make_property, make_turn, make_user, waiting
from tests.web.turn_pages import form_of, forms_to, portfolio, post, row
from turns_web.core.clock import today
from turns_web.core.fields import Choice, Day, Flag, Money, Number, Ref, Text, Whole
from turns_web.turns.filters import FILTERS, SORTS


@pytest.fixture
def all(database):
    with database.admin() as connection:
        yield portfolio(connection)


@pytest.fixture
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def dfo(person, all):
    return person(all.dfo.email)


def waits(connection, all, amount="500.00", level="DFO", *, home=None, **columns):
    place = make_property(connection, all.manager, **(home or {}))
    return make_turn(connection, place, **waiting(amount, level, **columns))


def item(page, turn):
    """The queue's item of this turn, as text."""
    found = re.search(rf'<li [^>]*data-turn="{turn.id}".*?</form>|<li [^>]*data-turn="{turn.id}".*?</li>', page, re.S)
    assert found, "the turn is not in the queue"
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", found[0])))


def decide(client, page, turn, decision="approve", **further):
    """As a person decides in the queue: the item's form, then its confirmation."""
    form = form_of(page, f"/turns/{turn.id}/approval")
    asked = client.post(f"/turns/{turn.id}/approval", data=form | {"decision": decision, **further})
    assert asked.status_code == 200, asked.text
    return client.post(f"/turns/{turn.id}/approval", data=form_of(asked.text, "/approval"))


def test_an_amount_stands_beside_the_limits_it_passed(all, connection, dfo):
    within, above = waits(connection, all, "500.00"), waits(connection, all, "9000.00")
    page = dfo.get("/approvals").text
    assert "Above the DFO limit $0.00, within the HO limit $7,500.00" in item(page, within)
    assert "Above the DFO limit $0.00 and the HO limit $7,500.00" in item(page, above)


def test_an_amount_stands_beside_what_such_homes_usually_cost(all, connection, dfo):
    home = {"market": "Rocklin", "bedrooms": 3}
    for cost in ("1000", "2000", "4000"):
        done = approved(cost, turn_completion_date="today")
        make_turn(connection, make_property(connection, **home), "Complete", **done)
    connection.execute("SELECT refresh_typical_costs()")
    dear, bare = waits(connection, all, "3400.00", home=home), waits(connection, all, home={"market": "Rocklin"})
    page = dfo.get("/approvals?market=Rocklin").text
    assert "Typical for 3 bd in Rocklin: $2,000 · this +70 %" in item(page, dear)
    assert "(3 past turns)" in item(page, dear)
    assert "Typical" not in item(page, bare)


def test_an_item_says_who_asked_why_and_what_presses(all, connection, person):
    day = today("America/Los_Angeles")
    home = make_property(connection, all.manager, bedrooms=2, bathrooms=1, area_sqft=1240, monthly_rent=2160)
    turn = make_turn(
        connection, home, turn_amount="500.00", expected_completion_date=day - timedelta(days=2),
        move_out_date=day - timedelta(days=12),
    )  # fmt: skip
    connection.execute("UPDATE properties SET move_in_date = %s WHERE id = %s", [day + timedelta(days=3), home.id])
    post(person(all.manager.email), f"/turns/{turn.id}/submit", version=turn.version, note="The range is beyond repair")
    said = item(person(all.dfo.email).get("/approvals").text, turn)
    name = f"{all.manager.first_name} {all.manager.last_name}"
    for words in (
        f"Asked by {name}", "The range is beyond repair", "2 bd 1 ba, 1,240 sq ft", "2 d late", "Move-in in 3 d",
        "12 d vacant, $72 a day", "Up to $7,500.00 your word is final.",
    ):  # fmt: skip
        assert words in said, said


def test_after_a_decision_in_the_queue_the_next_item_is_open(all, connection, dfo):
    turns = [
        waits(connection, all, home={"market": "Next"}, submitted_at=f"2026-11-0{day}", wo_number="W")
        for day in (1, 2, 3)
    ]
    page = dfo.get("/approvals?market=Next").text
    done = decide(dfo, page, turns[1])
    assert done.status_code == 303
    assert done.location == f"/approvals?market=Next&open={turns[2].id}#queue-{turns[2].id}"
    page = dfo.get(done.location.split("#")[0]).text
    assert f'id="queue-{turns[2].id}" aria-current="true"' in page
    assert f"Approved $500.00 for {address(connection, turns[1])}" in page
    last = decide(dfo, page, turns[2])
    assert last.location == "/approvals?market=Next"
    assert f'id="queue-{turns[0].id}" aria-current="true"' in dfo.get(last.location).text


def test_from_the_turns_page_a_decision_leads_back_to_the_turn(all, connection, dfo):
    turn = waits(connection, all)
    assert decide(dfo, dfo.get(f"/turns/{turn.id}").text, turn).location == f"/turns/{turn.id}"


@pytest.mark.parametrize("queue", ["https://elsewhere.example/", "open=x%0d%0aSet-Cookie: a", "//elsewhere.example"])
def test_a_decision_never_leads_out_of_the_queue(all, connection, dfo, queue):
    turn = waits(connection, all)
    done = post(dfo, f"/turns/{turn.id}/approval", decision="approve", version=turn.version, confirm="1", queue=queue)
    assert done.status_code == 303
    assert done.location.startswith("/approvals")
    assert "Set-Cookie: a" not in done.headers.values()


def test_a_usual_reason_and_words_beside_it_are_one_reason(all, connection, dfo):
    turn = waits(connection, all)
    asked = post(dfo, f"/turns/{turn.id}/approval", decision="reject", version=turn.version)
    assert asked.status_code == 422
    assert f"Reject $500.00 for {address(connection, turn)}" in asked.text
    form = form_of(asked.text, "/approval") | {"reject_reason": ["Too dear: get another price", "The roof was done"]}
    assert dfo.post(f"/turns/{turn.id}/approval", data=form).status_code == 303
    assert row(connection, turn).reject_reason == "Too dear: get another price\nThe roof was done"


def test_what_i_decided_is_kept_with_its_amount_and_nobody_elses(all, connection, person, monkeypatch):
    from turns_web.approvals.queue import decided

    monkeypatch.setattr(decided, "SIZE", 2)
    client, other = person(make_user(connection, "DFO_APPROVER").email), person(all.dfo.email)
    mine = [waits(connection, all, f"{number}00.00") for number in (1, 2, 3)]
    theirs = waits(connection, all, "900.00")
    for turn in mine:
        post(client, f"/turns/{turn.id}/approval", decision="approve", version=turn.version, confirm="1")
    post(other, f"/turns/{theirs.id}/approval", decision="approve", version=theirs.version, confirm="1")
    connection.execute("UPDATE turns SET is_archived = true WHERE id = %s", [mine[0].id])
    seen, path = [], "/approvals?part=decided"
    while path:
        page = client.get(path).text
        seen += re.findall(r'<li [^>]*data-turn="([^"]+)"', page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        path = unescape(following[1]) if following else ""
    assert seen == [str(turn.id) for turn in reversed(mine)]
    assert "Approved as DFO" in client.get("/approvals?part=decided").text


def test_the_tabs_and_the_list_say_how_many(all, connection, dfo):
    for _ in range(2):
        waits(connection, all, home={"market": "Counted"})
    waits(connection, all, "9000.00", "HO", home={"market": "Counted"})
    page = dfo.get("/approvals?market=Counted").text
    assert re.search(r'For you <span class="count" data-count="2">', page)
    assert re.search(r'Elsewhere <span class="count" data-count="1">', page)
    assert 'id="queue" data-count="2"' in page


def test_the_queue_asks_no_more_for_many_than_for_one(all, connection, dfo):
    waits(connection, all, home={"market": "Flat"})
    one = dfo.get("/approvals?market=Flat").headers["Server-Timing"]
    for _ in range(8):
        waits(connection, all, home={"market": "Flat"})
    many = dfo.get("/approvals?market=Flat").headers["Server-Timing"]
    assert re.search(r'desc="(\d+)"', one)[1] == re.search(r'desc="(\d+)"', many)[1]


@pytest.mark.parametrize("cursor", ["WzEsMiwzLDRd", "WyJ4IiwieCIsIngiXQ"])
def test_a_cursor_that_is_none_is_a_page_400(dfo, cursor):
    assert dfo.get(f"/approvals?cursor={cursor}").status_code == 400


def test_no_decision_by_get(all, connection, dfo):
    turn = waits(connection, all)
    page = dfo.get(f"/turns/{turn.id}/approval?decision=approve&confirm=1&version={turn.version}")
    assert page.status_code == 200
    assert forms_to(page.text, "/approval")
    assert row(connection, turn).version == turn.version


def address(connection, turn):
    return connection.execute("SELECT street_address FROM properties WHERE id = %s", [turn.property_id]).fetchone()[0]


def test_every_filter_and_order_of_turns_holds_for_the_queue(dfo):
    filters = {
        Ref: str(uuid4()), Choice: None, Text: "CA", Flag: "1", Money: "1", Day: "2026-01-01", Whole: "1", Number: "1",
    }  # fmt: skip
    for part in ("mine", "decided"):
        for name, by in FILTERS.items():
            value = filters[type(by.kind)] or next(iter(by.kind.options))
            assert dfo.get(f"/approvals?part={part}&{name}={value}").status_code == 200, name
    for sort in SORTS:
        assert dfo.get(f"/approvals?sort=-{sort}").status_code == 200, sort


def test_what_is_sent_again_shows_what_changed_since_it_was_rejected(all, connection, person, dfo):
    turn = waits(connection, all, home={"market": "Again"})
    decide(dfo, dfo.get("/approvals?market=Again").text, turn, "reject", reject_reason="Too dear")
    manager = person(all.manager.email)
    post(manager, f"/turns/{turn.id}/edit", version=row(connection, turn).version, turn_amount="450.00")
    post(manager, f"/turns/{turn.id}/submit", version=row(connection, turn).version)
    said = item(dfo.get("/approvals?market=Again").text, turn)
    assert "Rejected before: Too dear" in said
    assert "1 change since the rejection" in said
    assert "$500.00 to $450.00" in said
