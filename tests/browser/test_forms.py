"""What scripts add to lists and forms: filtering while one types, walking by keys, saving, leaving."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import make_property, make_user

READY = "html[data-ready]"


@pytest.fixture(scope="module")
def homes(database):
    with database.admin() as connection:
        manager = make_user(connection, "PROPERTY_MANAGER", email="forms@example.test")
        other = make_user(connection, "PROPERTY_MANAGER")
        make_property(connection, other, street_address="1 Foreign Way")
        return [make_property(connection, manager, street_address=f"{n} Harbor Way") for n in (10, 20, 30)]


@pytest.fixture
def at(page, homes, sign_in_page):
    """at(path): that page of the manager of three homes, ready."""
    sign_in_page(page, "forms@example.test")

    def go(path):
        page.goto(path)
        page.wait_for_selector(READY)
        return page

    return go


def test_a_list_filters_while_one_types_and_its_address_shows_the_same_again(at):
    page = at("/properties")
    page.keyboard.press("/")
    page.keyboard.type("20 harb")
    expect(page.locator("[data-property]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=20(\+|%20)harb"))
    expect(page).to_have_title("Properties · 1 · Turns")
    expect(page.locator("#announcer")).to_have_text("1 property")
    expect(page.locator("input[name=q]")).to_be_focused()
    page.reload()
    expect(page.locator("[data-property]")).to_have_count(1)
    expect(page.locator("input[name=q]")).to_have_value("20 harb")


def test_rows_are_walked_opened_and_edited_by_keys(at, homes):
    page = at("/properties?q=harbor&sort=street_address")
    links = page.locator("[data-property] th a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("e")
    page.wait_for_url(f"**/properties/{homes[0].id}/edit")
    at("/properties?q=harbor&sort=street_address").keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/properties/{homes[0].id}")


def test_leaving_a_touched_form_is_asked_about_in_our_own_words(at, homes):
    page = at(f"/properties/{homes[1].id}/edit")
    page.get_by_label("Community").fill("Harbor Village")
    page.get_by_role("link", name="Vendors").click()
    question = page.get_by_role("dialog", name="Leave without saving?")
    question.get_by_role("button", name="Keep typing").click()
    expect(page.get_by_label("Community")).to_have_value("Harbor Village")
    page.get_by_role("link", name="Vendors").click()
    question.get_by_role("button", name="Leave", exact=True).click()
    page.wait_for_url("**/vendors")


def test_control_enter_saves_the_form_one_types_in(at, homes):
    page = at(f"/properties/{homes[2].id}/edit")
    page.get_by_label("Community").fill("Harbor Village")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/properties/{homes[2].id}")
    expect(page.get_by_text("Harbor Village").first).to_be_visible()


def test_what_was_refused_takes_focus_and_leads_to_its_field(at, homes):
    page = at(f"/properties/{homes[2].id}/edit")
    page.get_by_label("Rent").fill("12O")
    page.keyboard.press("Control+Enter")
    problems = page.locator("#problems")
    expect(problems).to_be_focused()
    expect(page.get_by_label("Rent")).to_have_value("12O")
    problems.get_by_role("link").first.click()
    expect(page.get_by_label("Rent")).to_be_focused()
