"""What was committed is told, whatever happens to Redis or to the process that committed it."""

import os
import signal

import pytest
from redis import Redis

from tests.factories import make_turn, make_user
from tests.streams import Stream
from tests.web.test_live import signed_in
from turns_web.core import db
from turns_web.core.errors import NotFound
from turns_web.core.identity import system_identity
from turns_web.embedded.children import wait_until
from turns_web.turns.events import turn_changed
from turns_web.web.live.channel import TOLD
from workers import relay


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def redis(database):
    with Redis.from_url(database.redis_url) as connection:
        yield connection


@pytest.fixture(autouse=True)
def relayed(monkeypatch, redis, admin):
    """The relay talks to this module's Redis, and finds nothing of the test before."""
    monkeypatch.setattr(relay, "_redis", lambda: redis)
    admin.execute("DELETE FROM outbox")
    redis.delete(TOLD)


def change(turn):
    with db.write(system_identity()) as session:
        turn_changed(session, turn._asdict(), "updated")


def open_rows(admin):
    return admin.execute("SELECT count(*) FROM outbox WHERE done_at IS NULL").fetchone()[0]


def grow_old(admin):
    admin.execute("UPDATE outbox SET created_at = created_at - interval '2 seconds' WHERE done_at IS NULL")


def test_what_was_told_at_once_is_marked_and_not_told_again(app, admin, redis):
    for _ in range(3):
        change(make_turn(admin))
    assert wait_until(lambda: redis.llen(TOLD) == 3, 5)
    grow_old(admin)
    relay.relay()
    assert open_rows(admin) == 0
    assert redis.llen(TOLD) == 0


def test_an_event_that_nobody_told_is_told_by_the_relay_once(live_server, app, admin, redis):
    stream = Stream(live_server, signed_in(make_user(admin, "ADMIN")))
    turn, later = make_turn(admin), make_turn(admin)
    # The process died between its commit and its telling: only the row is there.
    with db.write(system_identity()) as session:
        turn_changed(session, turn._asdict(), "moved")
        session.info.pop("after_commit")
    relay.relay()
    assert open_rows(admin) == 1, "a row younger than a second is left to the process that wrote it"
    grow_old(admin)
    relay.relay()
    relay.relay()
    assert open_rows(admin) == 0
    change(later)
    assert stream.next()[1]["id"] == str(turn.id)
    assert stream.nothing_before("turn", later.id)
    stream.close()


@pytest.mark.parametrize("fault", [KeyError("a word of it"), NotFound()])
def test_an_event_that_cannot_be_told_is_put_off_and_holds_up_no_other(app, admin, redis, monkeypatch, fault):
    turns = [make_turn(admin) for _ in range(3)]
    for turn in turns:
        with db.write(system_identity()) as session:
            turn_changed(session, turn._asdict(), "moved")
            session.info.pop("after_commit")
    grow_old(admin)
    tell_people = relay.fan_out_to_people

    def fails_over_one(session, events):
        if any(event["id"] == str(turns[1].id) for event in events):
            raise fault
        return tell_people(session, events)

    monkeypatch.setattr(relay, "fan_out_to_people", fails_over_one)
    relay.relay()
    waits = "SELECT payload ->> 'id', error, attempts, available_at > now() FROM outbox WHERE done_at IS NULL"
    assert admin.execute(waits).fetchall() == [(str(turns[1].id), type(fault).__name__, 1, True)]
    monkeypatch.setattr(relay, "fan_out_to_people", tell_people)
    admin.execute("UPDATE outbox SET available_at = now() WHERE done_at IS NULL")
    relay.relay()
    assert admin.execute("SELECT count(*) FROM outbox WHERE done_at IS NULL OR error IS NOT NULL").fetchone() == (0,)


def test_two_relays_share_the_work(app, admin, redis):
    turns = [make_turn(admin) for _ in range(4)]
    with db.write(system_identity()) as session:
        for turn in turns:
            turn_changed(session, turn._asdict(), "moved")
        session.info.pop("after_commit")
    grow_old(admin)
    with db.write(system_identity()) as session:
        held = session.execute(relay._FORGOTTEN, {"most": 3}).scalars().all()
        assert relay.tell_forgotten(redis) == 1
    assert len(held) == 3
    assert relay.tell_forgotten(redis) == 3


def test_redis_killed_and_back_loses_no_event(stack, live_server, app, admin, redis):
    stream = Stream(live_server, signed_in(make_user(admin, "ADMIN")))
    turn = make_turn(admin)
    os.kill(stack.redis.process.pid, signal.SIGKILL)
    assert wait_until(lambda: not stack.redis.running(), 5)
    change(turn)
    relay.relay()
    grow_old(admin)
    assert open_rows(admin) == 1, "it waits in the outbox"
    stack.redis.bring_up()
    assert stream.next(15)[0] == "refetch", "some events may have been missed"
    relay.relay()
    assert open_rows(admin) == 0
    assert stream.nothing_before("turn", turn.id)
    stream.close()
