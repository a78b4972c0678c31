"""Exports as people have them made: from a list, in the page while they run, with and without a script, on a phone."""

import csv

import pytest
from playwright.sync_api import Browser, expect

from tests.axe import axe_in_every_look
from tests.factories import make_property, make_turn, make_user
from tests.working import working

READY = "html[data-ready]"
# A job waits for the relay, for RQ and for a process of its own.
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def worker(database, live_server):
    with working(database) as process:
        yield process


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def manager(admin):
    who = make_user(admin, "PROPERTY_MANAGER")
    for street, market in (("1 Folsom St", "Folsom"), ("2 Reno St", "Reno")):
        make_turn(admin, make_property(admin, who, street_address=street, market=market))
    return who


def become(admin, id, said):
    admin.execute(f"UPDATE exports SET {said} WHERE id = %s", [id])


def test_a_list_is_exported_by_keys_and_downloaded(page, worker, manager, sign_in_page):
    sign_in_page(page, manager.email)
    page.goto("/board?market=Folsom&view=table")
    page.wait_for_selector(READY)
    page.locator("summary", has_text="Export").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="CSV")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/exports?at=*")
    row = page.locator("[data-export]")
    expect(row).to_have_attribute("data-status", "done", timeout=PATIENCE_MS)
    # Whoever waited at it stands at its download.
    expect(row.get_by_role("link", name="Download")).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")
    found = list(csv.DictReader(open(download.value.path(), encoding="utf-8", newline="")))
    assert [one["street_address"] for one in found] == ["1 Folsom St"]
    page.goto("/notifications")
    expect(page.locator("main a[href='/exports']").first).to_be_visible()


def test_progress_is_shown_while_it_runs_and_cancelled(page, admin, manager, sign_in_page):
    """Without a worker: what it writes is written here."""
    sign_in_page(page, manager.email)
    page.goto("/exports")
    page.wait_for_selector(READY)
    page.get_by_label("Columns").select_option("seen")
    page.get_by_role("button", name="Export", exact=True).click()
    row = page.locator("[data-export]")
    expect(row).to_have_attribute("data-status", "queued")
    id = row.get_attribute("data-export")
    become(admin, id, "status = 'running', started_at = now() - interval '10 s', done = 10, total = 100, attempt = 1,"
           " lease_until = now() + interval '1 hour'")  # fmt: skip
    expect(page).to_have_title("(10 %) Exports · Turns")
    expect(page.get_by_text("10 of 100 rows, about")).to_be_visible()
    page.get_by_label("As").select_option("csv")
    page.get_by_label("Columns").select_option("seen")
    become(admin, id, "done = 59")
    expect(page).to_have_title("(59 %) Exports · Turns")
    # What is being chosen above is left alone.
    expect(page.get_by_label("Columns")).to_have_value("seen")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_have_attribute("data-status", "cancelled")
    expect(page).to_have_title("Exports · Turns")


def test_without_a_script_a_list_is_exported_too(browser: Browser, live_server, worker, manager, sign_in_page):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = sign_in_page(context.new_page(), manager.email)
    page.goto("/properties?market=Reno")
    page.locator("summary", has_text="Export").click()
    page.get_by_role("button", name="CSV").click()
    expect(page.locator("[data-export]")).to_have_attribute("data-status", "done", timeout=PATIENCE_MS)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert "2 Reno St" in download.value.path().read_text()
    context.close()


def test_the_page_is_for_everybody_whatever_stands_on_it(page, admin, manager, sign_in_page):
    for number, status in enumerate(("queued", "running", "failed", "cancelled", "expired", "done")):
        admin.execute(
            "INSERT INTO exports (user_id, type, format, query, filters, status, done, total, as_of, source, file_name,"
            " size_bytes, expires_at, started_at, error) VALUES (%s, 'turns', 'csv', %s, %s, %s, 148200, 250000, now(),"
            " 'replica', 'Turns.csv', 612000, now() + interval '7 days', now() - interval '1 minute', %s)",
            [manager.id, f"city={number}", f'[["City", "{"Rancho Cordova " * 12}"]]', status, "The disk is full. " * 9],
        )
    sign_in_page(page, manager.email)
    page.goto("/exports")
    page.wait_for_selector(READY)
    axe_in_every_look(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
