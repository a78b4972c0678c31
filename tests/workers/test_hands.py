"""A worker that the keeper keeps is there again when it ended, and is ended when it hangs."""

import os
import signal

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from turns_web.core.queue import EXPORTS
from turns_web.embedded import children
from workers import hands
from workers.hands import Hand


@pytest.fixture(autouse=True)
def soon(database, monkeypatch):
    """In this module's servers, and without the time that people are given."""
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("_STOPPED_S", "_IDLE_S", "_ASK_EVERY_S"):
        monkeypatch.setattr(hands, name, 0.5)


@pytest.fixture
def keep(database):
    """keep(is_at_work): a hand whose worker is tended for as long as somebody waits for something."""
    kept = []

    def make(is_at_work=None):
        hand = Hand(EXPORTS, database.home / "exports.log", is_at_work)
        kept.append(hand)
        return hand

    yield make
    for hand in kept:
        hand.end(5)


def tended(hand, ready):
    def look():
        hand.tend()
        return ready()

    return children.wait_until(look, 30, every_s=0.1)


def worker(hand):
    return hand._process.pid


def begun(database, hand):
    """The process of a job that goes on for longer than this test."""
    with redis.Redis.from_url(database.redis_url) as client:
        client.flushall()
        Queue(EXPORTS, connection=client, serializer=JSONSerializer).enqueue_call("time.sleep", args=[120])
    assert tended(hand, lambda: children.children(worker(hand)))
    return children.children(worker(hand))[0]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_killed_or_halted_worker_is_replaced(keep, number):
    hand = keep()
    hand.tend()
    first = worker(hand)
    os.kill(first, number)
    assert tended(hand, lambda: worker(hand) != first)
    assert not children.alive(first)


def test_a_horse_that_does_nothing_is_ended_with_its_worker(database, keep):
    hand = keep(lambda pid: False)
    horse = begun(database, hand)
    assert tended(hand, lambda: not children.alive(horse))


def test_one_that_goes_on_is_left_alone_also_while_nobody_can_tell(database, keep):
    asked = []

    def is_at_work(pid):
        asked.append(pid)
        if len(asked) % 2:
            raise ConnectionError("the database is away")
        return True

    hand = keep(is_at_work)
    horse = begun(database, hand)
    assert tended(hand, lambda: len(asked) > 4)
    assert children.alive(horse) and set(asked) == {horse}
