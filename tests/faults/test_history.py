"""What forms and programs were told while the primary and a web worker were killed, held against what is there."""

import os
import signal
import threading
from collections import Counter

import psycopg
import pytest

from tests.factories import make_property, make_turn, make_user
from tests.faults.history import Person, Program
from turns_web.embedded import children

SECONDS = 30
WRITERS = (Person, Program) * 4
TURNS = 3


@pytest.fixture(scope="module")
def writers(running):
    """The history: as many clients for half a minute, in the middle of which the primary is killed, and then a worker
    between what it commits and what it answers."""
    with psycopg.connect(running.addresses().owner, autocommit=True) as connection:
        email = make_user(connection, "ADMIN").email
        turns = [str(make_turn(connection, make_property(connection)).id) for _ in range(TURNS)]
    writers = [kind(running.address, email, turns, number) for number, kind in enumerate(WRITERS)]
    done = threading.Event()
    threads = [threading.Thread(target=writer.run, args=[done]) for writer in writers]
    for thread in threads:
        thread.start()
    done.wait(SECONDS / 3)
    os.kill(running.status()["primary"]["pid"], signal.SIGKILL)
    done.wait(SECONDS / 3)
    before = [len(writer.saved) for writer in writers]
    os.kill(running.status()["web"]["workers"][0], signal.SIGKILL)
    done.wait(SECONDS / 3)
    done.set()
    for thread in threads:
        thread.join(60)
    assert children.wait_until(running.all_ok, 60)
    assert all(len(writer.saved) > earlier > 0 for writer, earlier in zip(writers, before, strict=True))
    return writers


@pytest.fixture(scope="module")
def written(running):
    """How often each word was written, by table, as the audit has it."""
    words = "SELECT table_name, coalesce(new_values ->> 'wo_number', new_values ->> 'property_id') FROM audit_logs"
    with psycopg.connect(running.addresses().owner) as connection:
        return Counter(connection.execute(words).fetchall())


def test_every_acknowledged_write_is_there_once(writers, written):
    times = Counter({word: 0 for writer in writers for word in writer.saved})
    for (table, word), number in written.items():
        if word in times:
            assert number == 1, (table, word)
            times[word] += 1
    assert min(times.values()) == 1
    # A batch's word stands in both tables.
    assert set(times.values()) == {1, 2}


def test_no_refused_write_is_there(writers, written):
    refused = {word for writer in writers for word in writer.refused}
    assert refused
    assert not refused & {word for _, word in written}


def test_nothing_else_is_there(writers, written, running):
    """Every version of a turn is somebody's acknowledged write."""
    saved = {word for writer in writers for word in writer.saved}
    with psycopg.connect(running.addresses().owner) as connection:
        turns = connection.execute("SELECT id, version, wo_number FROM turns").fetchall()
        for id, version, word in turns:
            changes = "SELECT new_values ->> 'wo_number' FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'"
            told = [word for (word,) in connection.execute(changes + " ORDER BY record_version", [id])]
            assert len(told) == version - 1
            assert told[-1] == word
            assert set(told) <= saved
