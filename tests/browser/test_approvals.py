"""An approver's whole work in a real Chromium: on a phone, by keyboard alone, without a script."""

import pytest
from playwright.sync_api import expect

from tests.axe import axe
from tests.factories import make_property, make_turn, make_user, waiting
from tests.web.turn_pages import row

PHONE = {"width": 390, "height": 844}
READY = "html[data-ready]"


@pytest.fixture(scope="module")
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def dfo(admin):
    return make_user(admin, "DFO_APPROVER")


@pytest.fixture
def queue(admin, request):
    """Three turns of this test's own, the oldest first, and its part of the queue."""
    manager = make_user(admin, "PROPERTY_MANAGER")
    market = request.node.name[:100]
    streets = ("9507 Sea Cliff Way", "4290 Blackford Way", "3800 Lynhurst Way")
    turns = [
        make_turn(
            admin, make_property(admin, manager, market=market, street_address=street),
            **waiting(amount, submitted_at=f"2026-11-0{day}"),
        )
        for day, (street, amount) in enumerate(zip(streets, ("640.00", "2081.50", "412.25"), strict=True), 1)
    ]  # fmt: skip
    return turns, f"/approvals?market={market}"


def status(admin, turn):
    return row(admin, turn).scope_approval_status


def opened(page, turn):
    return page.locator(f'[aria-current="true"][data-turn="{turn.id}"]')


def box(locator):
    return locator.bounding_box()


def test_a_decision_on_a_phone_is_two_presses_of_a_thumb_and_the_next_one_opens(page, sign_in_page, admin, dfo, queue):
    turns, path = queue
    page.set_viewport_size(PHONE)
    sign_in_page(page, dfo.email)
    page.goto(path)
    page.wait_for_selector(READY)
    item = opened(page, turns[0])
    approve, reject = (item.get_by_role("button", name=f"{word} $640.00") for word in ("Approve", "Reject"))
    for button in (approve, reject):
        expect(button).to_be_in_viewport(ratio=1)
        assert box(button)["height"] >= 44
    assert box(approve)["x"] - box(reject)["x"] - box(reject)["width"] >= 24
    approve.click()
    page.get_by_role("button", name="Approve $640.00 for 9507 Sea Cliff Way").click()
    expect(opened(page, turns[1])).to_be_visible()
    expect(page.get_by_text("Approved $640.00 for 9507 Sea Cliff Way.")).to_have_count(1)
    assert status(admin, turns[0]) == "DFO_APPROVED"
    expect(opened(page, turns[1]).get_by_role("button", name="Approve $2,081.50")).to_be_in_viewport(ratio=1)
    axe(page)


def test_by_keyboard_alone_one_approves_rejects_asks_and_goes_on(page, sign_in_page, admin, dfo, queue):
    turns, path = queue
    sign_in_page(page, dfo.email)
    page.goto(path)
    page.wait_for_selector(READY)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve $640.00 for 9507 Sea Cliff Way")).to_be_focused()
    page.keyboard.press("Enter")
    expect(opened(page, turns[1])).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.type("arq: more than this home needs")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reason", exact=True)).to_have_value("arq: more than this home needs")
    page.get_by_role("button", name="Reject $2,081.50 for 4290 Blackford Way").press("Enter")
    expect(opened(page, turns[2])).to_be_visible()
    page.keyboard.press("q")
    page.get_by_label("What do you need to know?").fill("Which rooms?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f'[data-turn="{turns[2].id}"]').get_by_text("clock on hold")).to_be_visible()
    assert [status(admin, turn) for turn in turns] == ["DFO_APPROVED", "REJECTED", "DFO_APPROVAL_NEEDED"]


def test_single_keys_that_were_switched_off_decide_nothing(page, sign_in_page, admin, queue):
    turns, path = queue
    dfo = make_user(admin, "DFO_APPROVER", preferences='{"shortcuts": false}')
    sign_in_page(page, dfo.email)
    page.goto(path)
    page.wait_for_selector(READY)
    page.keyboard.press("a")
    page.keyboard.press("r")
    expect(opened(page, turns[0])).to_be_visible()
    expect(page.locator("[data-reject]:focus")).to_have_count(0)


def test_several_are_ticked_looked_at_and_approved(page, sign_in_page, admin, dfo, queue):
    turns, path = queue
    sign_in_page(page, dfo.email)
    page.goto(path)
    page.wait_for_selector(READY)
    expect(page.locator("#bulk")).to_be_hidden()
    for turn in turns:
        page.locator(f'[data-turn="{turn.id}"] input[name=turn_id]').check()
    expect(page.locator("[data-picked]")).to_have_text("3 turns")
    page.locator("#bulk").get_by_role("button", name="Approve").click()
    expect(page.locator(f'[data-refused="{turns[1].id}"]')).to_contain_text("above $1,000.00")
    axe(page)
    page.get_by_role("button", name="Approve 2 turns, $1,052.25").click()
    expect(page.get_by_text("2 turns decided on")).to_be_visible()
    assert [status(admin, turn) for turn in turns] == ["DFO_APPROVED", "DFO_APPROVAL_NEEDED", "DFO_APPROVED"]


def test_the_whole_of_it_works_without_a_script(browser, live_server, sign_in_page, admin, dfo, queue):
    turns, path = queue
    context = browser.new_context(base_url=live_server, java_script_enabled=False, viewport=PHONE)
    page = sign_in_page(context.new_page(), dfo.email)
    page.goto(path)
    opened(page, turns[0]).get_by_role("button", name="Approve $640.00").click()
    page.get_by_role("button", name="Approve $640.00 for 9507 Sea Cliff Way").click()
    opened(page, turns[1]).get_by_role("button", name="Reject $2,081.50").click()
    page.get_by_label("Photos or measures are missing").check()
    page.get_by_role("button", name="Reject $2,081.50 for 4290 Blackford Way").click()
    page.locator(f'[data-turn="{turns[2].id}"] input[name=turn_id]').check()
    page.locator("#bulk").get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Approve 1 turn, $412.25").click()
    expect(page.get_by_text("1 turn decided on")).to_be_visible()
    assert [status(admin, turn) for turn in turns] == ["DFO_APPROVED", "REJECTED", "DFO_APPROVED"]
    assert row(admin, turns[1]).reject_reason == "Photos or measures are missing"
    page.goto("/approvals?part=decided")
    expect(page.locator("#queue > li")).to_have_count(3)
    context.close()


def test_an_item_that_another_decides_on_goes_and_what_was_typed_stays(page, sign_in_page, admin, dfo, queue, person):
    from tests.web.turn_pages import post

    turns, path = queue
    sign_in_page(page, dfo.email)
    page.goto(path)
    page.wait_for_selector(READY)
    page.locator(f'[data-turn="{turns[1].id}"] [data-reject]').fill("Half a sentence")
    other = person(make_user(admin, "DFO_APPROVER").email)
    post(other, f"/turns/{turns[0].id}/approval", decision="approve", version=turns[0].version, confirm="1")
    expect(page.locator(f'[data-turn="{turns[0].id}"]')).to_have_count(0)
    expect(page.locator(f'[data-turn="{turns[1].id}"] [data-reject]')).to_have_value("Half a sentence")
