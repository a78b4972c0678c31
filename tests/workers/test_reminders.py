"""What is told because time went by: once, to those whom it concerns, at the hour of each."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_property, make_turn, make_user, make_vendor, waiting
from tests.workers.test_notices import mails, told
from turns_web.core import clock, db
from turns_web.core.identity import system_identity
from turns_web.notifications import digest, reminders

TODAY = clock.today("America/Los_Angeles")


@pytest.fixture
def admin(database, app):
    with database.admin() as connection:
        for statement in (
            "DELETE FROM outbox",
            "UPDATE users SET is_active = false WHERE email LIKE '%@example.test'",
            "UPDATE vendors SET is_archived = true",
            "UPDATE turns SET is_archived = true",
        ):
            connection.execute(statement)
        yield connection


def remind():
    with db.write(system_identity()) as session:
        return reminders.remind(session, TODAY)


def waited(admin, days, **columns):
    turn = make_turn(admin, make_property(admin, street_address="1 Oak Street"), **waiting("900", **columns))
    admin.execute("UPDATE turns SET submitted_at = now() - make_interval(days => %s) WHERE id = %s", [days, turn.id])
    return turn


def test_an_approval_that_waits_two_days_is_told_once_to_who_may_decide(admin):
    dfo, head = make_user(admin, "DFO_APPROVER"), make_user(admin, "HO_APPROVER")
    waited(admin, 3)
    waited(admin, 1)
    waited(admin, 3, submitted_by=dfo.id)
    assert remind() == {dfo.id}
    remind()
    assert told(admin, dfo) == ["1 Oak Street has waited 3 days for your approval"]
    assert told(admin, head) == []
    assert mails(admin) == {dfo.email: ["1 Oak Street has waited 3 days for your approval"]}


def test_days_on_which_an_answer_was_waited_for_do_not_count(admin):
    dfo = make_user(admin, "DFO_APPROVER")
    held, asked = waited(admin, 4), waited(admin, 4)
    for turn, act, days in ((held, "ASK", 3), (held, "ANSWER", 1), (asked, "ASK", 1)):
        admin.execute(
            "INSERT INTO approval_decisions (turn_id, turn_version, decision, approver_id, decided_at)"
            " VALUES (%s, 1, %s, %s, now() - make_interval(days => %s))",
            [turn.id, act, dfo.id, days],
        )
    remind()
    assert told(admin, dfo) == ["1 Oak Street has waited 2 days for your approval"]


def test_an_insurance_that_runs_out_is_told_at_60_30_and_7_days(admin):
    boss, senior = make_user(admin, "ADMIN"), make_user(admin, "SR_PROPERTY_MANAGER")
    manager = make_user(admin, "PROPERTY_MANAGER")
    company = make_vendor(
        admin, company_name="Rivera", email="a@rivera.example", insurance_expiry=TODAY + timedelta(days=45)
    )
    crew = make_user(admin, "VENDOR", vendor_id=company.id)
    make_vendor(admin, insurance_expiry=TODAY + timedelta(days=61))
    other = make_user(admin, "VENDOR", vendor_id=make_vendor(admin).id)
    for days in (45, 44, 30, 7, 6):
        admin.execute(
            "UPDATE vendors SET insurance_expiry = %s WHERE id = %s", [TODAY + timedelta(days=days), company.id]
        )
        remind()
        remind()
    # Another last day is another insurance; of one and the same each of the three is told once.
    for person in (boss, senior, crew):
        assert len(told(admin, person)) == 5
    assert told(admin, manager) == told(admin, other) == []
    found = mails(admin)
    assert set(found) == {boss.email, senior.email, "a@rivera.example"}
    assert len(found["a@rivera.example"]) == 5


def test_a_missed_target_is_told_once_to_the_managers_and_many_in_one_mail(admin):
    manager = make_user(admin, "PROPERTY_MANAGER")
    for days in (1, 2, 0):
        make_turn(admin, make_property(admin, manager), expected_completion_date=TODAY - timedelta(days=days))
    remind()
    remind()
    assert len(told(admin, manager)) == 2
    assert mails(admin) == {manager.email: ["2 turns have missed their target"]}


def send(at):
    with db.write(system_identity()) as session:
        return digest.send_due(session, at, "America/Los_Angeles", "https://turns.example")


def test_the_digest_comes_at_seven_where_each_person_is_once_and_only_with_something_to_say(admin):
    here = make_user(admin, "PROPERTY_MANAGER")
    east = make_user(admin, "DFO_APPROVER", timezone="America/New_York")
    make_user(admin, "PROPERTY_MANAGER")
    deaf = make_user(admin, "SR_PROPERTY_MANAGER", preferences='{"notices": {"digest": false}}')
    home = make_property(admin, here, deaf)
    make_turn(admin, home, **waiting("900"), expected_completion_date=datetime(2026, 1, 5, tzinfo=UTC).date())
    at = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
    assert send(at - timedelta(minutes=1)) == 0, "it is 6:59 in New York"
    assert send(at) == 1
    assert send(at + timedelta(hours=2, minutes=59)) == 0
    assert send(at + timedelta(hours=3)) == 1
    assert send(at + timedelta(hours=3, minutes=1)) == 0
    assert mails(admin) == {
        east.email: ["Today: 1 turn waits for your approval"],
        here.email: ["Today: 1 turn is late"],
    }
    assert send(at + timedelta(days=1)) == 1
    assert told(admin, here) == [], "it is no notice of the page"
