"""POST /turns/<id>/sheet: one turn on paper, read by poppler."""

import re
import subprocess

import pytest

from tests.factories import approved, make_property, make_turn, make_user
from tests.web.turn_pages import audit_rows, form_of, portfolio, post

WORDS = "Ærø <b>unclosed & 東京 🏠 (done) \\ 100 %"


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def all(connection):
    return portfolio(
        connection,
        stage="In Progress",
        lock_box_location="Back gate",
        primary_lock_box_code="K4711",
        power_status="YES",
        wo_number="WO-77",
        **approved("3120.00", change_order_amount="-20.00"),
    )


def said(answer) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    file = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.data, capture_output=True, check=True)
    return " ".join(file.stdout.decode().split())


def test_it_says_what_the_page_says(person, all, connection):
    client = person(all.manager.email)
    post(client, f"/turns/{all.turn.id}/comments", body=WORDS)
    post(client, f"/turns/{all.turn.id}/comments", body="long " * 990)
    page = client.get(f"/turns/{all.turn.id}").text
    sheet = client.post(f"/turns/{all.turn.id}/sheet", data=form_of(page, "/sheet"))
    assert sheet.headers["Content-Disposition"] == f'attachment; filename="{all.turn.turn_id}.pdf"'
    assert sheet.headers["Cache-Control"] == "no-store, private"
    words = said(sheet)
    assert words.startswith(f"{all.home.street_address} ")
    for one in (all.turn.turn_id, "In Progress", "$3,120.00", "-$20.00", "$3,100.00", "WO-77", "Back gate", WORDS):
        assert one in words, one
    assert words.count("long") == 990
    assert "K4711" not in words
    pages = int(re.search(r"Page 1 of (\d+)", words)[1])
    assert pages > 1 and f"Page {pages} of {pages} {all.turn.turn_id}. As of " in words


def test_each_time_is_a_line_of_the_history(person, all, connection):
    client, before = person(all.senior.email), audit_rows(connection, all.turn, "EXPORT")
    assert "took the turn’s sheet" in said(post(client, f"/turns/{all.turn.id}/sheet"))
    assert audit_rows(connection, all.turn, "EXPORT") == before + 1
    assert "took the turn’s sheet" in client.get(f"/turns/{all.turn.id}").text
    assert "took the turn’s sheet" in client.get("/audit").text


@pytest.mark.parametrize("role", ["DFO_APPROVER", "USER", "INSPECTOR"])
def test_whoever_sees_the_turn_may_take_it(person, all, connection, role):
    someone = make_user(connection, role, markets=["Folsom"])
    home = make_property(connection, all.manager, market="Folsom")
    turn = make_turn(connection, home, "Complete", turns_superintendent_id=someone.id, is_active=False)
    assert turn.turn_id in said(post(person(someone.email), f"/turns/{turn.id}/sheet"))


def test_for_others_there_is_none(person, all, connection):
    vendor = make_user(connection, "VENDOR", vendor_id=all.vendor.id)
    work = make_turn(connection, all.home, "Complete", vendor_id=all.vendor.id, is_active=False)
    for client, turn in ((person(all.manager.email), all.noise), (person(vendor.email), work)):
        assert post(client, f"/turns/{turn.id}/sheet").status_code == 404
        assert audit_rows(connection, turn, "EXPORT") == 0
