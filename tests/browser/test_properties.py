"""Properties and vendors as people use them: typing, keys, in place, without a script, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import make_property, make_turn, make_user, make_vendor

# A machine that is busy with other tests is given time.
expect.set_options(timeout=15_000)

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 800}


@pytest.fixture(scope="module")
def world(database):
    """A manager's seventy homes beside another's, and a vendor with an open job."""
    with database.admin() as db:
        manager = make_user(db, "PROPERTY_MANAGER", first_name="Ana", last_name="Ruiz")
        other = make_user(db, "PROPERTY_MANAGER", first_name="Ben", last_name="Ode")
        senior = make_user(db, "SR_PROPERTY_MANAGER")
        homes = [
            make_property(db, manager, senior, street_address=f"{n:02} {'Cedar' if n == 42 else 'Oak'} Way")
            for n in range(70)
        ]
        make_property(db, other, street_address="1 Cedar Way")
        vendor = make_vendor(db, company_name="Rivera Painting", trades=["Paint"])
        make_turn(db, homes[0], vendor_id=vendor.id)
        admin = make_user(db, "ADMIN")
        return {"manager": manager, "other": other, "senior": senior, "admin": admin, "homes": homes, "vendor": vendor}


@pytest.fixture
def visit(browser: Browser, live_server: str, sign_in_page):
    """visit(person, …) -> a page of their own browser, signed in."""
    opened = []

    def act(person, **more) -> Page:
        context = browser.new_context(base_url=live_server, **more)
        context.set_default_timeout(15_000)
        opened.append(context)
        return sign_in_page(context.new_page(), person.email)

    yield act
    for context in opened:
        context.close()


def rows(page: Page):
    return page.locator("tr[data-property]")


def test_typing_filters_and_replaces_the_address(visit, world):
    page = visit(world["manager"])
    page.goto("/properties")
    expect(rows(page)).to_have_count(50)
    steps = page.evaluate("history.length")
    page.keyboard.press("/")
    page.keyboard.type("cedar")
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/properties\?q=cedar$"))
    assert page.evaluate("history.length") == steps
    expect(page.locator("#property-list")).to_have_attribute("data-count", "1")
    expect(page.locator("input[name=q]")).to_be_focused()
    page.reload()
    expect(rows(page)).to_have_count(1)
    page.locator("input[name=q]").fill("nothing like it")
    expect(page.get_by_text("No property matches")).to_be_visible()
    page.get_by_role("link", name="Clear all").click()
    expect(rows(page)).to_have_count(50)


def test_scrolling_brings_the_rest_once(visit, world):
    page = visit(world["manager"])
    page.goto("/properties")
    page.locator("a[rel=next]").scroll_into_view_if_needed()
    expect(rows(page)).to_have_count(70)
    expect(page.locator("a[rel=next]")).to_have_count(0)
    ids = rows(page).evaluate_all("rows => rows.map(row => row.dataset.property)")
    assert len(set(ids)) == 70


def test_a_piece_is_edited_in_place_and_left_by_escape(visit, world):
    home = world["homes"][7]
    page = visit(world["manager"])
    page.goto(f"/properties/{home.id}")
    page.get_by_role("link", name="Edit what it is").click()
    page.get_by_label("Area in sq ft").fill("big")
    page.keyboard.press("Enter")
    expect(page.locator('[data-error-for="area_sqft"]')).to_be_visible()
    expect(page.get_by_label("Area in sq ft")).to_have_value("big")
    page.get_by_label("Area in sq ft").fill("1,364")
    page.get_by_role("button", name="Save property").click()
    expect(page.get_by_text("1,364 sq ft")).to_be_visible()
    expect(page.locator(f'[data-property="{home.id}"][data-version="2"]')).to_be_visible()
    page.get_by_role("link", name="Edit when it is empty").click()
    expect(page.get_by_label("Move-out")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Save property")).to_have_count(0)


def test_managers_are_changed_in_bulk_by_ticking(visit, world):
    page = visit(world["senior"])
    page.goto("/properties")
    expect(page.locator("#bulk")).to_be_hidden()
    for n in (60, 61):
        page.goto(f"/properties?q={n}+Oak")
        rows(page).get_by_role("checkbox").check()
    expect(page.locator("#bulk")).to_contain_text("1 property")
    page.get_by_role("button", name="Change managers").click()
    page.locator("select[name=property_manager_id]").select_option(label="Ben Ode")
    page.get_by_role("button", name="Change managers").click()
    expect(page.get_by_text("1 property changed hands.")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Ben Ode")


def test_everything_is_written_without_a_script(visit, world):
    page = visit(world["manager"], java_script_enabled=False)
    page.goto("/properties?q=cedar")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("link", name="Add a property").click()
    page.get_by_role("button", name="Add property").click()
    for name in ("property_id", "name", "street_address"):
        expect(page.locator(f'[data-error-for="{name}"]')).to_be_visible()
    page.get_by_label("Code required").fill("NOJS-1")
    page.get_by_label("Name required").fill("Plain home")
    page.get_by_label("Street address").fill("5 Plain Road")
    page.get_by_role("button", name="Add property").click()
    expect(page.get_by_role("heading", name="5 Plain Road")).to_be_visible()
    page.get_by_role("link", name="Edit where it is").click()
    page.get_by_label("City").fill("Lodi")
    page.get_by_role("button", name="Save property").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("City: none → Lodi")).to_be_visible()
    page.goto("/properties")
    page.locator("a[rel=next]").click()
    assert rows(page).count() >= 20
    vendor = visit(world["admin"], java_script_enabled=False)
    vendor.goto(f"/vendors/{world['vendor'].id}/deactivate")
    expect(vendor.get_by_text("1 open job stays with Rivera Painting")).to_be_visible()
    vendor.goto("/vendors/new")
    vendor.get_by_label("Company required").fill("Plain Roofs")
    vendor.get_by_role("button", name="Add vendor").click()
    vendor.get_by_role("button", name="Approve vendor").click()
    expect(vendor.get_by_text("The vendor is approved")).to_be_visible()


def test_a_phone_shows_two_lines_a_row_and_never_scrolls_sideways(visit, world):
    page = visit(world["manager"], viewport=PHONE, has_touch=True)
    home, vendor = world["homes"][0], world["vendor"]
    page.goto("/properties")
    box = rows(page).first.bounding_box()
    assert box and 50 <= box["height"] <= 80
    for size in (PHONE, NARROW):
        page.set_viewport_size(size)
        for path in (
            "/properties",
            f"/properties/{home.id}",
            f"/properties/{home.id}/edit",
            f"/properties/{home.id}/utilities/new",
            "/properties/new",
            "/utility-providers/new",
            "/vendors",
            f"/vendors/{vendor.id}",
        ):
            page.goto(path)
            wide = page.evaluate("document.scrollingElement.scrollWidth")
            assert wide <= size["width"], (path, wide)
