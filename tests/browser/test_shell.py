"""The frame of every page in a real Chromium: keys, palette, theme, messages, and the same without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.axe import axe, axe_in_every_look
from tests.conftest import PASSWORD
from tests.factories import make_property, make_turn, make_user

READY = "html[data-ready]"


@pytest.fixture(scope="module")
def people(database):
    with database.admin() as connection:
        manager = make_user(
            connection, "PROPERTY_MANAGER", email="dana@example.test", first_name="Dana", last_name="Whitfield"
        )
        other = make_user(connection, "PROPERTY_MANAGER")
        home = make_property(connection, property_manager_id=manager.id, street_address="9507 Sea Cliff Way")
        foreign = make_property(connection, property_manager_id=other.id, street_address="22 Sea Crest Dr")
        turn = make_turn(connection, home)
        make_turn(connection, foreign)
    return {"home": home, "turn": turn}


@pytest.fixture
def account(page, people, sign_in_page):
    """The account page of a manager, its scripts running; every breach of the policy fails the test."""
    breaches = []
    page.on("console", lambda line: breaches.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: breaches.append(str(error)))
    sign_in_page(page, "dana@example.test")
    visit(page, "/account")
    yield page
    assert not breaches


def visit(page, path):
    page.goto(path)
    page.wait_for_selector(READY)


def test_question_mark_shows_the_keys_and_escape_gives_focus_back(account):
    link = account.get_by_role("link", name="Properties")
    link.focus()
    account.keyboard.press("?")
    dialog = account.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("find or do anything")
    expect(dialog).to_contain_text("Board")
    axe(account)
    account.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()


def test_slash_goes_to_the_search_field(account):
    account.keyboard.press("/")
    expect(account.locator("input[name=q]")).to_be_focused()


def test_g_and_a_letter_go_to_a_page(account):
    account.route("**/properties", lambda route: route.fulfill(body="there", content_type="text/html"))
    account.keyboard.press("g")
    account.keyboard.press("p")
    account.wait_for_url("**/properties")


def test_single_keys_are_letters_while_one_types(account):
    account.keyboard.press("/")
    account.keyboard.type("?gpx")
    expect(account.locator("input[name=q]")).to_have_value("?gpx")
    expect(account.get_by_role("dialog")).to_have_count(0)


def test_single_keys_can_be_switched_off(account):
    account.get_by_label("Single-key shortcuts").uncheck()
    account.get_by_role("button", name="Save preferences").click()
    expect(account.get_by_text("Your preferences are saved.")).to_be_visible()
    account.wait_for_selector(READY)
    account.keyboard.press("?")
    expect(account.get_by_role("dialog")).to_have_count(0)
    account.keyboard.press("Control+k")
    expect(account.get_by_role("dialog")).to_have_count(1)
    account.keyboard.press("Escape")
    account.get_by_label("Single-key shortcuts").check()
    account.get_by_role("button", name="Save preferences").click()
    expect(account.get_by_text("Your preferences are saved.")).to_be_visible()


def test_the_palette_finds_rows_pages_and_actions(account, people):
    account.keyboard.press("Control+k")
    field = account.get_by_role("combobox", name="Go to or do")
    expect(field).to_be_focused()
    account.keyboard.type("sea c")
    options = account.get_by_role("option")
    expect(options.first).to_contain_text("9507 Sea Cliff Way")
    expect(account.get_by_role("listbox")).not_to_contain_text("Crest")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    account.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    axe(account)
    account.route("**/turns/*", lambda route: route.fulfill(body="there", content_type="text/html"))
    account.keyboard.press("ArrowUp")
    account.keyboard.press("Enter")
    account.wait_for_url(f"**/turns/{people['turn'].id}")


def test_the_palette_does_actions_by_name(account):
    account.keyboard.press("Control+k")
    account.keyboard.type("all keys")
    account.keyboard.press("Enter")
    expect(account.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_chosen_theme_shows_at_once_and_is_in_the_servers_html(account):
    account.get_by_label("Dark").check()
    expect(account.locator("html")).to_have_attribute("data-theme", "dark")
    account.get_by_role("button", name="Save preferences").click()
    expect(account.get_by_text("Your preferences are saved.")).to_be_visible()
    assert 'data-theme="dark"' in account.request.get("/account").text()
    account.get_by_label("As the system").check()
    account.get_by_role("button", name="Save preferences").click()
    expect(account.locator("html")).to_have_attribute("data-theme", "system")


@pytest.fixture
def say(account):
    """say("Moved."): as a module of the page says it, let out of the page's script by a line of ours at its end."""

    def let_out(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + 'globalThis.toast = $module("toasts.js").toast;')

    account.route("**/assets/js/turns.*.js", let_out)
    visit(account, "/account")
    return lambda text, **options: account.evaluate("said => void toast(...said)", [text, options])


