"""/admin/webhooks, as administrators use it."""

import re

import pytest
from psycopg.rows import namedtuple_row

from tests.conftest import csrf_token
from tests.factories import make_user
from tests.web.turn_pages import form_of

PUBLIC = "https://hooks.example.com/turns"


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        connection.execute("DELETE FROM webhooks")
        connection.execute("DELETE FROM outbox")
        yield connection


@pytest.fixture
def ana(person, admin):
    return person(make_user(admin, "ADMIN").email)


def register(ana, url=PUBLIC, events=("turn.approved", "turn.rejected")):
    form = form_of(ana.get("/admin/webhooks").text, "/admin/webhooks")
    return ana.post("/admin/webhooks", data={**form, "url": url, "events": list(events)})


def press(ana, here, act, **typed):
    """The button of a webhook's page, pressed."""
    form = form_of(ana.get(here).text, f"{here}/{act}")
    return ana.post(f"{here}/{act}", data=form | typed)


def secret_on(html):
    found = re.search(r'value="(whsec_[^"]+)"', html)
    return found and found[1]


def test_a_webhook_is_registered_and_its_secret_shown_once(ana, admin):
    answer = register(ana)
    assert answer.status_code == 303
    page = ana.get(answer.location).text
    row = admin.execute("SELECT * FROM webhooks").fetchone()
    assert answer.location == f"/admin/webhooks/{row.id}"
    assert secret_on(page) == row.secret
    assert (row.url, row.events) == (PUBLIC, ["turn.approved", "turn.rejected"])
    assert secret_on(ana.get(answer.location).text) is None
    assert PUBLIC in ana.get("/admin/webhooks").text
    audit = admin.execute("SELECT new_values, changed_fields FROM audit_logs WHERE record_id = %s", [row.id]).fetchone()
    assert "secret" in audit.changed_fields and row.secret not in str(audit.new_values)
    assert admin.execute("SELECT count(*) FROM write_receipts WHERE answer::text LIKE '%%whsec%%'").fetchone() == (0,)


def test_a_form_sent_twice_registers_one(ana, admin):
    form = form_of(ana.get("/admin/webhooks").text, "/admin/webhooks")
    sent = {**form, "url": PUBLIC, "events": ["turn.created"]}
    assert len({ana.post("/admin/webhooks", data=sent).location for _ in range(2)}) == 1
    assert admin.execute("SELECT count(*) FROM webhooks").fetchone() == (1,)


@pytest.mark.parametrize(
    ("url", "events", "field"),
    [
        ("", ["turn.created"], "url"),
        ("http://127.0.0.1/", ["turn.created"], "url"),
        ("http://localhost:8000/", ["turn.created"], "url"),
        ("http://169.254.169.254/", ["turn.created"], "url"),
        ("http://[::1]/", ["turn.created"], "url"),
        ("https://a:b@example.com/", ["turn.created"], "url"),
        ("https://example.com/" + "x" * 2000, ["turn.created"], "url"),
        (PUBLIC, [], "events"),
        (PUBLIC, ["turn.sold"], "events"),
    ],
)
def test_what_cannot_be_registered_comes_back_as_it_was_typed(ana, admin, url, events, field):
    answer = register(ana, url, events)
    assert answer.status_code == 422
    assert f'data-error-for="{field}"' in answer.text
    assert not admin.execute("SELECT 1 FROM webhooks").fetchone()
    if field == "url":
        assert 'value="turn.created" checked' in answer.text


def test_a_test_is_put_on_its_way_and_listed(ana, admin):
    here = register(ana).location
    assert press(ana, here, "test").status_code == 303
    row = admin.execute("SELECT * FROM outbox WHERE kind = 'webhook'").fetchone()
    assert row.payload["body"]["type"] == "ping"
    page = ana.get(here).text
    assert f'data-delivery="{row.id}" data-status="waiting"' in page
    assert 'hx-trigger="every 2s"' in page
    admin.execute("UPDATE outbox SET done_at = now(), attempts = 1, error = 'it answered 500'")
    page = ana.get(here).text
    assert 'data-status="failed"' in page and "it answered 500" in page
    assert "hx-trigger=" not in page, "nothing moves any more, so the page asks no more"


