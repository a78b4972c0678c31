"""Mail is a row first, and goes out once."""

import pytest

from tests.factories import make_user
from turns_web.core import db
from turns_web.core.identity import Identity, Role, system_identity
from turns_web.core.outbox import emit
from turns_web.notifications.mail import queue_mail


@pytest.fixture
def admin(database, app):
    with database.admin() as connection:
        connection.execute("DELETE FROM outbox")
        yield connection


def queue(who, to="ana@example.test", **other):
    with db.write(who) as session:
        queue_mail(session, to=to, subject="A subject", text="Text", html="<p>Text</p>", **other)


def queued(admin):
    return admin.execute("SELECT payload ->> 'to' FROM outbox WHERE kind = 'mail' ORDER BY 1").fetchall()


def as_person(row):
    return Identity(user_id=row.id, role=Role(row.role))


def test_what_is_told_by_a_key_is_told_once(admin):
    manager = as_person(make_user(admin, "PROPERTY_MANAGER"))
    queue(manager, key="one")
    queue(manager, key="one")
    queue(system_identity(), key="one")
    queue(manager)
    queue(manager)
    assert len(queued(admin)) == 3


def test_what_opens_a_super_administrators_account_is_read_by_super_administrators_alone(admin):
    queue(system_identity(), "super@example.test", only_super=True)
    queue(system_identity(), "ana@example.test")

    def read_by(role):
        with db.read(as_person(make_user(admin, role))) as session:
            mails = session.connection().exec_driver_sql("SELECT payload ->> 'to' FROM outbox ORDER BY 1")
            return [to for (to,) in mails]

    assert read_by("SUPER_ADMIN") == ["ana@example.test", "super@example.test"]
    assert read_by("ADMIN") == ["ana@example.test"]
    assert read_by("PROPERTY_MANAGER") == []


def test_an_event_says_who_did_it_and_as_part_of_what(admin):
    manager = as_person(make_user(admin, "PROPERTY_MANAGER"))
    before = db.act.set("one request")
    with db.write(manager) as session:
        emit(session, "turn", id="1")
    db.act.reset(before)
    with db.write(system_identity()) as session:
        emit(session, "turn", id="2")
    events = dict(admin.execute("SELECT payload ->> 'id', payload FROM outbox").fetchall())
    assert (events["1"]["by"], events["1"]["act"]) == (str(manager.user_id), "one request")
    assert (events["2"]["by"], "act" in events["2"]) == (str(system_identity().user_id), False)