def test_news_goes_after_ten_seconds_but_not_under_the_pointer_and_errors_stay(account, say):
    account.clock.install()
    say("Moved.")
    say("Not moved.", kind="error")
    news, error = account.get_by_text("Moved.", exact=True), account.get_by_role("alert").get_by_text("Not moved.")
    account.clock.run_for(9_000)
    expect(news).to_be_visible()
    news.hover()
    account.clock.run_for(20_000)
    expect(news).to_be_visible()
    account.mouse.move(0, 0)
    account.clock.run_for(11_000)
    expect(news).to_have_count(0)
    expect(error).to_be_visible()
    account.get_by_role("button", name="Put away").click()
    expect(error).to_have_count(0)


def test_at_most_three_messages_stand_and_errors_give_way_last(account, say):
    say("Refused.", kind="error")
    for number in range(4):
        say(f"News {number}.")
    expect(account.locator(".toast")).to_have_count(3)
    expect(account.get_by_text("Refused.")).to_be_visible()


def test_control_z_presses_the_undo_that_is_offered(account, say):
    sent = []
    account.route(
        "**/turns/*/undo", lambda route: (sent.append(route.request.post_data), route.fulfill(body="done"))[1]
    )
    undo = {"label": "Undo", "post": "/turns/1/undo", "fields": {"version": "5"}}
    say("Moved.", way=undo, isUndo=True)
    account.keyboard.press("Control+z")
    account.wait_for_url("**/undo")
    assert "version=5" in sent[0] and "csrf_token=" in sent[0]


def test_the_menu_of_the_person_closes_with_escape_and_signs_out(account):
    summary = account.locator(".who summary")
    summary.click()
    expect(account.get_by_role("link", name="Account").first).to_be_visible()
    account.keyboard.press("Escape")
    expect(summary).to_be_focused()
    summary.click()
    account.locator(".who").get_by_role("button", name="Sign out").click()
    account.wait_for_url("**/login")


def test_a_form_is_sent_once_however_often_it_is_pressed(account):
    sent = []
    account.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    account.get_by_role("button", name="Save preferences").dblclick()
    expect(account.get_by_text("Your preferences are saved.")).to_be_visible()
    assert len(sent) == 1


@pytest.mark.parametrize("path", ["/login", "/account", "/palette?q=sea", "/nowhere"])
def test_axe_finds_nothing_serious(account, path):
    if path == "/login":
        account.context.clear_cookies()
    account.goto(path)
    axe_in_every_look(account)


@pytest.mark.parametrize("path", ["/login", "/account", "/palette?q=sea", "/nowhere"])
def test_nothing_scrolls_sideways_at_320_pixels(account, path):
    if path == "/login":
        account.context.clear_cookies()
    account.set_viewport_size({"width": 320, "height": 640})
    account.goto(path)
    assert account.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_nothing_moves_for_those_who_asked_for_less_motion(account):
    account.emulate_media(reduced_motion="reduce")
    visit(account, "/account")
    account.get_by_role("button", name="Save preferences").hover()
    assert account.evaluate("document.getAnimations().length") == 0


def test_a_page_asks_only_its_own_server(account):
    asked = []
    account.on("request", lambda request: asked.append(request.url))
    visit(account, "/account")
    origin = re.match(r"https?://[^/]+", account.url)[0]
    assert asked and all(url.startswith((origin, "data:")) for url in asked)


def test_signing_in_and_out_needs_no_script(browser, live_server, people):
    context = browser.new_context(java_script_enabled=False, base_url=live_server)
    page = context.new_page()
    page.goto("/account")
    page.fill("input[name=email]", "dana@example.test")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.url.endswith("/account")
    page.locator(".who summary").click()
    page.locator(".who").get_by_role("button", name="Sign out").click()
    assert page.url.endswith("/login")
    context.close()


def test_a_wrong_password_keeps_the_address_and_says_it_where_listeners_hear(page, people):
    page.goto("/login")
    page.fill("input[name=email]", "dana@example.test")
    page.fill("input[name=password]", "wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[name=email]")).to_have_value("dana@example.test")
    axe(page)
