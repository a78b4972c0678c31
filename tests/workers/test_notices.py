"""Who is told of what: by the events that acts leave, through the relay, as each person chose."""

import json
from decimal import Decimal

import pytest

from tests.factories import STAGES, approved, make_property, make_turn, make_user, make_vendor, waiting
from turns_web.approvals import actions as approvals
from turns_web.approvals import change_orders
from turns_web.core import db
from turns_web.core.clock import now
from turns_web.core.identity import Identity, Role, system_identity
from turns_web.notifications import drafts
from turns_web.turns.actions import edit_turn
from turns_web.turns.moving.actions import MoveTurn, move_turn
from workers import relay


@pytest.fixture
def admin(database, app):
    with database.admin() as connection:
        connection.execute("DELETE FROM outbox")
        connection.execute("UPDATE users SET is_active = false WHERE role = 'DFO_APPROVER'")
        yield connection


@pytest.fixture
def flagged(admin):
    """In Progress tells by mail, as an administrator may have it."""
    for flag in ("true", "false"):
        admin.execute(
            f"UPDATE turn_stages SET send_email_to_users = {flag}, send_email_to_vendor = {flag} WHERE id = %s",
            [STAGES["In Progress"]],
        )
        if flag == "true":
            yield


def as_person(row):
    return Identity(user_id=row.id, role=Role(row.role), vendor_id=row.vendor_id, markets=tuple(row.markets))


def tell(admin):
    """What the relay does with all that was committed."""
    ids = [
        str(id)
        for (id,) in admin.execute("SELECT id FROM outbox WHERE done_at IS NULL AND kind NOT IN ('mail', 'webhook')")
    ]
    with db.write(system_identity()) as session:
        return relay._mark(session, ids)


def told(admin, person):
    rows = admin.execute("SELECT title FROM notifications WHERE user_id = %s AND is_shown ORDER BY 1", [person.id])
    return [title for (title,) in rows]


def mails(admin):
    """Composed, once nothing more came: by address, the subjects."""
    admin.execute("UPDATE outbox SET available_at = now() WHERE kind = 'mail'")
    with db.write(system_identity()) as session:
        drafts.compose(session, "https://turns.example")
    found: dict[str, list[str]] = {}
    for to, subject in admin.execute("SELECT payload ->> 'to', payload ->> 'subject' FROM outbox WHERE kind = 'mail'"):
        found.setdefault(to, []).append(subject)
    return found


def choose(admin, person, **notices):
    admin.execute("UPDATE users SET preferences = %s WHERE id = %s", [json.dumps({"notices": notices}), person.id])


def move(who, turn, stage, note=None):
    with db.write(as_person(who)) as session:
        command = MoveTurn(id=turn.id, version=turn.version, typed={"stage_id": STAGES[stage]}, note=note)
        move_turn(session, command, now().date())


def test_a_submitted_turn_is_told_to_all_who_may_decide_and_not_to_who_sent_it(admin):
    manager, senior = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "SR_PROPERTY_MANAGER")
    first, second = make_user(admin, "DFO_APPROVER"), make_user(admin, "DFO_APPROVER")
    gone, head = make_user(admin, "DFO_APPROVER", is_active=False), make_user(admin, "HO_APPROVER")
    home = make_property(admin, manager, senior, street_address="9507 Sea Cliff Way")
    turn = make_turn(admin, home, turn_amount="3120")
    with db.write(as_person(manager)) as session:
        approvals.submit(session, turn.id, turn.version, None)
    tell(admin)
    assert told(admin, first) == told(admin, second) == ["9507 Sea Cliff Way waits for your approval"]
    for nobody in (manager, senior, gone, head):
        assert told(admin, nobody) == []
    assert mails(admin) == {}, "in the page, unless they chose mail"


def test_what_the_dfo_passes_on_is_told_to_head_office(admin):
    dfo, head = make_user(admin, "DFO_APPROVER"), make_user(admin, "HO_APPROVER")
    turn = make_turn(admin, **waiting("9000"))
    with db.write(as_person(dfo)) as session:
        approvals.decide(session, as_person(dfo), turn.id, turn.version, "approve", None)
    tell(admin)
    assert len(told(admin, head)) == 1
    assert told(admin, dfo) == []


