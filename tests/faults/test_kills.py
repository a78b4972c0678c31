"""kill -9 of each part under a load of writes: what was acknowledged is there, and all comes back by itself."""

import os
import signal
import time

import psycopg
import pytest

from tests.conftest import PASSWORD
from tests.factories import make_user
from tests.faults.load import Writers
from turns_web.embedded import children


@pytest.fixture(scope="module")
def manager(running):
    with psycopg.connect(running.addresses().owner, autocommit=True) as connection:
        return make_user(connection, "PROPERTY_MANAGER")


def victims(running, who):
    part, _, worker = who.partition(" ")
    found = running.status()[part]
    return found["workers"][:1] if worker else [found["pid"]]


@pytest.mark.parametrize("who", ["primary", "replica", "redis", "web", "web worker", "rq", "rq worker"])
def test_a_killed_part_comes_back_and_nothing_acknowledged_is_lost(running, manager, who):
    with Writers(running.address, manager.email, PASSWORD) as writers:
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


def kept(url):
    with psycopg.connect(url) as connection:
        return {code for (code,) in connection.execute("SELECT property_id FROM properties")}
