"""kill -9 of each part under a load of writes: what was acknowledged is there, once, and all comes back by itself."""

import os
import signal
import time

import psycopg
import pytest

from tests.conftest import PASSWORD
from tests.factories import make_property, make_turn, make_user
from tests.faults.load import Writers
from tests.faults.running import Running
from turns_web.embedded import children


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("faults") / "a home")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def turn(running):
    with psycopg.connect(running.addresses().owner, autocommit=True) as connection:
        manager = make_user(connection, "PROPERTY_MANAGER", email="manager@example.test")
        make_turn(connection, make_property(connection))  # of nobody, so that a lost filter would show
        return make_turn(connection, make_property(connection, manager=manager))


def victims(running, who):
    part, _, worker = who.partition(" ")
    found = running.status()[part]
    return found["workers"][:1] if worker else [found["pid"]]


@pytest.mark.parametrize("who", ["primary", "replica", "redis", "web", "web worker", "rq", "rq worker"])
def test_a_killed_part_comes_back_and_nothing_acknowledged_is_lost(running, turn, who):
    with Writers(running.address, "manager@example.test", PASSWORD, str(turn.id)) as writers:
        assert children.wait_until(lambda: len(writers.acknowledged) > 5, 20), writers.refused
        before = victims(running, who)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        killed_at = time.monotonic()
        assert children.wait_until(lambda: victims(running, who) != before and running.all_ok(), 60, every_s=0.1)
        took_s = time.monotonic() - killed_at
        written = len(writers.acknowledged)
        assert children.wait_until(lambda: len(writers.acknowledged) > written + 5, 20), "nobody can write any more"
    assert took_s < 60
    assert writers.refused == []
    for url in (running.addresses().owner, running.addresses().replica_owner):
        assert children.wait_until(lambda url=url: kept(url) >= set(writers.acknowledged), 10)
    assert twice(running.addresses().owner) == []


def kept(url):
    with psycopg.connect(url) as connection:
        return {body for (body,) in connection.execute("SELECT body FROM comments")}


def twice(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT body FROM comments GROUP BY body HAVING count(*) > 1").fetchall()
