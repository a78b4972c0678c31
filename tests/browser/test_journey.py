"""A turn on a home of the real file, its whole way through every stage: approved by DFO and HO, by drag, by menu, by
keyboard and without script; and once more by keyboard alone on the narrowest phone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import run_turns
from tests.factories import STAGES, make_property, make_turn, make_user, make_vendor
from turns_web.core.clock import today

REAL_FILE = Path(__file__).parents[1] / "data" / "sacramento_transactions.csv"
DESK = {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 800}


@pytest.fixture
def people(database) -> dict[str, Any]:
    """A manager of the file's homes, both approvers, a vendor who may work and one who may not, somebody's noise."""
    with database.admin() as connection:
        manager = make_user(connection, "PROPERTY_MANAGER")
        taken = run_turns(
            database, "import", "properties", str(REAL_FILE), "--set", f"property_manager_id={manager.id}", "--json"
        )
        counts = json.loads(taken.stdout)["counts"]
        # A journey after the first one of the module finds the homes there, takes them over, and begins anew.
        connection.execute("UPDATE turns SET is_archived = true WHERE NOT is_archived")
        assert counts["new"] + counts["changed"] == 981, taken.stdout[:2000]
        home = connection.execute("SELECT id FROM properties WHERE street_address = '3526 HIGH ST'").fetchone()
        assert home
        make_turn(connection, make_property(connection, manager=make_user(connection, "PROPERTY_MANAGER")))
        return {
            "manager": manager,
            "home": home[0],
            "dfo": make_user(connection, "DFO_APPROVER"),
            "ho": make_user(connection, "HO_APPROVER"),
            "vendor": make_vendor(connection),
            "lapsed": make_vendor(connection, insurance_expiry=today("America/Los_Angeles") - timedelta(days=3)),
        }


@pytest.fixture
def visit(browser: Browser, live_server: str, sign_in_page):
    """visit(person, …) -> a page of their own browser, signed in."""
    opened = []

    def act(person: Any, viewport: dict[str, int] = DESK, **more: Any) -> Page:
        context = browser.new_context(base_url=live_server, viewport=viewport, **more)
        context.set_default_timeout(10_000)
        opened.append(context)
        return sign_in_page(context.new_page(), person.email)

    yield act
    for context in opened:
        context.close()


def start_turn(page: Page, home: UUID) -> str:
    """Start a turn from the home's page; returns the turn's path."""
    page.goto(f"/properties/{home}")
    page.get_by_role("link", name="Start a turn").first.click()
    page.get_by_label("Move-out").first.fill(today("America/Los_Angeles").isoformat())
    page.get_by_role("button", name="Start the turn").click()
    page.wait_for_url("**/turns/*-*")
    return page.url.removeprefix(page.url.split("/turns/")[0])


def card(page: Page, path: str):
    return page.locator(f'[data-turn="{path.removeprefix("/turns/")}"]')


def column(page: Page, stage: str):
    return page.locator(f'[data-stage="{STAGES[stage]}"]')


def drag(page: Page, path: str, stage: str) -> None:
    start = card(page, path).locator("p").first.bounding_box()
    end = column(page, stage).bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 20, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 15, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 160, steps=12)
    page.mouse.up()


def approve(page: Page, path: str) -> None:
    """From the queue, with the confirmation that names address and amount."""
    page.goto("/approvals")
    card(page, path).get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Approve $9,000.00 for").click()
    page.wait_for_url("**/approvals*")


def test_a_turn_goes_all_the_way(visit, people):
    desk = visit(people["manager"])
    path = start_turn(desk, people["home"])
    desk.goto("/board")
    expect(column(desk, "Draft").locator(f'[data-turn="{path.removeprefix("/turns/")}"]')).to_be_visible()

    # By drag: refused, with every reason at once, and the missing fields open on the card, back in its place.
    drag(desk, path, "In Progress")
    refused = card(desk, path)
    for field in ("turn_amount", "vendor_id", "scope_approval_status"):
        expect(refused.locator(f'[data-error-for="{field}"]')).to_be_visible()
    expect(column(desk, "Draft").locator(f'[data-turn="{path.removeprefix("/turns/")}"]')).to_be_visible()
    desk.keyboard.press("Escape")

    # By menu, to Scope Approval: the amount is missing; given there, the move goes on and asks for approval.
    card(desk, path).get_by_role("link", name="Move").click()
    desk.get_by_role("dialog").get_by_role("button", name="Scope Approval").click()
    expect(card(desk, path).locator('[data-error-for="turn_amount"]')).to_be_visible()
    card(desk, path).locator("input[name=turn_amount]").fill("9,000")
    card(desk, path).get_by_role("button", name="Save and move").click()
    expect(column(desk, "Scope Approval").locator(f'[data-turn="{path.removeprefix("/turns/")}"]')).to_be_visible()
    expect(card(desk, path)).to_contain_text("Waits for DFO")

    # The DFO approves without a script, head office by keyboard alone.
    approve(visit(people["dfo"], java_script_enabled=False), path)
    office = visit(people["ho"])
    office.goto("/approvals")
    press_to(office, card(office, path).get_by_role("button", name="Approve"))
    office.keyboard.press("Enter")
    expect(office.get_by_role("button", name="Approve $9,000.00 for")).to_be_visible()
    press_to(office, office.get_by_role("button", name="Approve $9,000.00 for"))
    office.keyboard.press("Enter")
    office.wait_for_url("**/approvals*")

    # By keyboard, to In Progress: the vendor is missing, and one whose insurance lapsed is refused by its date.
    expect(card(desk, path)).to_contain_text("HO approved")
    card(desk, path).get_by_role("link").first.focus()
    desk.keyboard.press("m")
    expect(desk.get_by_role("dialog")).to_be_visible()
    press_to(desk, desk.get_by_role("dialog").get_by_role("button", name="In Progress"), key="ArrowDown")
    desk.keyboard.press("Enter")
    missing = card(desk, path).locator("select[name=vendor_id]")
    expect(missing).to_be_visible()
    missing.select_option(str(people["vendor"].id))
    missing.press("Tab")
    press_to(desk, card(desk, path).get_by_role("button", name="Save and move"))
    desk.keyboard.press("Enter")
    expect(column(desk, "In Progress").locator(f'[data-turn="{path.removeprefix("/turns/")}"]')).to_be_visible()

    # Without a script, on the narrowest phone, to Final Walk; and by drag to Complete.
    plain = visit(people["manager"], NARROW, java_script_enabled=False)
    plain.goto("/board")
    card(plain, path).get_by_role("link", name="Move").click()
    plain.locator("select[name=stage_id]").select_option(str(STAGES["Final Walk"]))
    plain.get_by_role("button", name="Move turn").click()
    plain.wait_for_url(f"**{path}")
    expect(column(desk, "Final Walk").locator(f'[data-turn="{path.removeprefix("/turns/")}"]')).to_be_visible()
    drag(desk, path, "Complete")
    expect(column(desk, "Complete").locator(f'[data-turn="{path.removeprefix("/turns/")}"]')).to_be_visible()

    # The whole way is on the turn's page, and a move can be undone.
    desk.get_by_role("button", name="Undo").click()
    expect(column(desk, "Final Walk").locator(f'[data-turn="{path.removeprefix("/turns/")}"]')).to_be_visible()


def test_the_whole_way_works_by_keyboard_alone_and_at_320_pixels(visit, people):
    phone = visit(people["manager"], NARROW)
    phone.goto(f"/properties/{people['home']}")
    press(phone, phone.get_by_role("link", name="Start a turn").first)
    press_to(phone, phone.get_by_label("Move-out").first)
    phone.keyboard.type(f"{today('America/Los_Angeles'):%m%d%Y}")
    press(phone, phone.get_by_role("button", name="Start the turn"))
    phone.wait_for_url(re.compile(r"/turns/[0-9a-f-]{36}$"))
    path = phone.url.removeprefix(phone.url.split("/turns/")[0])

    phone.goto("/board")
    move_by_keys(phone, path, "In Progress")
    for field in ("turn_amount", "vendor_id", "scope_approval_status"):
        expect(card(phone, path).locator(f'[data-error-for="{field}"]')).to_be_visible()
    fits(phone)
    phone.keyboard.press("Escape")
    move_by_keys(phone, path, "Scope Approval")
    press_to(phone, card(phone, path).locator("input[name=turn_amount]"))
    phone.keyboard.type("9,000")
    press(phone, card(phone, path).get_by_role("button", name="Save and move"))

    for who in ("dfo", "ho"):
        office = visit(people[who], NARROW)
        office.goto("/approvals")
        press(office, card(office, path).get_by_role("button", name="Approve"))
        confirm = office.get_by_role("button", name="Approve $9,000.00 for")
        expect(confirm).to_be_visible()
        fits(office)
        press(office, confirm)
        office.wait_for_url("**/approvals*")

    phone.goto(path)
    expect(phone.locator("main")).to_contain_text("HO approved")
    fits(phone)
    for stage in ("In Progress", "Final Walk", "Complete"):
        press(phone, phone.get_by_role("link", name="Move").first)
        choose(phone, phone.locator("select[name=stage_id]"), stage)
        if stage == "In Progress":
            press(phone, phone.get_by_role("button", name="Move turn"))
            expect(phone.locator('[data-error-for="vendor_id"]')).to_be_visible()
            choose(phone, phone.locator("select[name=vendor_id]"), people["vendor"].company_name)
        fits(phone)
        press(phone, phone.get_by_role("button", name="Move turn"))
        phone.wait_for_url(f"**{path}")
        expect(phone.locator("main")).to_contain_text(stage)


def move_by_keys(page: Page, path: str, stage: str) -> None:
    """From the board: to the card, `m`, and through the menu."""
    press_to(page, card(page, path).get_by_role("link").first)
    page.keyboard.press("m")
    expect(page.get_by_role("dialog")).to_be_visible()
    press_to(page, page.get_by_role("dialog").get_by_role("button", name=stage), key="ArrowDown")
    page.keyboard.press("Enter")


def press(page: Page, target: Any) -> None:
    press_to(page, target)
    page.keyboard.press("Enter")


def choose(page: Page, select: Any, words: str) -> None:
    """An option of a list, by typing its first words."""
    press_to(page, select)
    page.keyboard.type(words)


def fits(page: Page) -> None:
    """Nothing scrolls sideways; asked again if the page is just being left for the next."""
    page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=NARROW["width"])


def press_to(page: Page, target: Any, key: str = "Tab") -> None:
    """Press `key` until `target` has the focus: what cannot be reached so cannot be used by keyboard."""
    for _ in range(80):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not reached by {key}")
