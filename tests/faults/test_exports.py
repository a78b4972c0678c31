"""Exports while their worker, its work-horse, the replica and Valkey are killed, emptied or frozen: each ends with one
whole file and one notice, or with words.

A lock on the table that is read holds an export in its middle for as long as a test needs.
"""

import csv
import os
import signal
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from psycopg.rows import namedtuple_row

from tests.factories import make_property, make_user
from tests.faults.running import Running
from turns_web.accounts.queries import identity_by_id
from turns_web.core import db
from turns_web.embedded import children
from turns_web.exports import actions

HOMES = 3
# What people are promised, less what the machine may be busy with.
SOON_S = 100


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("exports") / "a home")
    running.start()
    db.configure(running.settings())
    yield running
    db.dispose()
    running.stop()


@pytest.fixture(scope="module")
def admin(running):
    with psycopg.connect(running.addresses().owner, autocommit=True, row_factory=namedtuple_row) as connection:
        yield connection


@pytest.fixture
def manager(admin):
    one = make_user(admin, "PROPERTY_MANAGER")
    for _ in range(HOMES):
        make_property(admin, manager=one)
    return one


@contextmanager
def held(running):
    """Whoever reads homes waits, on both servers."""
    with psycopg.connect(running.addresses().owner) as connection:
        connection.execute("LOCK TABLE properties IN ACCESS EXCLUSIVE MODE")
        with psycopg.connect(running.addresses().replica_owner, autocommit=True) as replica:
            locked = "SELECT FROM pg_locks WHERE relation = 'properties'::regclass AND mode = 'AccessExclusiveLock'"
            assert children.wait_until(lambda: replica.execute(locked).fetchone() is not None, 10)
        yield


def ask(person, format="csv"):
    who = identity_by_id(person.id)
    with db.write(who) as session:
        return actions.ask(session, who, "properties", format, "").export.id


def state(admin, export):
    return admin.execute("SELECT * FROM exports WHERE id = %s", [export]).fetchone()


def horse(admin, export, attempt):
    """The process of that attempt, once it is in the middle of it."""

    def is_reading():
        row = state(admin, export)
        return row.status == "running" and row.attempt == attempt and row.source

    assert children.wait_until(is_reading, SOON_S, every_s=0.1), state(admin, export)
    return int(state(admin, export).worker.rpartition(":")[2])


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def ended_well(running, admin, export, person):
    assert children.wait_until(lambda: state(admin, export).status == "done", SOON_S, every_s=0.1), state(admin, export)
    row = state(admin, export)
    place = running.home / "exports" / str(export)
    assert [path.name for path in place.iterdir()] == [f"{row.attempt}.csv"]
    with (place / f"{row.attempt}.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 1 + HOMES
    assert told_of(admin, person) == ["Your file of properties (CSV) is ready"]
    return row


def told_of(admin, person):
    """What the person was told, once there is nothing left to tell."""
    untold = "SELECT FROM outbox WHERE kind = 'export' AND done_at IS NULL"
    assert children.wait_until(lambda: admin.execute(untold).fetchone() is None, 20)
    return [title for (title,) in admin.execute("SELECT title FROM notifications WHERE user_id = %s", [person.id])]


def test_a_killed_horse_and_then_a_killed_worker_leave_one_whole_file(running, admin, manager):
    with held(running):
        export = ask(manager)
        os.kill(horse(admin, export, 1), signal.SIGKILL)
        second = horse(admin, export, 2)
        os.kill(parent(second), signal.SIGKILL)
        horse(admin, export, 3)
        assert not children.alive(second), "nobody of the second attempt is left to write"
    assert ended_well(running, admin, export, manager).attempt == 3


def test_valkey_emptied_and_killed_loses_neither_what_runs_nor_what_waits(running, admin, manager):
    other = make_user(admin, "PROPERTY_MANAGER")
    for _ in range(HOMES):
        make_property(admin, manager=other)
    with held(running):
        runs = ask(manager)
        horse(admin, runs, 1)
        waits = ask(other)
        with redis.Redis.from_url(running.addresses().redis) as valkey:
            assert children.wait_until(lambda: valkey.llen("rq:queue:exports") == 1, 20)
            valkey.flushall()
        os.kill(running.status()["redis"]["pid"], signal.SIGKILL)
    ended_well(running, admin, runs, manager)
    ended_well(running, admin, waits, other)


def test_a_killed_replica_is_done_without(running, admin, manager):
    with held(running):
        export = ask(manager)
        horse(admin, export, 1)
        assert state(admin, export).source == "replica"
        os.kill(running.status()["replica"]["pid"], signal.SIGKILL)
        horse(admin, export, 2)
    ended_well(running, admin, export, manager)
    assert children.wait_until(running.all_ok, SOON_S)


def test_a_frozen_horse_holds_up_nobody(running, admin, manager):
    """Killed by the keeper after a while; the rows that it had written go with it."""
    with held(running):
        export = ask(manager)
        frozen = horse(admin, export, 1)
        os.kill(frozen, signal.SIGSTOP)
        horse(admin, export, 2)
        assert not children.alive(frozen)
    ended_well(running, admin, export, manager)


def test_a_whole_keeper_that_wakes_up_after_its_lease_ends_it_well(running, admin, manager):
    """Nobody else was there to take it up: its own reaper and its own worker find each other at it."""
    keeper = running.status()["rq"]["pid"]
    with held(running):
        export = ask(manager)
        one = horse(admin, export, 1)
        family = [keeper, parent(one), one]
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        admin.execute("UPDATE exports SET lease_until = now() - interval '1 minute' WHERE id = %s", [export])
        for pid in reversed(family):
            os.kill(pid, signal.SIGCONT)
    ended_well(running, admin, export, manager)
