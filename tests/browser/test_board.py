"""The board in a real Chromium: dragging, the menu and the keys, refusals mended in place, the phone, and no script."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.axe import axe, axe_in_every_look
from tests.factories import STAGES, approved, make_property, make_turn, make_user, make_vendor
from tests.web.turn_pages import row

READY = "html[data-ready]"


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def world(admin):
    """A manager with turns of their own in two stages, and one of somebody else."""
    manager, vendor = make_user(admin, "PROPERTY_MANAGER"), make_vendor(admin)
    make_turn(admin, make_property(admin, make_user(admin, "PROPERTY_MANAGER"), street_address="1 Foreign Way"))

    def turn(street, stage="Draft", **columns):
        return make_turn(admin, make_property(admin, manager, street_address=street), stage, **columns)

    return SimpleNamespace(
        manager=manager,
        vendor=vendor,
        bare=turn("1 Bare St"),
        priced=turn("2 Priced St", turn_amount="700"),
        working=turn("3 Working St", "In Progress", vendor_id=vendor.id, **approved("900")),
    )


@pytest.fixture
def board(page, world, sign_in_page):
    """The manager's board, its scripts running; every breach of the policy fails the test."""
    breaches = []
    page.on("console", lambda line: breaches.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: breaches.append(str(error)))
    page.set_default_timeout(15_000)
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in_page(page, world.manager.email)
    visit(page)
    yield page
    assert not breaches


def visit(page, path="/board"):
    page.goto(path)
    page.wait_for_selector(READY)
    page.wait_for_function("document.querySelectorAll('[data-behaviour]').length > 0")


def card(page, turn):
    return page.locator(f'[data-turn="{turn.id}"]')


def column(page, stage):
    return page.locator(f'.board [data-stage="{STAGES[stage]}"]')


def in_column(page, stage, turn):
    return column(page, stage).locator(f'[data-turn="{turn.id}"]')


def drag(page, turn, stage):
    at, to = card(page, turn).bounding_box(), column(page, stage).bounding_box()
    page.mouse.move(at["x"] + 60, at["y"] + 50)
    page.mouse.down()
    page.mouse.move(at["x"] + 75, at["y"] + 55, steps=3)
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 200, steps=10)
    page.mouse.up()


def test_a_dragged_card_is_saved_and_can_be_taken_back(board, world, admin):
    drag(board, world.priced, "Scope Approval")
    expect(in_column(board, "Scope Approval", world.priced)).to_have_attribute("data-version", "2")
    expect(column(board, "Scope Approval").locator("[data-count]")).to_have_attribute("data-count", "1")
    expect(board.locator("#announcer")).to_contain_text("Moved 2 Priced St to Scope Approval")
    expect(board.locator("#announcer")).to_contain_text("1 of 1")
    expect(card(board, world.priced).locator("h3 a")).to_be_focused()
    board.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(in_column(board, "Draft", world.priced)).to_have_attribute("data-version", "3")
    board.reload()
    expect(in_column(board, "Draft", world.priced)).to_be_visible()
    assert row(admin, world.priced).scope_approval_status == "PENDING"


def test_a_refused_card_goes_back_and_is_mended_in_place(board, world, admin):
    drag(board, world.bare, "Scope Approval")
    refusal = in_column(board, "Draft", world.bare).locator("form")
    expect(refusal).to_contain_text("Still in Draft")
    expect(refusal.locator('[data-error-for="turn_amount"]')).to_be_visible()
    expect(refusal.get_by_label("Amount")).to_be_focused()
    expect(card(board, world.bare)).to_have_count(1)
    axe(board)
    board.keyboard.type("1,250")
    board.keyboard.press("Enter")
    expect(in_column(board, "Scope Approval", world.bare)).to_have_attribute("data-version", "2")
    expect(card(board, world.bare).locator("form")).to_have_count(0)
    assert row(admin, world.bare).turn_amount == 1250


def test_a_refusal_names_everything_and_escape_leaves_the_card_where_it_was(board, world):
    drag(board, world.bare, "In Progress")
    for demand in ("turn_amount", "vendor_id", "scope_approval_status"):
        expect(card(board, world.bare).locator(f'[data-error-for="{demand}"]')).to_be_visible()
    board.keyboard.press("Escape")
    expect(card(board, world.bare).locator("form")).to_have_count(0)
    expect(card(board, world.bare).locator("h3 a")).to_be_focused()


def test_without_a_connection_the_card_goes_back_and_says_so(board, world):
    board.route("**/stage", lambda route: route.abort())
    drag(board, world.priced, "Scope Approval")
    expect(board.locator("#toasts [role=alert]")).to_contain_text("2 Priced St was not moved: there is no connection")
    expect(in_column(board, "Draft", world.priced)).to_be_visible()


def test_a_card_that_somebody_else_moved_meanwhile_opens_the_page_of_two_versions(board, world, admin):
    board.route("**/board/changes**", lambda route: route.abort())
    admin.execute("UPDATE turns SET stage_id = %s WHERE id = %s", [STAGES["Final Walk"], world.working.id])
    drag(board, world.working, "Complete")
    dialog = board.get_by_role("dialog")
    expect(dialog.locator('[data-conflict="stage_id"]')).to_be_visible()
    expect(in_column(board, "In Progress", world.working)).to_have_count(1)


def test_escape_while_dragging_puts_the_card_back(board, world):
    at = card(board, world.priced).bounding_box()
    to = column(board, "Final Walk").bounding_box()
    board.mouse.move(at["x"] + 60, at["y"] + 50)
    board.mouse.down()
    board.mouse.move(to["x"] + 100, to["y"] + 200, steps=8)
    board.keyboard.press("Escape")
    board.mouse.up()
    expect(in_column(board, "Draft", world.priced)).to_be_visible()
    expect(card(board, world.priced)).to_have_attribute("data-version", "1")


