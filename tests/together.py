"""Doing several things at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def at_once(acts):
    """Run all acts from the same moment on; their answers in order."""
    start = Barrier(len(acts))

    def act(one):
        start.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [waiting.result() for waiting in [pool.submit(act, one) for one in acts]]
