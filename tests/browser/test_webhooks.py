"""Webhooks and API tokens in a browser: by keyboard, with and without a script, with the worker that delivers."""

import pytest
from playwright.sync_api import Browser, expect

from tests.factories import make_user
from tests.receiver import receiving
from tests.working import working

ALLOWED = {"WEBHOOK_ALLOW_PRIVATE": "1"}


@pytest.fixture(scope="module")
def worker(database, live_server):
    with working(database, **ALLOWED) as process:
        yield process


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        return make_user(connection, "ADMIN").email


def register(page, url):
    page.goto("/admin/webhooks")
    page.get_by_role("textbox", name="Address").fill(url)
    page.get_by_label("approved, finally").check()
    page.get_by_role("button", name="Register it").click()
    page.wait_for_url("**/admin/webhooks/*")


def test_a_test_is_seen_to_arrive_without_loading_the_page_again(page, worker, admin, sign_in_page, database):
    sign_in_page(page, admin)
    register(page, "https://hooks.example.com/turns")
    secret = page.get_by_label("The secret that signs").input_value()
    with receiving() as receiver, database.admin() as connection:
        # The form refuses this machine; what the worker may reach is its own setting.
        connection.execute("UPDATE webhooks SET url = %s", [receiver.url])
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("[data-delivery][data-status=delivered]")).to_be_visible(timeout=20_000)
        assert receiver.types == ["ping"]
        assert receiver.received[0].is_signed_by(secret)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_webhook_is_registered_tried_and_deleted(browser: Browser, live_server, admin, sign_in_page, scripts):
    context = browser.new_context(base_url=live_server, java_script_enabled=scripts)
    page = sign_in_page(context.new_page(), admin)
    page.goto("/admin/webhooks")
    page.get_by_role("textbox", name="Address").fill("http://10.0.0.1/")
    page.get_by_role("button", name="Register it").click()
    expect(page.locator("[data-error-for=url]")).to_contain_text("not public")
    register(page, "https://hooks.example.com/deleted")
    assert page.get_by_label("The secret that signs").input_value().startswith("whsec_")
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("[data-delivery]")).to_have_count(1)
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete this webhook").click()
    page.wait_for_url("**/admin/webhooks")
    expect(page.get_by_text("hooks.example.com/deleted")).to_have_count(0)
    context.close()


def test_a_token_is_made_copied_and_revoked_by_keyboard(page, admin, sign_in_page):
    sign_in_page(page, admin)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/account")
    page.get_by_role("textbox", name="Name").focus()
    page.keyboard.type("Weekly report")
    page.keyboard.press("Enter")
    token = page.get_by_label("Your new token")
    expect(token).to_be_visible()
    page.get_by_role("button", name="Copy").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == token.input_value()
    page.locator("#tokens summary", has_text="Revoke").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Weekly report is revoked")).to_be_visible()
