"""Mail over a real mail server: once, over one line, tried again where that helps, and never twice."""

import os
import signal
from datetime import timedelta

import pytest

from tests.factories import make_user
from tests.mailbox import receiving_mail
from tests.workers.test_mail import queue
from tests.working import working
from turns_web.core import db
from turns_web.core.identity import system_identity
from turns_web.embedded.children import wait_until
from turns_web.notifications import drafts, post
from workers.mail import Postman


@pytest.fixture
def mailbox():
    with receiving_mail() as mailbox:
        yield mailbox


@pytest.fixture
def admin(database, app):
    with database.admin() as connection:
        connection.execute("DELETE FROM outbox")
        yield connection


@pytest.fixture
def postman(database, mailbox):
    settings = database.settings(
        smtp_url=mailbox.url, mail_from="Turns <turns@example.com>", base_url="https://turns.example.com"
    )
    return Postman(lambda: settings)


def mail(admin, to="ana@example.test"):
    return admin.execute(
        "SELECT done_at IS NOT NULL AS is_done, error, attempts, payload ->> 'state' AS state,"
        " available_at - now() AS wait FROM outbox WHERE payload ->> 'to' = %s",
        [to],
    ).fetchone()


def due_now(admin):
    admin.execute("UPDATE outbox SET available_at = now() WHERE done_at IS NULL")


