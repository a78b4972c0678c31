"""The turn's page in a real Chromium: fields changed in place, decisions, conflicts, with a script and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.axe import axe, axe_in_every_look
from tests.factories import approved, make_property, make_turn, make_user, make_vendor, waiting
from tests.web.turn_pages import audit_rows, row

FITS = "document.scrollingElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def manager(admin):
    return make_user(admin, "PROPERTY_MANAGER", first_name="Dana", last_name="Whitfield")


@pytest.fixture(scope="module")
def senior(admin):
    return make_user(admin, "SR_PROPERTY_MANAGER", first_name="Marcus", last_name="Hale")


@pytest.fixture
def home(admin, manager, senior):
    make_turn(admin, make_property(admin, make_user(admin, "PROPERTY_MANAGER")))
    return make_property(admin, manager, senior, street_address="8636 Tegea Way")


@pytest.fixture
def turn(admin, home):
    return make_turn(admin, home, wo_number="W-0", primary_lock_box_code="4711", lock_box_location="Side gate")


@pytest.fixture
def shown(page, sign_in_page):
    """shown(person, path): a page of theirs with its scripts running; every fault of a script fails the test."""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Security Policy" in line.text else None)

    def act(person, path):
        sign_in_page(page, person.email)
        page.goto(path)
        expect(page.locator("html[data-ready]")).to_have_count(1)
        return page

    yield act
    assert not faults


def test_a_field_is_changed_in_its_place_by_keyboard(shown, manager, turn, admin):
    page = shown(manager, f"/turns/{turn.id}")
    page.get_by_role("link", name="Change Work order", exact=True).focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Work order", exact=True)
    expect(field).to_be_focused()
    field.fill("W-1")
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-turn="{turn.id}"]')).to_have_attribute("data-version", "2")
    expect(page.locator("#fact-wo_number")).to_contain_text("W-1")
    expect(page.get_by_role("link", name="Change Work order", exact=True)).to_be_focused()
    assert row(admin, turn).wo_number == "W-1"


def test_escape_gives_a_field_up(shown, manager, turn, admin):
    page = shown(manager, f"/turns/{turn.id}")
    page.get_by_role("link", name="Change Work order", exact=True).click()
    expect(page.get_by_label("Work order", exact=True)).to_be_focused()
    page.get_by_label("Work order", exact=True).fill("W-never")
    page.keyboard.press("Escape")
    expect(page.locator("#fact-wo_number")).to_contain_text("W-0")
    expect(page.get_by_label("Work order", exact=True)).to_have_count(0)
    assert row(admin, turn).version == 1


def test_a_refused_field_says_why_in_its_place(shown, manager, turn):
    page = shown(manager, f"/turns/{turn.id}")
    page.get_by_role("link", name="Change Estimate", exact=True).click()
    page.get_by_label("Estimate", exact=True).fill("much")
    page.keyboard.press("Enter")
    expect(page.locator('[data-error-for="turn_amount"]')).to_contain_text("Enter an amount like 1,234.50")
    expect(page.get_by_label("Estimate", exact=True)).to_have_value("much")
    axe(page)


def test_the_code_is_shown_on_asking(shown, manager, turn, admin):
    page = shown(manager, f"/turns/{turn.id}")
    expect(page.get_by_text("4711")).to_have_count(0)
    page.get_by_role("button", name="Show the lock-box code").click()
    expect(page.locator("[data-lock-box-code]")).to_have_text("4711")
    assert audit_rows(admin, turn, "VIEW") == 1


def test_e_edits_and_a_conflict_is_settled_by_choosing(shown, manager, senior, turn, admin, app):
    page = shown(manager, f"/turns/{turn.id}")
    page.keyboard.press("e")
    page.wait_for_url("**/edit")
    page.get_by_label("Work order", exact=True).fill("W-mine")
    page.get_by_label("Sub-status", exact=True).fill("typed too")
    admin.execute("UPDATE turns SET wo_number = 'W-theirs', grade = 'HEAVY' WHERE id = %s", [turn.id])
    page.get_by_role("button", name="Save the turn").click()
    conflict = page.locator('[data-conflict="wo_number"]')
    expect(conflict.locator("[data-base]")).to_have_text("W-0")
    expect(conflict.locator("[data-server]")).to_have_text("W-theirs")
    expect(conflict.locator("[data-local]")).to_have_text("W-mine")
    axe(page)
    conflict.get_by_label("Work order, as it shall be").fill("W-both")
    expect(conflict.locator('input[value="merge"]')).to_be_checked()
    page.get_by_role("button", name="Save these choices").click()
    page.wait_for_url(f"**/turns/{turn.id}")
    now = row(admin, turn)
    assert (now.wo_number, now.sub_status, now.grade, now.version) == ("W-both", "typed too", "HEAVY", 3)


def test_a_conflict_in_place_keeps_what_was_typed(shown, manager, turn, admin):
    page = shown(manager, f"/turns/{turn.id}")
    page.get_by_role("link", name="Change Work order", exact=True).click()
    page.get_by_label("Work order", exact=True).fill("W-mine")
    admin.execute("UPDATE turns SET wo_number = 'W-theirs' WHERE id = %s", [turn.id])
    page.keyboard.press("Enter")
    conflict = page.locator('[data-conflict="wo_number"]')
    expect(conflict.locator("[data-local]")).to_have_text("W-mine")
    conflict.locator('input[value="local"]').check()
    page.get_by_role("button", name="Save these choices").click()
    expect(page.locator("#fact-wo_number")).to_contain_text("W-mine")
    assert row(admin, turn).wo_number == "W-mine"


def test_an_approval_names_address_and_amount_before_it_is_given(shown, home, admin):
    turn = make_turn(admin, home, **waiting("2081.50"))
    page = shown(make_user(admin, "DFO_APPROVER"), f"/approvals?property_id={home.id}")
    item = page.locator(f'[data-turn="{turn.id}"]')
    item.get_by_role("button", name="Approve $2,081.50").click()
    confirmation = page.get_by_role("button", name="Approve $2,081.50 for 8636 Tegea Way")
    expect(confirmation).to_be_visible()
    axe(page)
    confirmation.click()
    page.wait_for_url("**/approvals?*")
    assert row(admin, turn).scope_approval_status == "DFO_APPROVED"


@pytest.mark.parametrize("what", ["turn", "edit", "new", "queue", "portal"])
def test_nothing_serious_by_day_or_night_and_nothing_wider_than_a_phone(
    page, sign_in_page, manager, home, turn, admin, what
):
    vendor = make_vendor(admin)
    long = make_property(
        admin, manager, street_address="1" + "2345 Donaudampfschifffahrtsgesellschaft" * 2, unit="Apartment 12-B"
    )
    person, path = {
        "turn": (manager, f"/turns/{turn.id}"),
        "edit": (manager, f"/turns/{turn.id}/edit"),
        "new": (manager, f"/turns/new?property_id={long.id}"),
        "queue": (make_user(admin, "DFO_APPROVER"), "/approvals"),
        "portal": (make_user(admin, "VENDOR", vendor_id=vendor.id), "/portal"),
    }[what]
    make_turn(admin, long, "In Progress", **approved("9000.00"), vendor_id=vendor.id)
    make_turn(admin, make_property(admin, manager), **waiting("12081.50"))
    sign_in_page(page, person.email)
    page.goto(path)
    axe_in_every_look(page)
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate(FITS)


def test_all_of_it_works_without_a_script(browser, live_server, sign_in_page, manager, senior, turn, admin):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = sign_in_page(context.new_page(), manager.email)
    page.goto(f"/turns/{turn.id}")
    page.get_by_role("button", name="Show the lock-box code").click()
    expect(page.locator("[data-lock-box-code]")).to_have_text("4711")
    page.get_by_role("link", name="Change Work order", exact=True).click()
    page.get_by_label("Work order", exact=True).fill("W-mine")
    page.get_by_label("Trash-out needed", exact=True).check()
    admin.execute("UPDATE turns SET wo_number = 'W-theirs' WHERE id = %s", [turn.id])
    page.get_by_role("button", name="Save the turn").click()
    page.locator('[data-conflict="wo_number"] input[value="local"]').check()
    page.get_by_role("button", name="Save these choices").click()
    expect(page.locator("#fact-wo_number")).to_contain_text("W-mine")
    page.get_by_text("Put on hold").first.click()
    page.locator("textarea[name=hold_reason]").fill("Squatters")
    page.get_by_role("button", name="Put on hold").click()
    expect(page.get_by_text("On hold: Squatters")).to_be_visible()
    page.get_by_role("button", name="Take off hold").click()
    page.locator("textarea[name=body]").fill("Keys are back")
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_text("Keys are back")).to_be_visible()
    now = row(admin, turn)
    assert (now.wo_number, now.trash_out_needed, now.hold_reason) == ("W-mine", True, None)
    assert re.search(r"\d", page.title())
    context.close()


def test_its_sheet_is_a_file_as_often_as_it_is_asked_for(shown, manager, turn, admin):
    page = shown(manager, f"/turns/{turn.id}")
    button = page.get_by_role("button", name="Turn sheet")
    for times in (1, 2):
        button.focus()
        with page.expect_download() as taken:
            page.keyboard.press("Enter")
        assert taken.value.suggested_filename == f"{turn.turn_id}.pdf"
        assert audit_rows(admin, turn, "EXPORT") == times
    expect(page).to_have_url(re.compile(rf"/turns/{turn.id}$"))
    assert page.evaluate(FITS)
