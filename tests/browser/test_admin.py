"""Stages in a real Chromium: put in order by drag, by keys and without a script, and retired with their turns."""

import pytest
from playwright.sync_api import expect

from tests.axe import axe, axe_in_every_look
from tests.factories import STAGES, approved, make_property, make_turn, make_user, make_vendor, waiting

READY = "html[data-ready]"
SCOPE, WALK = STAGES["Scope Approval"], STAGES["Final Walk"]


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.execute(
            "UPDATE turn_stages SET is_active = true, display_order = p.n"
            " FROM unnest(%s::uuid[]) WITH ORDINALITY AS p (id, n) WHERE turn_stages.id = p.id",
            [list(STAGES.values())],
        )
        yield connection


@pytest.fixture
def stages(page, admin, sign_in_page):
    sign_in_page(page, make_user(admin, "ADMIN").email)
    page.goto("/admin/stages")
    page.wait_for_selector(READY)
    return page


def shown(page):
    return page.locator("[data-order-item] .badge")


def test_a_stage_is_dragged_to_its_place_and_everybody_gets_that_order(stages):
    grips = stages.locator("[data-grip]")
    to = grips.nth(1).bounding_box()
    grips.nth(3).hover()
    stages.mouse.down()
    stages.mouse.move(to["x"] + 4, to["y"] + 10, steps=4)
    stages.mouse.move(to["x"] + 4, to["y"] - 2, steps=2)
    with stages.expect_response("**/admin/stages/order") as answer:
        stages.mouse.up()
    assert answer.value.status == 200
    wanted = ["Draft", "Final Walk", "Scope Approval", "In Progress", "Complete"]
    expect(shown(stages)).to_have_text(wanted)
    stages.goto("/board")
    expect(stages.locator(".column-head h2")).to_have_text(wanted)


def test_by_keys_a_stage_goes_step_by_step_and_focus_stays_with_it(stages):
    stages.locator(f"#stage-{WALK}-up").focus()
    for wanted in (["Final Walk", "In Progress"], ["Final Walk", "Scope Approval", "In Progress"]):
        stages.keyboard.press("Enter")
        expect(shown(stages)).to_have_text(["Draft", *_with(wanted), "Complete"])
        expect(stages.locator(f"#stage-{WALK}-up")).to_be_focused()


def _with(wanted):
    return wanted if "Scope Approval" in wanted else ["Scope Approval", *wanted]


def test_a_refused_order_is_said_and_put_back(stages):
    stages.locator(f"#stage-{STAGES['Complete']}-up").click()
    expect(stages.get_by_text("Final Walk cannot come after it")).to_be_visible()
    expect(shown(stages)).to_have_text(list(STAGES))
    axe(stages)


def test_without_a_script_it_is_ordered_and_retired_all_the_same(browser, live_server, admin, sign_in_page):
    for _ in range(2):
        make_turn(admin, make_property(admin), "Final Walk", **approved(900), vendor_id=make_vendor(admin).id)
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = sign_in_page(context.new_page(), make_user(admin, "ADMIN").email)
    page.goto("/admin/stages")
    page.get_by_role("button", name="Scope Approval one place down").click()
    expect(shown(page).nth(2)).to_have_text("Scope Approval")
    page.get_by_role("link", name="Retire Final Walk").click()
    page.get_by_role("radio", name="Complete").check()
    page.get_by_role("button", name="Retire it and move 2 turns").click()
    expect(page.get_by_text("The stage is retired, and 2 turns moved.")).to_be_visible()
    expect(shown(page)).to_have_text(["Draft", "In Progress", "Scope Approval", "Complete"])
    context.close()


def test_a_limit_that_touches_a_waiting_turn_is_confirmed(page, admin, sign_in_page):
    turn = make_turn(admin, make_property(admin), "Scope Approval", **waiting("8000"))
    sign_in_page(page, make_user(admin, "ADMIN").email)
    page.goto("/admin/settings")
    page.locator("[data-setting=ho_limit] [name=value]").first.fill("9,000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="from $7,500.00 to $9,000.00?")).to_be_visible()
    expect(page.get_by_role("link", name=turn.turn_id)).to_be_visible()
    axe_in_every_look(page)
    page.get_by_role("button", name="Change it to $9,000.00").press("Enter")
    expect(page.get_by_text("HO limit is saved.")).to_be_visible()
