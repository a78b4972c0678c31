"""The bell: what one is told while a page is open."""

import re

from playwright.sync_api import expect
from redis import Redis

from tests.factories import make_notice, make_property, make_turn, make_user
from workers.relay import stir


def test_the_bell_counts_what_one_is_told_meanwhile_and_leads_to_it(database, page, sign_in_page):
    with database.admin() as admin, Redis.from_url(database.redis_url) as redis:
        manager = make_user(admin, "PROPERTY_MANAGER")
        turn = make_turn(admin, make_property(admin, manager))
        sign_in_page(page, manager.email)
        bell = page.get_by_role("link", name="Notices")
        expect(page.locator(".signal")).to_have_attribute("data-state", "live")
        expect(bell).to_have_attribute("data-unread", "0")
        make_notice(admin, manager, "is approved", turn_id=turn.id, link=f"/turns/{turn.id}")
        stir({manager.id}, redis)
        expect(bell).to_have_accessible_name("Notices, 1 new")
        expect(page.locator("#announcer")).to_have_text("Notices, 1 new")
        bell.click()
        make_notice(admin, manager, "has a change order", turn_id=turn.id)
        stir({manager.id}, redis)
        expect(page.locator("[data-notice]")).to_have_count(2)
        page.get_by_role("button", name="Open").last.click()
        page.wait_for_url(re.compile(f"/turns/{turn.id}"))
        expect(bell).to_have_accessible_name("Notices, 1 new")
