"""Whoever asks for what is being counted waits for it; whoever asks for something else does not."""

import threading

from turns_web.reports.kept import Kept


def test_one_at_a_time_for_each_key():
    kept = Kept(None)
    counting, may_end = threading.Event(), threading.Event()
    told = []

    def count(name, key):
        with kept.alone(key):
            if name == "first":
                counting.set()
                assert may_end.wait(10)
            told.append(name)

    first = threading.Thread(target=count, args=("first", "a"))
    first.start()
    assert counting.wait(10)
    second = threading.Thread(target=count, args=("second", "a"))
    second.start()
    count("other", "b")
    assert told == ["other"]
    may_end.set()
    first.join(10)
    second.join(10)
    assert told == ["other", "first", "second"]


def test_what_is_kept_here_is_bounded():
    kept = Kept(None)
    for number in range(1000):
        kept.put(str(number), b"told")
    assert kept.get("0") is None and kept.get("999") == b"told"