def test_the_fragment_is_the_list_alone(ana):
    here = register(ana).location
    answer = ana.get(here, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.text.lstrip().startswith("<section")


def test_address_and_events_are_changed_under_the_same_secret(ana, admin):
    here = register(ana).location
    secret = secret_on(ana.get(here).text)
    form = form_of(ana.get(here).text, f"{here}/edit")
    sent = {**form, "url": PUBLIC + "/2", "events": ["vendor.created"]}
    assert ana.post(f"{here}/edit", data=sent).status_code == 303
    row = admin.execute("SELECT * FROM webhooks").fetchone()
    assert (row.url, row.events, row.version, row.secret) == (PUBLIC + "/2", ["vendor.created"], 2, secret)
    stale = {**form, "url": PUBLIC + "/3", "events": ["vendor.created"], "write_id": "another"}
    conflict = ana.post(f"{here}/edit", data=stale)
    assert conflict.status_code == 409
    assert 'data-conflict="url"' in conflict.text
    none = {**form_of(ana.get(here).text, f"{here}/edit"), "events": []}
    refused = ana.post(f"{here}/edit", data=none)
    assert refused.status_code == 422 and 'data-error-for="events"' in refused.text


def test_one_that_was_switched_off_by_itself_says_why_and_is_switched_on_again(ana, admin):
    here = register(ana).location
    press(ana, here, "test")
    admin.execute("UPDATE outbox SET done_at = now(), attempts = 10, error = 'it answered 500' WHERE kind = 'webhook'")
    because = "10 attempts in a row failed: it answered 500"
    admin.execute("UPDATE webhooks SET disabled_at = now(), failures = 10, disabled_because = %s", [because])
    form = form_of(ana.get(here).text, f"{here}/edit")
    assert ana.post(f"{here}/edit", data={**form, "url": PUBLIC + "/2", "events": ["turn.created"]}).status_code == 303
    page = ana.get(here).text
    assert because in page, "whoever edits it has not switched it on"
    assert "Switched off" in ana.get("/admin/webhooks").text
    token = csrf_token(page)
    refused = ana.post(f"{here}/test", data={"csrf_token": token})
    assert refused.status_code == 422 and "switch it on first" in refused.text
    assert press(ana, here, "on").status_code == 303
    row = admin.execute("SELECT disabled_at, disabled_because, failures FROM webhooks").fetchone()
    assert tuple(row) == (None, None, 0)


def test_one_is_switched_off_by_hand(ana, admin):
    here = register(ana).location
    press(ana, here, "test")
    assert press(ana, here, "off").status_code == 303
    assert admin.execute("SELECT disabled_at FROM webhooks").fetchone().disabled_at
    assert "not sent" in admin.execute("SELECT error FROM outbox WHERE kind = 'webhook'").fetchone().error
    page = ana.get(here).text
    assert "Switched off" in page and "in a row failed" not in page


def test_one_is_deleted(ana, admin):
    here = register(ana).location
    answer = press(ana, here, "delete")
    assert (answer.status_code, answer.location) == (303, "/admin/webhooks")
    assert not admin.execute("SELECT 1 FROM webhooks").fetchone()
    assert ana.get(here).status_code == 404
    actions = admin.execute("SELECT action FROM audit_logs WHERE table_name = 'webhooks' ORDER BY created_at DESC")
    assert actions.fetchone() == ("DELETE",)


def test_one_that_somebody_changed_meanwhile_is_not_deleted(ana, admin):
    here = register(ana).location
    form = form_of(ana.get(here).text, f"{here}/delete")
    admin.execute("UPDATE webhooks SET url = url || '/2'")
    assert ana.post(f"{here}/delete", data=form).status_code == 409
    assert admin.execute("SELECT version FROM webhooks").fetchone().version == 2
    assert press(ana, here, "delete").status_code == 303


@pytest.mark.parametrize("role", ["PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "DFO_APPROVER", "USER", "VENDOR"])
def test_others_are_refused(ana, person, admin, role):
    here = register(ana).location
    other = person(make_user(admin, role).email)
    assert other.get("/admin/webhooks").status_code == 403
    assert other.get(here).status_code == 403
    token = csrf_token(other.get("/account").text)
    assert other.post(f"{here}/delete", data={"csrf_token": token}).status_code == 403
    assert "/admin/webhooks" not in other.get("/account").text
