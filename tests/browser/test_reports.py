"""The reports as people read them: by keys, under a filter, without a script, on paper."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import approved, make_property, make_turn, make_user
from turns_web.core.clock import today
from turns_web.reports.calendar import before

# A machine that is busy with other tests is given time.
expect.set_options(timeout=15_000)

FIRST = before("month", today("America/Los_Angeles"))
MONTH = f"/reports?from={FIRST}&to={FIRST + timedelta(days=27)}"


@pytest.fixture(scope="module")
def manager(database):
    with database.admin() as connection:
        manager = make_user(connection, "PROPERTY_MANAGER", first_name="Ana", last_name="Ruiz")
        for market, days in (("Folsom", 4), ("Folsom", 7), ("Elk Grove", 19)):
            make_turn(
                connection, make_property(connection, manager, market=market), "Complete", **approved("1200.00"),
                move_out_date=FIRST, turn_completion_date=FIRST + timedelta(days=days),
            )  # fmt: skip
        make_turn(connection, make_property(connection, manager, market="Folsom"))
    return manager


@pytest.fixture
def visit(browser: Browser, live_server: str, sign_in_page, manager):
    """visit(…) -> a page of a browser of the manager's."""
    opened = []

    def act(**more) -> Page:
        context = browser.new_context(base_url=live_server, **more)
        context.set_default_timeout(15_000)
        opened.append(context)
        return sign_in_page(context.new_page(), manager.email)

    yield act
    for context in opened:
        context.close()


def figure(page: Page, key: str):
    return page.locator(f"[data-figure={key}]").first


def test_keys_lead_there_and_a_filter_changes_figures_address_and_title_in_place(visit):
    page = visit()
    page.goto("/board")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/reports$"))
    page.goto(MONTH)
    page.wait_for_selector("html[data-ready]")
    expect(figure(page, "completed_turns")).to_have_attribute("data-value", "3")
    market = page.get_by_role("combobox", name="Market")
    market.focus()
    market.select_option("Folsom")
    expect(figure(page, "completed_turns")).to_have_attribute("data-value", "2")
    expect(page).to_have_url(re.compile("market=Folsom"))
    expect(market).to_be_focused()
    figure(page, "completed_turns").click()
    expect(page.locator("tr[data-turn]")).to_have_count(2)
    page.go_back()
    expect(figure(page, "completed_turns")).to_have_attribute("data-value", "2")


def test_what_is_counted_how_is_a_key_away(visit):
    page = visit()
    page.goto(MONTH)
    page.get_by_label("How median turn is counted").press("Enter")
    expect(page.locator("#days")).to_be_in_viewport()
    expect(page.locator("#days")).to_contain_text("left out and counted")


def test_without_a_script_days_and_filters_are_forms(visit):
    page = visit(java_script_enabled=False)
    page.goto("/reports?period=year")
    page.get_by_text("Own dates").click()
    page.get_by_role("textbox", name="From").fill(str(FIRST))
    page.get_by_role("textbox", name="To").fill(str(FIRST + timedelta(days=10)))
    page.get_by_role("button", name="Show these days").click()
    expect(figure(page, "completed_turns")).to_have_attribute("data-value", "2")
    page.get_by_role("combobox", name="Against").select_option("year")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("against=year"))
    expect(page.get_by_text(f"0 in 1–11 {FIRST:%b} {FIRST.year - 1}")).to_be_visible()


def test_paper_has_the_tables_and_nothing_to_press(visit):
    page = visit(color_scheme="dark")
    page.goto(MONTH)
    months = page.get_by_role("table", name="Completed turns and their median days, by month")
    expect(months).not_to_be_visible()
    page.emulate_media(media="print")
    expect(months).to_be_visible()
    for gone in (".rail", ".report__top", ".tile__how"):
        expect(page.locator(gone).first).not_to_be_visible()
