"""/notifications, the bell, what one chooses on /account, /admin/outbox and /admin/texts, as people use them."""

import re

import pytest
from psycopg.rows import namedtuple_row

from tests.factories import make_property, make_turn, make_user, make_vendor
from tests.web.turn_pages import form_of
from turns_web.core import db
from turns_web.core.identity import Role, system_identity
from turns_web.notifications.drafts import Draft, Item, add, compose
from turns_web.notifications.kinds import KINDS
from turns_web.notifications.mail import queue_mail


@pytest.fixture
def admin(database, app):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        for table in ("notifications", "outbox", "notification_texts"):
            connection.execute(f"DELETE FROM {table}")
        yield connection


@pytest.fixture
def manager(admin):
    return make_user(admin, "PROPERTY_MANAGER")


def tell(admin, person, turn=None, title="1 Oak Street is approved", **columns):
    given = {"user_id": person.id, "turn_id": turn and turn.id, "kind": "approved", "title": title, "link": "/board"}
    given = {**given, "key": str(columns.pop("key", title)), **columns}
    names, marks = ", ".join(given), ", ".join(["%s"] * len(given))
    insert = f"INSERT INTO notifications ({names}) VALUES ({marks}) RETURNING id"
    return admin.execute(insert, list(given.values())).fetchone().id


def shown(html):
    return re.findall(r'data-notice="([^"]+)"', html)


def unread(html):
    return int(re.search(r'id="bell"[^>]* data-unread="(\d+)"', html)[1])


def press(client, page, action, **typed):
    form = form_of(client.get(page).text, action)
    return client.post(action, data=form | typed)


def test_what_is_new_comes_first_and_the_bell_counts_it(admin, manager, person):
    read = tell(admin, manager, title="Old", read_at="now", created_at="tomorrow")
    first, second = tell(admin, manager, title="First", created_at="yesterday"), tell(admin, manager, title="Second")
    tell(admin, make_user(admin, "PROPERTY_MANAGER"), title="Of somebody else")
    tell(admin, manager, title="By mail alone", is_shown=False)
    ana = person(manager.email)
    page = ana.get("/notifications").text
    assert shown(page) == [str(second), str(first), str(read)]
    assert unread(page) == unread(ana.get("/board").text) == 2


def test_what_was_told_of_one_turn_stands_together(admin, manager, person):
    home = make_property(admin, manager, street_address="9507 Sea Cliff Way")
    turn = make_turn(admin, home)
    one, other = tell(admin, manager, turn, "Waits"), tell(admin, manager, title="Else")
    three = tell(admin, manager, turn, "Is approved")
    ana = person(manager.email)
    page = ana.get("/notifications").text
    assert shown(page) == [str(three), str(one), str(other)]
    assert "9507 Sea Cliff Way" in page and turn.turn_id in page
    assert press(ana, "/notifications", "/notifications/read", turn_id=str(turn.id)).status_code == 303
    assert unread(ana.get("/notifications").text) == 1
    press(ana, "/notifications", "/notifications/read")
    page = ana.get("/notifications").text
    assert unread(page) == 0 and "up to date" in page


def test_looking_marks_nothing_and_opening_does(admin, manager, person):
    one, other = tell(admin, manager, title="One"), tell(admin, manager, title="Other", link="/board?overdue=1")
    ana = person(manager.email)
    assert unread(ana.get("/notifications").text) == 2 == unread(ana.get("/notifications").text)
    answer = press(ana, "/notifications", f"/notifications/{other}/open")
    assert (answer.status_code, answer.location) == (303, "/board?overdue=1")
    press(ana, "/notifications", f"/notifications/{one}/read")
    assert unread(ana.get("/notifications").text) == 0


def test_nobody_marks_what_was_told_to_somebody_else(admin, manager, person):
    theirs = tell(admin, make_user(admin, "USER"))
    tell(admin, manager)
    ana = person(manager.email)
    keys = form_of(ana.get("/notifications").text, "/notifications/read")
    assert ana.post(f"/notifications/{theirs}/read", data=keys).status_code == 404
    assert admin.execute("SELECT read_at FROM notifications WHERE id = %s", [theirs]).fetchone() == (None,)


