"""/portal: what a company sees of its work, and of nothing else."""

import re

import pytest

from tests.factories import approved, make_property, make_turn, make_user, make_vendor
from tests.web.turn_pages import PARTIAL, audit_rows, portfolio, post


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def all(connection):
    all = portfolio(connection)
    all.crew = make_user(connection, "VENDOR", vendor_id=all.vendor.id)
    rival = make_vendor(connection)
    home = lambda: make_property(connection, all.manager)  # noqa: E731
    code = {"primary_lock_box_code": "K4711", "lock_box_location": "Back gate"}
    all.job = make_turn(
        connection, home(), "In Progress", **approved("4321.00"), vendor_id=all.vendor.id, wo_number="WO-55", **code
    )
    all.floor = make_turn(
        connection, home(), "In Progress", **approved("1.00"), flooring_vendor_id=all.vendor.id, **code
    )
    all.ahead = make_turn(connection, home(), "Draft", vendor_id=all.vendor.id, **code)
    all.held = make_turn(connection, home(), "In Progress", **approved("1.00"), vendor_id=all.vendor.id, **code)
    connection.execute("UPDATE turns SET hold_reason = 'Squatters inside' WHERE id = %s", [all.held.id])
    all.done = make_turn(connection, home(), "Complete", **approved("1.00"), vendor_id=all.vendor.id, **code)
    all.rivals = make_turn(connection, home(), "In Progress", **approved("1.00"), vendor_id=rival.id, **code)
    return all


def test_a_vendor_sees_their_own_turns_and_no_prices(person, all):
    page = person(all.crew.email).get("/portal").text
    shown = set(re.findall(r'data-job="([^"]*)"', page))
    assert shown == {str(turn.id) for turn in (all.job, all.floor, all.ahead, all.held, all.done)}
    assert "WO-55" in page
    assert "Back gate" in page
    assert all.manager.first_name in page
    assert "4,321" not in page
    assert "$" not in re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert "Squatters" not in page


def test_the_code_is_shown_only_while_the_work_is_theirs(person, all, connection):
    client = person(all.crew.email)
    page = client.get("/portal").text
    assert "K4711" not in page
    offered = set(re.findall(r'action="/turns/([^/]*)/lock-box"', page))
    assert offered == {str(all.job.id), str(all.floor.id)}
    assert "K4711" in post(client, f"/turns/{all.job.id}/lock-box").text
    assert "K4711" in post(client, f"/turns/{all.job.id}/lock-box", PARTIAL).text
    assert audit_rows(connection, all.job, "VIEW") == 2
    for turn in (all.ahead, all.held, all.done, all.rivals):
        assert post(client, f"/turns/{turn.id}/lock-box").status_code == 404
        assert audit_rows(connection, turn, "VIEW") == 0


@pytest.mark.parametrize("path", ["", "/edit", "/history", "/submit", "/approval"])
def test_a_vendor_finds_no_page_or_form_of_a_turn(person, all, path):
    client = person(all.crew.email)
    assert client.get(f"/turns/{all.job.id}{path}").status_code == 404
    assert client.get(f"/turns/{all.job.id}{path}", headers=PARTIAL).status_code == 404


@pytest.mark.parametrize("verb", ["edit", "hold", "release", "archive", "restore", "submit", "approval", "comments"])
def test_a_vendor_does_nothing_to_a_turn(person, all, verb):
    assert post(person(all.crew.email), f"/turns/{all.job.id}/{verb}", version=1).status_code == 404


def test_a_vendor_is_led_to_the_portal_and_others_are_not_let_in(person, all):
    client = person(all.crew.email)
    for path in ("/", "/approvals"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, "/portal")
    assert client.get("/admin/import").status_code == 403
    assert client.get(f"/turns/new?property_id={all.job.property_id}").status_code == 404
    assert person(all.manager.email).get("/portal").status_code == 403


def test_the_portals_windows_show_everything_once(person, all, monkeypatch):
    from turns_web.portal import queries

    monkeypatch.setattr(queries, "SIZE", 2)
    client, seen, path = person(all.crew.email), [], "/portal"
    while path:
        page = client.get(path).text
        seen += re.findall(r'data-job="([^"]*)"', page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 5


def test_a_company_without_work_is_told_so(person, connection):
    idle = make_user(connection, "VENDOR", vendor_id=make_vendor(connection).id)
    assert "No work now" in person(idle.email).get("/portal").text