def test_a_mail_arrives_as_text_and_html_from_whom_it_should_be(admin, mailbox, postman):
    with db.write(system_identity()) as session:
        item = drafts.Item("9507 Sea Cliff Way is rejected", "Léa says:\n. no", "/turns/1")
        drafts.add(session, [drafts.Draft("ana@example.test", system_identity().user_id, "k", "", "", 1, [item])])
    due_now(admin)
    with db.write(system_identity()) as session:
        drafts.compose(session, "https://turns.example.com")
    postman.send_all()
    ((to, arrived),) = mailbox.arrived
    assert (to, arrived["To"], arrived["From"]) == ("ana@example.test", "ana@example.test", "Turns <turns@example.com>")
    assert arrived["Subject"] == "9507 Sea Cliff Way is rejected"
    (id,) = admin.execute("SELECT id FROM outbox").fetchone()
    assert arrived["Message-ID"] == f"<{id}@example.com>"
    assert arrived["List-Unsubscribe"] == "<https://turns.example.com/account#notices>"
    text, html = (arrived.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        assert "https://turns.example.com/turns/1" in part and "Léa says" in part
    assert "\n. no" in text


def test_many_mails_go_over_one_line(admin, mailbox, postman):
    for number in range(20):
        queue(system_identity(), f"person{number}@example.test")
    postman.send_all()
    assert sorted(mailbox.recipients) == sorted(f"person{number}@example.test" for number in range(20))
    assert mailbox.lines == 1
    postman.send_all()
    assert len(mailbox.arrived) == 20


@pytest.mark.parametrize("when", ["to_recipient", "to_mail"])
def test_what_is_refused_for_now_is_tried_again_and_what_is_refused_for_good_is_not(admin, mailbox, postman, when):
    getattr(mailbox, when).update({"full@example.test": "452 Mailbox full", "none@example.test": "550 No such user"})
    for to in ("full@example.test", "none@example.test", "ana@example.test"):
        queue(system_identity(), to)
    postman.send_all()
    assert mailbox.recipients == ["ana@example.test"]
    full, none = mail(admin, "full@example.test"), mail(admin, "none@example.test")
    assert (full[0], full[1], none[0], none[1]) == (False, "452 Mailbox full", True, "550 No such user")
    assert timedelta(seconds=50) < full[4] <= timedelta(minutes=1)
    getattr(mailbox, when).clear()
    due_now(admin)
    postman.send_all()
    assert mailbox.recipients == ["ana@example.test", "full@example.test"]
    assert mail(admin, "full@example.test")[:2] == (True, None)


@pytest.mark.parametrize("to", ["josé@example.test", "nobody", "ana@example.test\nBcc: all@example.test"])
def test_an_address_that_is_none_fails_and_holds_up_nobody(admin, mailbox, postman, to):
    queue(system_identity(), to)
    queue(system_identity(), "bea@example.test")
    postman.send_all()
    assert mailbox.recipients == ["bea@example.test"]
    is_done, error, *_ = mail(admin, to)
    assert is_done and error.startswith("it cannot be written")


def test_what_is_refused_again_and_again_is_given_up_with_the_reason(admin, mailbox, postman):
    mailbox.to_mail["ana@example.test"] = "451 Later"
    queue(system_identity())
    for _ in range(post.MOST_ATTEMPTS + 1):
        due_now(admin)
        postman.send_all()
    is_done, error, attempts, *_ = mail(admin)
    assert (is_done, error, attempts) == (True, "451 Later", post.MOST_ATTEMPTS)


def test_a_server_that_is_away_counts_against_no_mail(admin, database):
    queue(system_identity())
    away = Postman(lambda: database.settings(smtp_url="smtp://127.0.0.1:9"))
    away.send_all()
    is_done, error, attempts, *_ = mail(admin)
    assert (is_done, attempts) == (False, 0)
    assert "could not be reached" in error


def test_somebody_whose_account_was_closed_meanwhile_gets_no_mail(admin, mailbox, postman):
    person = make_user(admin, "PROPERTY_MANAGER")
    queue(system_identity(), person.email)
    admin.execute("UPDATE outbox SET payload = payload || jsonb_build_object('user_id', %s::text)", [str(person.id)])
    admin.execute("UPDATE users SET is_active = false WHERE id = %s", [person.id])
    postman.send_all()
    assert mailbox.arrived == []
    assert mail(admin, person.email)[:2] == (True, "not sent: the account is closed")


def test_a_worker_killed_in_the_middle_of_500_mails_sends_none_twice_and_loses_none(admin, database, mailbox):
    wanted = {f"person{number}@example.test" for number in range(500)}
    with db.write(system_identity()) as session:
        session.connection().exec_driver_sql(
            "INSERT INTO outbox (kind, payload) SELECT 'mail', jsonb_build_object('to', 'person' || n ||"
            " '@example.test', 'subject', 'S', 'text', 'T', 'html', 'H') FROM generate_series(0, 499) n"
        )
    with working(database, SMTP_URL=mailbox.url) as keeper:
        assert wait_until(lambda: len(mailbox.arrived) >= 200, 60)
        os.kill(keeper.pid, signal.SIGKILL)
        keeper.wait()
    assert len(mailbox.arrived) < 500
    # What it was at is held until its lease ends.
    due_now(admin)
    with working(database, SMTP_URL=mailbox.url):
        open_mails = "SELECT count(*) FROM outbox WHERE kind = 'mail' AND done_at IS NULL"
        assert wait_until(lambda: admin.execute(open_mails).fetchone() == (0,), 60)
    doubted = {
        to for (to,) in admin.execute("SELECT payload ->> 'to' FROM outbox WHERE payload ->> 'state' = 'doubted'")
    }
    assert len(mailbox.recipients) == len(set(mailbox.recipients)), "none arrived twice"
    assert set(mailbox.recipients) | doubted == wanted
    assert len(doubted) <= 1


def test_a_mail_of_which_nobody_knows_is_said_to_be_doubted_and_left_alone(admin, database, mailbox, postman):
    queue(system_identity())

    class Killed(BaseException):
        pass

    def killed(session, mail, answer):
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(post, "settle", killed)
        postman.send_all()
    assert (len(mailbox.arrived), mail(admin)[3]) == (1, "sending")
    due_now(admin)
    postman.send_due()
    assert wait_until(lambda: not postman._thread or not postman._thread.is_alive(), 10)
    is_done, error, _, state, _ = mail(admin)
    assert (is_done, state, len(mailbox.arrived)) == (True, "doubted", 1)
    assert "may have arrived" in error