def test_the_menu_moves_by_keys_alone(board, world):
    card(board, world.working).locator("h3 a").focus()
    board.keyboard.press("m")
    dialog = board.get_by_role("dialog", name="3 Working St")
    expect(dialog).to_contain_text("needs a note")
    axe(board)
    dialog.get_by_role("button", name="Final Walk").focus()
    board.keyboard.press("Enter")
    expect(in_column(board, "Final Walk", world.working)).to_have_attribute("data-version", "2")
    expect(card(board, world.working).locator("h3 a")).to_be_focused()
    board.keyboard.press("]")
    expect(in_column(board, "Complete", world.working)).to_have_attribute("data-version", "3")
    board.keyboard.press("[")
    note = card(board, world.working).get_by_label("Note")
    expect(note).to_be_focused()
    board.keyboard.type("[x] the tap leaks")
    board.keyboard.press("Control+Enter")
    expect(in_column(board, "Final Walk", world.working)).to_have_attribute("data-version", "4")


def test_arrows_walk_between_cards_and_columns(board, world):
    card(board, world.working).locator("h3 a").focus()
    board.keyboard.press("ArrowLeft")
    expect(column(board, "Draft").locator("h3 a").first).to_be_focused()
    board.keyboard.press("j")
    expect(column(board, "Draft").locator("h3 a").nth(1)).to_be_focused()


def test_several_are_ticked_looked_at_and_changed(board, world, admin):
    for turn in (world.priced, world.bare):
        card(board, turn).locator("h3 a").focus()
        board.keyboard.press("x")
    bar = board.locator("#bulk")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Move to…").click()
    dialog = board.get_by_role("dialog")
    dialog.get_by_label("Stage").select_option(label="Scope Approval")
    axe(board)
    dialog.get_by_role("button", name="See what would change").click()
    expect(dialog.locator(f'[data-refused="{world.bare.id}"]')).to_contain_text("Enter what the scope costs.")
    assert row(admin, world.priced).version == 1
    dialog.get_by_role("button", name="Change 1 turn").click()
    expect(dialog).to_contain_text("1 turn changed, 1 refused")
    dialog.get_by_role("link", name="Back to the board").click()
    expect(bar).to_be_hidden()
    expect(in_column(board, "Scope Approval", world.priced)).to_be_visible()
    assert (row(admin, world.priced).version, row(admin, world.bare).version) == (2, 1)


def test_typing_filters_and_replaces_the_address(board, world):
    board.keyboard.press("/")
    board.keyboard.type("priced")
    expect(card(board, world.bare)).to_have_count(0)
    expect(card(board, world.priced)).to_be_visible()
    board.wait_for_url("**q=priced**")
    expect(board).to_have_title("Board · 1 · Turns")
    board.reload()
    expect(board.locator("[data-turn]")).to_have_count(1)


def test_the_panel_of_filters_opens_with_f_and_gives_focus_back(board):
    board.locator(".board h3 a").first.focus()
    board.keyboard.press("f")
    dialog = board.get_by_role("dialog", name="Filter")
    dialog.get_by_label("On hold").check()
    axe(board)
    dialog.get_by_role("button", name="Show these turns").click()
    board.wait_for_url("**on_hold=1**")
    expect(board.locator("[data-empty]")).to_be_visible()


def test_a_long_column_goes_on_as_one_scrolls(board, world, admin):
    for _ in range(40):
        make_turn(admin, make_property(admin, world.manager))
    board.reload()
    draft = column(board, "Draft")
    expect(draft.locator("[data-turn]")).to_have_count(25)
    draft.locator("[rel=next]").scroll_into_view_if_needed()
    expect(draft.locator("[data-turn]")).to_have_count(42)
    expect(draft.locator("[rel=next]")).to_have_count(0)


def test_a_phone_has_one_column_at_a_time_and_a_sheet(browser, live_server, world, sign_in_page, admin):
    context = browser.new_context(
        base_url=live_server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = sign_in_page(context.new_page(), world.manager.email)
    visit(page)
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="In Progress").tap()
    expect(card(page, world.working)).to_be_in_viewport(ratio=0.9)
    card(page, world.working).get_by_role("link", name="Move").tap()
    page.get_by_role("dialog").get_by_role("button", name="Final Walk").tap()
    expect(in_column(page, "Final Walk", world.working)).to_have_attribute("data-version", "2")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    context.close()


def test_everything_is_there_without_a_script(browser, live_server, world, sign_in_page, admin):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = sign_in_page(context.new_page(), world.manager.email)
    page.goto("/board")
    card(page, world.bare).get_by_role("link", name="Move").click()
    page.get_by_label("Move to").select_option(str(STAGES["Scope Approval"]))
    page.get_by_role("button", name="Move turn").click()
    expect(page.locator('[data-error-for="turn_amount"]')).to_be_visible()
    page.get_by_label("Amount").fill("80")
    page.get_by_role("button", name="Move turn").click()
    page.wait_for_url(f"**/turns/{world.bare.id}")
    assert row(admin, world.bare).version == 2
    page.goto("/board")
    card(page, world.working).locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Set ready date").click()
    page.get_by_label("Ready date").fill("2030-01-02")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Change 1 turn").click()
    expect(page.locator("[data-bulk-done]")).to_contain_text("1 turn changed")
    assert str(row(admin, world.working).expected_completion_date) == "2030-01-02"
    context.close()


@pytest.mark.parametrize("path", ["/board", "/board?view=table", "/board?group=vendor_id"])
def test_axe_finds_nothing_serious_in_any_look(board, path):
    visit(board, path)
    axe_in_every_look(board)