def test_a_rejection_goes_to_who_sent_it_and_to_the_managers_by_mail(admin):
    dfo, sender = make_user(admin, "DFO_APPROVER"), make_user(admin, "ADMIN")
    manager, other = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "PROPERTY_MANAGER")
    home = make_property(admin, manager, street_address="1 Oak Street")
    turn = make_turn(admin, home, **waiting("900", submitted_by=sender.id))
    with db.write(as_person(dfo)) as session:
        approvals.decide(session, as_person(dfo), turn.id, turn.version, "reject", "Two bids, please")
    tell(admin)
    assert told(admin, sender) == told(admin, manager) == ["1 Oak Street is rejected"]
    assert told(admin, dfo) == told(admin, other) == []
    assert mails(admin) == {who.email: ["1 Oak Street is rejected"] for who in (sender, manager)}
    text, html = admin.execute(
        "SELECT payload ->> 'text', payload ->> 'html' FROM outbox WHERE kind = 'mail'"
    ).fetchone()
    assert "Two bids, please" in text and "Two bids, please" in html
    assert f"https://turns.example/turns/{turn.id}" in text and f"https://turns.example/turns/{turn.id}" in html


def test_each_person_chooses_by_kind_and_way(admin):
    dfo = make_user(admin, "DFO_APPROVER")
    quiet, loud = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "SR_PROPERTY_MANAGER")
    choose(admin, quiet, rejected={"page": False, "mail": True})
    choose(admin, loud, rejected={"page": True, "mail": False})
    turn = make_turn(admin, make_property(admin, quiet, loud), **waiting("900"))
    with db.write(as_person(dfo)) as session:
        approvals.decide(session, as_person(dfo), turn.id, turn.version, "reject", "No")
    tell(admin)
    assert told(admin, quiet) == []
    assert len(told(admin, loud)) == 1
    assert list(mails(admin)) == [quiet.email]


def test_who_sees_the_turn_no_more_is_not_told(admin):
    dfo, former = make_user(admin, "DFO_APPROVER"), make_user(admin, "PROPERTY_MANAGER")
    turn = make_turn(admin, **waiting("900", submitted_by=former.id))
    with db.write(as_person(dfo)) as session:
        approvals.decide(session, as_person(dfo), turn.id, turn.version, "approve", None)
    tell(admin)
    assert told(admin, former) == []


def test_a_stage_that_tells_mails_the_managers_and_the_company(admin, flagged):
    company = make_vendor(admin, email="work@rivera.example")
    crew = make_user(admin, "VENDOR", vendor_id=company.id)
    manager, mover = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "ADMIN")
    home = make_property(admin, manager, street_address="2 Elm Street")
    turn = make_turn(admin, home, "Scope Approval", **approved("900"), vendor_id=company.id)
    move(mover, turn, "In Progress")
    tell(admin)
    assert told(admin, manager) == ["2 Elm Street came to In Progress"]
    assert told(admin, crew) == ["2 Elm Street: In Progress"]
    assert told(admin, mover) == []
    assert mails(admin) == {
        manager.email: ["2 Elm Street came to In Progress"],
        "work@rivera.example": ["2 Elm Street: In Progress"],
    }


def test_a_company_that_is_given_a_turn_hears_of_it_and_the_one_that_had_it_forgets(admin):
    manager = make_user(admin, "PROPERTY_MANAGER")
    old, new = make_vendor(admin), make_vendor(admin)
    had, has = make_user(admin, "VENDOR", vendor_id=old.id), make_user(admin, "VENDOR", vendor_id=new.id)
    turn = make_turn(admin, make_property(admin, manager), **approved("900"))
    for number, company in enumerate((old, new), 1):
        with db.write(as_person(manager)) as session:
            edit_turn(session, turn.id, number, {"vendor_id": company.id})
        tell(admin)
    assert len(told(admin, had)) == len(told(admin, has)) == 1
    unread = "SELECT count(*) FROM notifications WHERE user_id = %s AND read_at IS NULL"
    assert admin.execute(unread, [had.id]).fetchone() == (0,)
    assert admin.execute(unread, [has.id]).fetchone() == (1,)


def test_two_hundred_moves_of_one_act_make_one_notice_and_one_mail(admin, flagged):
    manager, mover = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "ADMIN")
    turns = [
        make_turn(
            admin, make_property(admin, manager), "Scope Approval", **approved("900"), vendor_id=make_vendor(admin).id
        )
        for _ in range(30)
    ]
    before = db.act.set("one request")
    for number, turn in enumerate(turns, 1):
        move(mover, turn, "In Progress")
        if number % 10 == 0:
            tell(admin)
    db.act.reset(before)
    assert told(admin, manager) == ["30 turns were moved to In Progress"]
    assert mails(admin) == {manager.email: ["30 turns were moved to In Progress"]}
    (text,) = admin.execute("SELECT payload ->> 'text' FROM outbox WHERE kind = 'mail'").fetchone()
    assert "and 10 more" in text
    move(mover, turns[0]._replace(version=2), "Scope Approval", "Not yet")
    move(mover, turns[0]._replace(version=3), "In Progress")
    tell(admin)
    assert len(told(admin, manager)) == 2, "another act is told by itself"


