"""Where reads go that may be a second old: to the replica while it is well, to the primary while it is not."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text

from tests.factories import make_property, make_user
from turns_web.application import create_app
from turns_web.core import db
from turns_web.core.errors import Unavailable
from turns_web.core.identity import Identity, Role
from turns_web.embedded import children
from turns_web.web.auth import public


@pytest.fixture(scope="module", autouse=True)
def both_databases(database, settings):
    assert children.wait_until(lambda: connects(database.replica_url), 120, every_s=0.2)
    db.configure(settings)
    yield
    db.dispose()


@pytest.fixture
def who(database):
    with database.admin() as connection:
        made = make_user(connection, "ADMIN")
    who = Identity(user_id=made.id, role=Role.ADMIN)
    assert children.wait_until(lambda: reads_from_replica(who), 20, every_s=0.1)
    return who


def connects(url):
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def reads_from_replica(who):
    with db.read_replica(who) as session:
        return session.execute(text("SELECT pg_is_in_recovery()")).scalar_one()


def homes_seen(who):
    with db.read_replica(who) as session:
        return set(session.execute(text("SELECT id FROM properties")).scalars())


@contextmanager
def replay_paused(stack):
    with stack.replica.superuser() as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        assert children.wait_until(lambda: connection.execute(paused).fetchone() == (True,), 10)
        try:
            yield
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")


def test_a_read_sees_what_row_security_shows_and_cannot_write(who, database):
    with database.admin() as connection:
        manager = make_user(connection, "PROPERTY_MANAGER")
        mine, _ = make_property(connection, manager=manager), make_property(connection)
    theirs = Identity(user_id=manager.id, role=Role.PROPERTY_MANAGER)
    assert children.wait_until(lambda: homes_seen(theirs) == {mine.id}, 10)
    with pytest.raises(Unavailable), db.read_replica(theirs) as session:
        session.execute(text("UPDATE properties SET name = 'x'"))


def test_who_wrote_a_moment_ago_reads_it_though_the_replica_stands_still(who, database, stack):
    with replay_paused(stack):
        with database.admin() as connection:
            made = make_property(connection)
        assert made.id in homes_seen(replace(who, wrote_lately=True))


def test_a_snapshot_stands_still_and_says_as_of_when(who, database):
    count = text("SELECT count(*) FROM properties")
    before = datetime.now(UTC)
    with database.admin() as connection:
        make_property(connection)
    asked = datetime.now(UTC)
    with db.snapshot(who) as shot:
        assert shot.source == "replica" and asked <= shot.as_of <= datetime.now(UTC)
        seen = shot.session.execute(count).scalar_one()
        with database.admin() as connection:
            made = make_property(connection)
        assert children.wait_until(lambda: made.id in homes_seen(who), 10)
        assert shot.session.execute(count).scalar_one() == seen
    with db.snapshot(who, has_all=False) as shot:
        assert before < shot.as_of, "nobody wrote for a while: it is no older for that"


def test_a_snapshot_is_as_of_before_what_was_committed_after_it_began(who, database, monkeypatch):
    begin = db._begun_on_replica
    committed = []

    def begun_then_written(*given):
        begun = begin(*given)
        committed.append(datetime.now(UTC))
        with database.admin() as connection:
            make_property(connection)
        assert db.replica_in_use(has_all=True, patience_s=10)
        return begun

    monkeypatch.setattr(db, "_begun_on_replica", begun_then_written)
    with db.snapshot(who) as shot:
        assert shot.source == "replica" and shot.as_of < committed[0]


def test_a_snapshot_is_the_primary_s_while_the_replica_stands_still(who, database, stack):
    with replay_paused(stack):
        with database.admin() as connection:
            made = make_property(connection)
        with db.snapshot(who) as shot:
            assert shot.source == "primary" and made.id in set(
                shot.session.execute(text("SELECT id FROM properties")).scalars()
            )
            with pytest.raises(Unavailable), db.refusals():
                shot.session.execute(text("UPDATE properties SET name = 'x'"))


def test_a_statement_of_a_snapshot_that_takes_too_long_is_broken_off(who):
    with pytest.raises(Unavailable), db.snapshot(who, longest_s=0.05) as shot:
        shot.session.execute(text("SELECT pg_sleep(30)"))


def test_a_replica_that_falls_behind_is_left_and_taken_again(who, database, stack):
    with replay_paused(stack):
        with database.admin() as connection:
            made = make_property(connection)
        assert children.wait_until(lambda: not reads_from_replica(who), 5, every_s=0.05)
        assert made.id in homes_seen(who)
    assert children.wait_until(lambda: reads_from_replica(who), 10, every_s=0.05)
    assert made.id in homes_seen(who)


@contextmanager
def impatient_with_readers(stack):
    """The replica breaks off at once who is in the way of what it has to replay, not after half a minute."""
    with stack.replica.superuser() as connection:
        connection.execute("ALTER SYSTEM SET max_standby_streaming_delay = '50ms'")
        connection.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            connection.execute("ALTER SYSTEM RESET max_standby_streaming_delay")
            connection.execute("SELECT pg_reload_conf()")


def test_a_page_that_the_replica_breaks_off_is_read_from_the_primary(who, settings, database, stack):
    reading, asked = threading.Event(), []

    @public
    def page():
        with db.read_replica(who) as session:
            asked.append(session.execute(text("SELECT pg_is_in_recovery() FROM turn_stages LIMIT 1")).scalar_one())
            if asked[-1]:
                reading.set()
                session.execute(text("SELECT pg_sleep(60)"))
        return "read"

    app = create_app(settings)
    app.add_url_rule("/read", "read", page)
    with impatient_with_readers(stack), ThreadPoolExecutor() as threads:
        # The new application's router has looked at nothing yet.
        assert children.wait_until(lambda: reads_from_replica(who), 20, every_s=0.1)
        answer = threads.submit(lambda: app.test_client().get("/read"))
        assert reading.wait(10)
        with database.admin() as connection, connection.transaction():
            connection.execute("LOCK TABLE turn_stages IN ACCESS EXCLUSIVE MODE")
        assert answer.result(30).status_code == 200
    assert asked == [True, False]


def test_a_replica_that_hangs_holds_nobody_up(who, settings, stack):
    # Stopped, its postmaster lets nobody new in.
    db.configure(settings)
    stack.replica.process.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert not reads_from_replica(who)
        assert time.monotonic() - started < 1
    finally:
        stack.replica.process.send_signal(signal.SIGCONT)
    assert children.wait_until(lambda: reads_from_replica(who), 20, every_s=0.1)


def test_a_replica_that_is_gone_is_not_missed(who, stack):
    stack.replica.stop()
    try:
        assert not reads_from_replica(who)
    finally:
        stack.replica.bring_up()
    assert children.wait_until(lambda: reads_from_replica(who), 20, every_s=0.1)
