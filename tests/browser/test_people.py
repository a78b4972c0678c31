"""Somebody is invited, signs in and leaves again: without a script, and by keyboard."""

import re

import pytest

from tests.conftest import PASSWORD
from tests.factories import make_property, make_user


@pytest.fixture
def plain(browser, live_server):
    """plain(): a browser of somebody's own that runs no scripts."""
    contexts = []

    def make():
        contexts.append(browser.new_context(base_url=live_server, java_script_enabled=False, locale="en-US"))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def sign_in(page, email, password=PASSWORD):
    page.goto("/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login" not in address)


def test_from_invitation_to_leaving_without_a_script(plain, database):
    with database.admin() as connection:
        ana, taker = make_user(connection, "ADMIN"), make_user(connection, "PROPERTY_MANAGER", first_name="Theo")
    office, mia = plain(), plain()
    sign_in(office, ana.email)
    office.goto("/admin/users")
    office.get_by_text("Invite somebody").click()
    office.get_by_role("textbox", name="E-mail required").fill("mia@example.test")
    office.get_by_label("First name").fill("Mia")
    office.get_by_role("combobox", name="Role required").select_option("USER")
    office.get_by_role("button", name="Send the invitation").click()
    assert "on its way to mia@example.test" in office.content()
    here = office.url

    office.goto("/admin/outbox")
    mail = office.locator("[data-mail][data-to='mia@example.test']").first
    if not re.search(r"/invite/\S+", mail.inner_text()):
        mail.get_by_role("link").first.click()
    mia.goto(re.search(r"/invite/[\w-]+", office.content())[0])
    mia.get_by_label("Password", exact=True).fill("four words are enough")
    mia.get_by_role("button", name="Accept and sign in").click()
    mia.wait_for_url("**/board")

    office.goto(f"{here}/edit")
    office.get_by_role("combobox", name="Role required").select_option("PROPERTY_MANAGER")
    office.get_by_role("button", name="Save the account").click()
    with database.admin() as connection:
        (id,) = connection.execute("SELECT id FROM users WHERE email = 'mia@example.test'").fetchone()
        home = make_property(connection)
        connection.execute("UPDATE properties SET property_manager_id = %s WHERE id = %s", [id, home.id])
    office.goto(here)
    office.get_by_role("link", name="Disable").click()
    office.get_by_role("button", name="Disable Mia").click()
    assert "Choose who takes 1 home over" in office.content()
    office.get_by_label("Manager of the homes").select_option(label=f"Theo {taker.last_name}")
    office.get_by_role("button", name="Disable Mia").click()
    assert "Disabled" in office.locator("article").inner_text()
    mia.goto("/account")
    assert "/login" in mia.url
    with database.admin() as connection:
        found = connection.execute("SELECT property_manager_id FROM properties WHERE id = %s", [home.id])
        assert found.fetchone() == (taker.id,)


def test_somebody_is_found_and_opened_by_keyboard(page, sign_in_page, database):
    with database.admin() as connection:
        wanted = make_user(connection, "INSPECTOR", first_name="Zoë", last_name="Ångström")
        for _ in range(3):
            make_user(connection, "USER")
    sign_in_page(page, "ADMIN")
    page.goto("/admin/users")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("/")
    page.keyboard.type("angstrom")
    page.locator("#user-list[data-count='1']").wait_for()
    assert page.url.endswith("q=angstrom")
    page.keyboard.press("Escape")
    page.locator(":focus").evaluate_all("found => found.forEach((one) => one.blur())")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/admin/users/{wanted.id}")