def test_what_is_added_to_a_notice_of_one_turn_leaves_no_words_about_that_one(admin, flagged):
    manager, mover = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "ADMIN")
    before = db.act.set("one request")
    for street in ("1 Oak Street", "2 Oak Street"):
        home = make_property(admin, manager, street_address=street)
        move(
            mover,
            make_turn(admin, home, "Scope Approval", **approved("900"), vendor_id=make_vendor(admin).id),
            "In Progress",
        )
        tell(admin)
    db.act.reset(before)
    said = admin.execute("SELECT title, body FROM notifications WHERE user_id = %s", [manager.id]).fetchall()
    assert said == [("2 turns were moved to In Progress", "2 Oak Street and more")]


def test_what_comes_after_its_mail_was_written_makes_another(admin):
    def draft():
        return drafts.Draft("a@example.test", None, "k", "{count} turns", "/board", 1, [drafts.Item("S", "B", "/x")])

    with db.write(system_identity()) as session:
        drafts.add(session, [draft(), draft()])
    assert mails(admin) == {"a@example.test": ["2 turns"]}
    with db.write(system_identity()) as session:
        drafts.add(session, [draft()])
    assert sorted(mails(admin)["a@example.test"]) == ["2 turns", "S"]


def test_a_question_goes_to_who_sent_the_turn_and_the_answer_to_who_asked(admin):
    dfo, manager = make_user(admin, "DFO_APPROVER"), make_user(admin, "PROPERTY_MANAGER")
    home = make_property(admin, manager, street_address="1 Oak Street")
    turn = make_turn(admin, home, **waiting("900", submitted_by=manager.id))
    with db.write(as_person(dfo)) as session:
        approvals.ask(session, as_person(dfo), turn.id, turn.version, "Two bids?")
    tell(admin)
    with db.write(as_person(manager)) as session:
        approvals.answer(session, as_person(manager), turn.id, turn.version, "One is enough")
    tell(admin)
    bodies = dict(admin.execute("SELECT user_id, body FROM notifications").fetchall())
    assert "Two bids?" in bodies[manager.id] and "One is enough" in bodies[dfo.id]
    assert (told(admin, manager), told(admin, dfo)) == (
        ["A question about 1 Oak Street"],
        ["An answer about 1 Oak Street"],
    )


def test_a_change_order_is_told_to_the_managers_and_what_becomes_of_it_to_who_recorded_it(admin):
    dfo, recorder = make_user(admin, "DFO_APPROVER"), make_user(admin, "ADMIN")
    manager = make_user(admin, "PROPERTY_MANAGER")
    turn = make_turn(admin, make_property(admin, manager, street_address="1 Oak Street"), **approved("1000"))
    with db.write(as_person(recorder)) as session:
        row = change_orders.record(session, turn.id, turn.version, Decimal("500"), "Rotten floor")
    tell(admin)
    assert told(admin, manager) == ["1 Oak Street has a change order"]
    assert told(admin, dfo) == ["1 Oak Street waits for your approval"]
    (body,) = admin.execute("SELECT body FROM notifications WHERE user_id = %s", [dfo.id]).fetchone()
    assert "$1,500.00" in body, "the new total"
    with db.write(as_person(dfo)) as session:
        approvals.decide(session, as_person(dfo), turn.id, row["version"], "reject", "Too much")
    tell(admin)
    assert told(admin, recorder) == ["1 Oak Street is rejected"]
    (body,) = admin.execute("SELECT body FROM notifications WHERE user_id = %s", [recorder.id]).fetchone()
    assert "Too much" in body


def test_nobody_but_the_relay_tells_people(admin):
    manager = make_user(admin, "PROPERTY_MANAGER")
    from turns_web.core.errors import Forbidden

    for call in ("tell_people('[]')", "who_sees('{}', '{}')", "lost_sight('{}', '{}')", "forget_notices(1)"):
        with pytest.raises(Forbidden), db.write(as_person(manager)) as session:
            session.connection().exec_driver_sql(f"SELECT {call}")


def test_who_stands_in_for_an_approver_is_told_as_they_are(admin):
    away, delegate = make_user(admin, "DFO_APPROVER"), make_user(admin, "USER")
    manager = make_user(admin, "PROPERTY_MANAGER")
    admin.execute(
        "INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on)"
        " VALUES (%s, %s, current_date - 3, current_date + 3), (%s, %s, current_date - 3, current_date + 3)",
        [away.id, delegate.id, away.id, manager.id],
    )
    turn = make_turn(admin, make_property(admin, manager), turn_amount="3120")
    with db.write(as_person(manager)) as session:
        approvals.submit(session, turn.id, turn.version, None)
    tell(admin)
    assert len(told(admin, away)) == len(told(admin, delegate)) == 1
    assert told(admin, manager) == [], "who sent it decides in nobody's name"
