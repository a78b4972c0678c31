"""Every page as people with other eyes, hands and screens meet it: axe by day and night, desk and phone; 320 pixels."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.axe import axe, axe_in_every_look
from tests.factories import (
    STAGES,
    approved,
    make_notice,
    make_property,
    make_token,
    make_turn,
    make_user,
    make_vendor,
    make_webhook,
    waiting,
)
from turns_web.core.clock import today

READY = "html[data-ready]"
LONG = "Northern Sacramento Valley Heating, Ventilation & Air-Conditioning Contractors of Rancho Cordova"
LONG_EMAIL = f"{'a-long-name-' * 20}@example.test"

MANAGERS = [
    "/board",
    "/board?view=table",
    "/board?group=vendor_id",
    "/board?q=nothing-has-this",
    "/board/filters",
    "/turns/{turn}",
    "/turns/{late}",
    "/turns/{held}",
    "/turns/{turn}/edit",
    "/turns/{turn}/stage",
    "/turns/{turn}/history",
    "/turns/new?property_id={empty}",
    "/approvals",
    "/turns/{late}/change-orders",
    "/properties",
    "/properties/{home}",
    "/properties/{home}/edit",
    "/properties/new",
    "/vendors",
    "/vendors/{vendor}",
]
PAGES = [
    *[("PROPERTY_MANAGER", path) for path in MANAGERS],
    ("DFO_APPROVER", "/approvals"),
    ("DFO_APPROVER", "/approvals?part=decided"),
    ("DFO_APPROVER", "/approvals/delegations"),
    ("DFO_APPROVER", "/turns/{waiting}"),
    ("DFO_APPROVER", "/turns/{waiting}/approval"),
    ("DFO_APPROVER", "/turns/{waiting}/ask"),
    ("ADMIN", "/vendors/{vendor}/edit"),
    ("ADMIN", "/vendors/new"),
    ("ADMIN", "/admin"),
    ("ADMIN", "/admin/stages"),
    ("ADMIN", "/admin/stages/new"),
    ("ADMIN", "/admin/stages/{stage}"),
    ("ADMIN", "/admin/stages/{stage}/retire"),
    ("ADMIN", "/admin/settings"),
    ("ADMIN", "/admin/property-types"),
    ("ADMIN", "/admin/jobs"),
    ("ADMIN", "/admin/health"),
    ("ADMIN", "/audit"),
    ("ADMIN", "/audit?record_id={turn}&q=nothing-has-this"),
    ("PROPERTY_MANAGER", "/audit"),
    ("PROPERTY_MANAGER", "/audit/turns/{turn}/1"),
    ("ADMIN", "/admin/import"),
    ("ADMIN", "/admin/users"),
    ("ADMIN", "/admin/users/{manager}"),
    ("ADMIN", "/admin/users/{manager}/edit"),
    ("ADMIN", "/admin/users/{manager}/disable"),
    ("ADMIN", "/admin/webhooks"),
    ("ADMIN", "/admin/webhooks/{webhook}"),
    ("ADMIN", "/account"),
    ("ADMIN", "/admin/outbox"),
    ("ADMIN", "/admin/texts"),
    ("ADMIN", "/admin/texts/rejected"),
    ("USER", "/exports"),
    ("PROPERTY_MANAGER", "/notifications"),
    ("VENDOR", "/notifications"),
    ("VENDOR", "/portal"),
    ("PROPERTY_MANAGER", "/reports"),
    ("ADMIN", "/reports?period=year&against=year"),
    ("USER", "/board"),
    ("USER", "/api/docs"),
]


@pytest.fixture(scope="module")
def rows(database):
    """A turn in each state that looks its own way, with names as long as they get."""
    day = today("America/Los_Angeles")
    with database.admin() as connection:
        manager = make_user(connection, "PROPERTY_MANAGER")
        vendor = make_vendor(connection, company_name=LONG, insurance_expiry=day + timedelta(days=9))
        make_user(connection, "VENDOR", vendor_id=vendor.id)
        make_user(connection, "USER", markets=["Sacramento"])

        def home(**columns):
            return make_property(connection, manager, market="Sacramento", **columns)

        turn = make_turn(connection, home(street_address="12345 Winding Canyon Overlook Boulevard", unit="Apt 1204"))
        late = make_turn(
            connection,
            home(has_squatters=True, is_section_8=True),
            "In Progress",
            **approved("12056.00"),
            vendor_id=vendor.id,
            expected_completion_date=day - timedelta(days=4),
            power_status="NO",
        )
        connection.execute(
            "INSERT INTO change_orders (turn_id, number, amount, reason, status)"
            " VALUES (%(turn)s, 1, 120, %(reason)s, 'RECORDED'), (%(turn)s, 2, -99999, 'Mistyped', 'REJECTED')",
            {"turn": late.id, "reason": LONG * 3},
        )
        connection.execute(
            "INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on)"
            " VALUES (%s, %s, portfolio_today(), portfolio_today() + 9)",
            [make_user(connection, "DFO_APPROVER").id, make_user(connection, "INSPECTOR").id],
        )
        held = make_turn(connection, home(), "In Progress", **approved("310"), hold_reason="Water damage. " * 20)
        waits = make_turn(connection, home(), "Scope Approval", **waiting("6318.00"))
        done = make_turn(connection, home(), "Complete", **approved("990"), turn_completion_date=day)
        empty = home()
        make_user(connection, "INSPECTOR", first_name=LONG[:100], markets=["Sacramento", "Reno"])
        webhook = make_webhook(connection, f"https://hooks.example.com/{'a-long-path/' * 20}")
        make_token(connection, make_user(connection, "ADMIN"), name=LONG[:100])
        for key, about in (("one", turn.id), ("two", turn.id), ("three", late.id)):
            make_notice(connection, manager, key, turn_id=about, body="Two bids, please. " * 20)
        connection.execute(
            "INSERT INTO outbox (kind, payload, error, done_at) VALUES ('mail', %s, '550 No such user', now())",
            [f'{{"to": "{LONG_EMAIL}", "subject": "{LONG}", "text": "https://turns.example/{"a" * 200}"}}'],
        )
    return SimpleNamespace(
        turn=turn.id, late=late.id, held=held.id, waiting=waits.id, done=done.id,
        home=late.property_id, empty=empty.id, vendor=vendor.id, webhook=webhook.id, manager=manager.id,
        stage=STAGES["Scope Approval"],
    )  # fmt: skip


@pytest.fixture
def visitor(page, rows, sign_in_page):
    """visitor(role): a page of somebody of that role; what the policy refuses fails the test."""
    refused = []
    page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    yield lambda role: sign_in_page(page, role)
    assert not refused


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(visitor, rows, role, path):
    page = visitor(role)
    address = path.format(**vars(rows))
    answer = page.goto(address)
    assert answer.status == 200
    axe_in_every_look(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["/login", "/forgot", "/invite/never-made"])
def test_pages_before_sign_in_have_no_faults(page, path):
    page.goto(path)
    axe_in_every_look(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_an_open_menu_and_an_open_form_have_no_faults_either(visitor, rows):
    page = visitor("PROPERTY_MANAGER")
    page.goto("/board")
    page.wait_for_selector(READY)
    page.keyboard.press("j")
    page.keyboard.press("m")
    page.get_by_role("dialog").or_(page.locator(".menu__list:visible")).first.wait_for()
    axe(page)
    page.goto(f"/turns/{rows.turn}")
    page.wait_for_selector(READY)
    page.locator(".fact__edit").first.focus()
    page.keyboard.press("Enter")
    page.locator(".fact--open").wait_for()
    axe(page)


def test_colours_of_the_persons_own_are_borne(visitor, rows):
    page = visitor("PROPERTY_MANAGER")
    page.emulate_media(forced_colors="active")
    page.goto("/board")
    axe(page)
    # An icon is a mask: were its ground forced to the page's, it would be invisible.
    ground = "getComputedStyle(document.querySelector('.pill'), '::before').backgroundColor"
    assert page.evaluate(ground) != page.evaluate("getComputedStyle(document.body).backgroundColor")
