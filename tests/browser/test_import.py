"""The import page with its worker: progress that goes on without the page, with and without a script, on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.axe import axe_in_every_look
from tests.factories import make_user
from tests.working import working

REAL = Path(__file__).parent.parent / "data" / "sacramento_transactions.csv"
# A job waits for the relay, for RQ and for a process of its own.
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def worker(database, live_server):
    with working(database) as process:
        yield process


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        return make_user(connection, "ADMIN").email


def choose(page, path: Path):
    page.goto("/admin/import")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Look into the file").click()
    expect(page.get_by_role("heading", name="What its columns are")).to_be_visible()


def until(page, status: str):
    expect(page.locator(f"[data-status={status}]")).to_be_visible(timeout=PATIENCE_MS)


def test_an_import_goes_on_without_its_page_and_can_be_undone(page, worker, admin, sign_in_page, database):
    sign_in_page(page, admin)
    choose(page, REAL)
    expect(page.locator("select[name=map-6]")).to_have_value("area_sqft")
    page.get_by_role("button", name="Check the file").click()
    until(page, "checked")
    expect(page.locator("[data-figure=new]")).to_have_text("981")
    page.get_by_role("button", name="Import 981 rows").click()
    page.wait_for_url("**/admin/import/*")
    place = page.url
    page.goto("/properties")
    page.goto(place)
    until(page, "done")
    with database.admin() as connection:
        assert connection.execute("SELECT count(*) FROM properties").fetchone() == (981,)
    page.get_by_role("button", name="Undo this import").click()
    until(page, "undone")
    expect(page.get_by_text("981 archived")).to_be_visible()


def test_an_import_works_without_a_script(browser: Browser, live_server, worker, admin, sign_in_page, tmp_path):
    path = tmp_path / "homes.csv"
    path.write_text("Street,City,ZIP\n1 Scriptless St,Davis,95616\n")
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = sign_in_page(context.new_page(), admin)
    choose(page, path)
    page.get_by_role("button", name="Check the file").click()
    until(page, "checked")
    page.get_by_role("button", name="Import 1 row").click()
    until(page, "done")
    context.close()


def test_the_page_is_for_everybody_and_fits_a_phone(page, worker, admin, sign_in_page, tmp_path):
    path = tmp_path / "homes.csv"
    path.write_text(
        "Street,City,ZIP,Beds\n1 Phone St,Davis,95616,0\n1 Phone St,Reno,95616,0\n2 Phone St,Davis,95616,many\n"
    )
    sign_in_page(page, admin)
    choose(page, path)
    page.get_by_role("button", name="Check the file").click()
    until(page, "checked")
    axe_in_every_look(page)
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
