"""/turns/<id>: what it shows, and to whom."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import approved, make_property, make_turn, make_user
from tests.web.turn_pages import PARTIAL, audit_rows, forms_to, portfolio, post, row


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def all(connection):
    return portfolio(connection, turn_amount="3120.00", lock_box_location="Back gate", primary_lock_box_code="K4711")


def test_a_manager_sees_their_turn_and_nobody_elses(person, all):
    client = person(all.manager.email)
    page = client.get(f"/turns/{all.turn.id}")
    assert page.status_code == 200
    assert page.text.count(f'data-turn="{all.turn.id}"') == 1
    assert re.search(rf'data-turn="{all.turn.id}" data-version="{all.turn.version}"', page.text)
    assert all.home.street_address in page.text
    for asked in (client.get(f"/turns/{all.noise.id}"), client.get(f"/turns/{all.noise.id}", headers=PARTIAL)):
        assert asked.status_code == 404
    assert client.get(f"/turns/{str(all.turn.id).upper()}").status_code == 200


def test_a_part_of_the_page_is_asked_for_alone(person, all):
    client = person(all.manager.email)
    piece = client.get(f"/turns/{all.turn.id}", headers=PARTIAL)
    assert "<html" not in piece.text
    assert f'data-turn="{all.turn.id}"' in piece.text
    assert {"HX-Request", "HX-Request-Type", "Cookie"} <= {name.strip() for name in piece.headers["Vary"].split(",")}
    assert piece.headers["Cache-Control"] == "no-store, private"
    whole = client.get(f"/turns/{all.turn.id}", headers=PARTIAL | {"HX-History-Restore-Request": "true"})
    assert "<html" in whole.text


def test_a_turn_can_be_moved_from_its_page(person, all):
    page = person(all.manager.email).get(f"/turns/{all.turn.id}").text
    assert re.search(rf'<a[^>]*href="/turns/{all.turn.id}/stage"[^>]*>Move to', page)
    assert f"{all.turn.id}/stage" not in person(all.dfo.email).get(f"/turns/{all.turn.id}").text


def test_the_stages_say_how_long_it_was_in_each_without_holds(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager), "In Progress", **approved("100.00"))
    connection.execute("DELETE FROM turn_stage_log WHERE turn_id = %s", [turn.id])
    stages = dict(connection.execute("SELECT name, id FROM turn_stages").fetchall())
    noon = datetime.now(UTC).replace(hour=20, minute=0) - timedelta(days=20)
    for stage, kind, begin, end in (
        ("Draft", "create", 0, 5),
        ("Scope Approval", "move", 5, 7),
        ("Scope Approval", "hold", 7, 10),
        ("Scope Approval", "release", 10, 11),
        ("In Progress", "move", 11, None),
    ):
        connection.execute(
            "INSERT INTO turn_stage_log (turn_id, stage_id, from_stage_id, kind, entered_at, left_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                turn.id,
                stages[stage],
                stages[stage],
                kind,
                noon + timedelta(days=begin),
                end and noon + timedelta(days=end),
            ],
        )
    page = person(all.manager.email).get(f"/turns/{turn.id}").text
    steps = dict(
        re.findall(r'stage-bar__name">.*?</span>([^<]+)</span>\s*<span class="stage-bar__days">([^<]+)<', page, re.S)
    )
    assert (steps["Draft"], steps["Scope Approval"], steps["Final Walk"]) == ("5 d", "3 d", "–")
    assert "target 2, 3 over" in page
    assert "target 2, 1 over, 3 on hold" in page


def test_the_money_row_adds_up(person, all, connection):
    turn = make_turn(
        connection, make_property(connection, all.manager), **approved("2980.00", change_order_amount="245.00")
    )
    page = person(all.manager.email).get(f"/turns/{turn.id}").text
    figures = [
        re.sub(r"<[^>]*>", "", figure).strip()
        for figure in re.findall(r"<dd>(.*?)</dd>", page.split("money-row")[1], re.S)
    ]
    assert figures[:4] == ["$2,980.00", "$2,980.00", "$245.00", "$3,225.00"]
    assert figures[4].startswith("$245.00")
    assert "8.2 %" in figures[4]


def test_showing_the_lock_box_code_is_noted(person, all, connection):
    client = person(all.manager.email)
    assert "K4711" not in client.get(f"/turns/{all.turn.id}").text
    before = audit_rows(connection, all.turn, "VIEW")
    shown = post(client, f"/turns/{all.turn.id}/lock-box", PARTIAL)
    assert (shown.status_code, "K4711" in shown.text, "<html" in shown.text) == (200, True, False)
    assert "K4711" in post(client, f"/turns/{all.turn.id}/lock-box").text
    assert audit_rows(connection, all.turn, "VIEW") == before + 2
    assert "looked at the lock-box code" in client.get(f"/turns/{all.turn.id}").text
    assert row(connection, all.turn).version == all.turn.version


@pytest.mark.parametrize(("who", "status"), [("dfo", 403), ("other", 404)])
def test_others_are_not_shown_the_code(person, all, who, status):
    client = person(getattr(all, who).email)
    assert post(client, f"/turns/{all.turn.id}/lock-box").status_code == status
    if status == 403:
        assert not forms_to(client.get(f"/turns/{all.turn.id}").text, "/lock-box")


def test_the_history_says_who_changed_what_in_words(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager))
    client = person(all.manager.email)
    post(client, f"/turns/{turn.id}/edit", version=1, vendor_id=str(all.vendor.id), wo_number="W-9")
    post(client, f"/turns/{turn.id}/edit", version=2, trash_out_needed="1")
    page = client.get(f"/turns/{turn.id}").text
    name = f"{all.manager.first_name} {all.manager.last_name}"
    assert f"<b>{name}</b> changed Vendor assigned, Work order and Vendor" in re.sub(r"\s+", " ", page)
    assert f"<s>none</s> to <b>{all.vendor.company_name}</b>" in page
    assert "changed Trash-out needed from <s>no</s> to <b>yes</b>" in page


def test_the_history_is_a_window_that_shows_all_once(person, all, connection):
    turn = make_turn(connection, make_property(connection, all.manager))
    for number in range(45):
        connection.execute(
            "INSERT INTO comments (turn_id, body, created_at) VALUES (%s, %s, now() - make_interval(hours => %s))",
            [turn.id, f"Word {number:03}", number],
        )
        connection.execute("UPDATE turns SET wo_number = %s WHERE id = %s", [f"W-{number:03}", turn.id])
    client = person(all.manager.email)
    page = client.get(f"/turns/{turn.id}").text
    seen, pages = re.findall(r"Word \d{3}|<b>W-\d{3}</b>", page), 1
    while following := re.search(r'rel="next" href="([^"]*)"', page):
        page = client.get(following[1].replace("&amp;", "&"), headers=PARTIAL if pages % 2 else {}).text
        seen += re.findall(r"Word \d{3}|<b>W-\d{3}</b>", page)
        pages += 1
    assert pages > 2
    assert len(seen) == len(set(seen)) == 90
    assert client.get(f"/turns/{turn.id}/history?before=x").status_code == 400
    assert client.get(f"/turns/{all.noise.id}/history").status_code == 404


@pytest.mark.parametrize("role", ["INSPECTOR", "USER"])
def test_readers_see_no_controls_that_would_be_refused(person, all, connection, role):
    reader = make_user(connection, role, markets=["Shown"])
    turn = make_turn(
        connection,
        make_property(connection, all.manager, market="Shown"),
        turns_superintendent_id=reader.id if role == "INSPECTOR" else None,
    )
    client = person(reader.email)
    page = client.get(f"/turns/{turn.id}")
    assert page.status_code == 200
    for verb in ("hold", "archive", "submit", "withdraw", "approval", "stage"):
        assert f"/turns/{turn.id}/{verb}" not in page.text
    assert (f"/turns/{turn.id}/edit" in page.text) == (role == "INSPECTOR")
    assert client.get(f"/turns/{all.turn.id}").status_code == 404


def test_the_page_costs_the_same_however_long_the_history(person, all, connection):
    client = person(all.manager.email)
    turn = make_turn(connection, make_property(connection, all.manager))
    counted = []
    for rows in (0, 200):
        for number in range(rows):
            connection.execute("UPDATE turns SET wo_number = %s WHERE id = %s", [f"N-{number}", turn.id])
        timing = client.get(f"/turns/{turn.id}").headers["Server-Timing"]
        counted.append(int(re.search(r'sql;desc="(\d+)"', timing)[1]))
    assert counted[0] == counted[1] <= 15