def test_windows_follow_each_other_and_show_each_once(admin, manager, person):
    made = {str(tell(admin, manager, title=f"{n}", read_at="now" if n % 3 else None)) for n in range(120)}
    ana, seen, address = person(manager.email), [], "/notifications"
    while address:
        page = ana.get(address).text
        seen += shown(page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more and more[1].replace("&amp;", "&")
    assert len(seen) == 120 and set(seen) == made
    assert ana.get("/notifications?cursor=x").status_code == 400


def test_where_several_are_listed_is_a_page_that_shows_those(person, admin):
    boss = person(make_user(admin, "SUPER_ADMIN").email)
    assert 'aria-current="true">Sent by you' in boss.get(KINDS["asked"].many_link).text
    for kind in KINDS.values():
        if Role.VENDOR not in kind.roles:
            assert boss.get(kind.many_link).status_code == 200, kind.many_link


def test_a_vendor_reads_theirs_too(admin, person):
    company = make_vendor(admin)
    crew = make_user(admin, "VENDOR", vendor_id=company.id)
    turn = make_turn(admin, make_property(admin, street_address="1 Oak Street"), vendor_id=company.id)
    tell(admin, crew, turn, "1 Oak Street is yours to do")
    tell(admin, crew, turn, "1 Oak Street: In Progress")
    page = person(crew.email).get("/notifications").text
    assert len(shown(page)) == 2 and "1 Oak Street" in page


def test_each_kind_is_chosen_by_page_and_mail(admin, manager, person):
    ana = person(manager.email)
    form = form_of(ana.get("/account").text, "/account/notices")
    assert {"rejected.page", "rejected.mail", "approved.page", "digest"} <= set(form)
    assert "approved.mail" not in form and "job_stage.page" not in form
    kept = {name: value for name, value in form.items() if name not in ("rejected.mail", "digest")}
    assert ana.post("/account/notices", data=kept | {"approved.mail": "1"}).status_code == 303
    chosen = admin.execute("SELECT preferences FROM users WHERE id = %s", [manager.id]).fetchone().preferences
    assert chosen["notices"]["rejected"] == {"page": True, "mail": False}
    assert chosen["notices"]["approved"] == {"page": True, "mail": True}
    assert chosen["notices"]["digest"] is False
    form = form_of(ana.get("/account").text, "/account/notices")
    assert "approved.mail" in form and "rejected.mail" not in form and "digest" not in form
    theme = form_of(ana.get("/account").text, "/account") | {"theme": "dark"}
    ana.post("/account", data=theme)
    assert "approved.mail" in form_of(ana.get("/account").text, "/account/notices"), "other choices leave these alone"


def queue(to="ana@example.test", **columns):
    with db.write(system_identity()) as session:
        queue_mail(
            session,
            to=to,
            subject="You are invited",
            text="Welcome <b>: https://turns.example/invite/abc",
            html="",
            **columns,
        )


def test_mail_is_read_in_the_outbox_by_administrators_alone(admin, manager, person):
    queue()
    queue("bea@example.test")
    admin.execute(
        "UPDATE outbox SET done_at = now(), error = '550 No such user' WHERE payload ->> 'to' = 'bea@example.test'"
    )
    boss = person(make_user(admin, "ADMIN").email)
    page = boss.get("/admin/outbox").text
    assert 'data-to="ana@example.test" data-status="waiting"' in page
    assert 'data-to="bea@example.test" data-status="failed"' in page and "550 No such user" in page
    assert 'href="https://turns.example/invite/abc"' in page and "Welcome &lt;b&gt;" in page
    assert "No mail server is set" in page
    assert "ana@" not in boss.get("/admin/outbox?status=failed").text
    assert "bea@" not in boss.get("/admin/outbox?q=ANA@").text
    assert boss.get("/admin/outbox?status=lost").status_code == 400
    assert person(manager.email).get("/admin/outbox").status_code == 403


def test_what_failed_or_is_doubted_is_sent_again_by_a_button_and_what_was_sent_is_not(admin, person):
    queue()
    boss = person(make_user(admin, "ADMIN").email)
    admin.execute(
        "UPDATE outbox SET done_at = now(), error = 'it may have arrived', attempts = 3,"
        ' payload = payload || \'{"state": "doubted"}\''
    )
    (id,) = admin.execute("SELECT id FROM outbox").fetchone()
    assert 'data-status="doubted"' in boss.get("/admin/outbox").text
    form = form_of(boss.get("/admin/outbox").text, f"/admin/outbox/{id}/send")
    assert boss.post(f"/admin/outbox/{id}/send", data=form).status_code == 303
    assert 'data-status="waiting"' in boss.get("/admin/outbox").text
    admin.execute("UPDATE outbox SET done_at = now()")
    answer = boss.post(f"/admin/outbox/{id}/send", data=form | {"write_id": "another"})
    assert answer.status_code == 422 and 'data-error-for="__all__"' in answer.text


def test_a_mail_that_is_gathered_is_called_as_it_will_be(admin, person, manager):
    def told(key, *subjects):
        items = [Item(subject, "", "/board") for subject in subjects]
        return Draft("ana@example.test", manager.id, key, "{count} turns are rejected", "/board", len(items), items)

    boss = person(make_user(admin, "ADMIN").email)
    with db.write(system_identity()) as session:
        add(session, [told("one", "1 Oak Street is rejected"), told("two", "First", "Second")])
    page = boss.get("/admin/outbox").text
    assert "<h2>1 Oak Street is rejected</h2>" in page and "<h2>2 turns are rejected</h2>" in page
    admin.execute("UPDATE users SET is_active = false WHERE id = %s", [manager.id])
    admin.execute("UPDATE outbox SET available_at = now()")
    with db.write(system_identity()) as session:
        compose(session, "https://turns.example")
    page = boss.get("/admin/outbox?status=failed").text
    assert "<h2>1 Oak Street is rejected</h2>" in page and "<h2>2 turns are rejected</h2>" in page


def test_an_administrator_writes_the_words_and_goes_back(admin, person):
    boss = person(make_user(admin, "ADMIN").email)
    here = "/admin/texts/approved"
    preview = press(boss, here, here, subject="Hooray: {address}", preview="1")
    assert preview.status_code == 200 and "Hooray: 9507 Sea Cliff Way, Apt 4" in preview.text
    assert admin.execute("SELECT count(*) FROM notification_texts").fetchone() == (0,)
    assert press(boss, here, here, subject="Hooray: {address}").status_code == 303
    assert "Hooray: 9507 Sea Cliff Way" in boss.get("/admin/texts").text
    row = admin.execute("SELECT * FROM notification_texts").fetchone()
    assert (row.kind, row.subject, row.version) == ("approved", "Hooray: {address}", 1)
    assert press(boss, here, f"{here}/default").status_code == 303
    assert admin.execute("SELECT count(*) FROM notification_texts").fetchone() == (0,)
    assert admin.execute("SELECT count(*) FROM audit_logs WHERE record_id = %s", [row.id]).fetchone() == (2,)


def test_what_a_new_text_leaves_out_is_as_the_default_has_it(admin, person):
    boss = person(make_user(admin, "ADMIN").email)
    form = form_of(boss.get("/admin/texts/approved").text, "/admin/texts/approved")
    default = form.pop("body")
    assert boss.post("/admin/texts/approved", data=form | {"subject": "Hooray"}).status_code == 303
    row = admin.execute("SELECT * FROM notification_texts").fetchone()
    assert (row.subject, row.body) == ("Hooray", default)


def test_a_placeholder_that_is_none_is_refused_by_name(admin, person):
    boss = person(make_user(admin, "ADMIN").email)
    answer = press(boss, "/admin/texts/approved", "/admin/texts/approved", body="{person} paid {price}")
    assert answer.status_code == 422
    assert 'data-error-for="body"' in answer.text and "There is no {price} here" in answer.text
    assert "{amount}" in answer.text and "{person} paid {price}" in answer.text


def test_two_administrators_who_change_one_text_get_the_conflict(admin, person):
    here = "/admin/texts/approved"
    first, second = (person(make_user(admin, "ADMIN").email) for _ in range(2))
    press(first, here, here, subject="One")
    late = form_of(second.get(here).text, here)
    press(first, here, here, subject="Two")
    answer = second.post(here, data=late | {"subject": "Three"})
    assert answer.status_code == 409 and 'data-conflict="subject"' in answer.text
    assert person(make_user(admin, "PROPERTY_MANAGER").email).get(here).status_code == 403
    assert first.get("/admin/texts/none").status_code == 404
