"""Whether reads may go to the replica now.

A thread of its own looks at both databases while somebody asks: a server that hangs holds up the thread and no reader,
who takes what is not known to be well for not well. Nothing is known for longer than a second.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog

from turns_web.core.replica import MOST_LAG_S, REPLAYED

log = structlog.get_logger(__name__)

# A commit is in what the primary has inserted when it is told, also where the disk is not waited for.
_WRITTEN = "SELECT pg_current_wal_insert_lsn()::text"
_EVERY_S = 0.4
# A replica that is well replays in a few milliseconds; who needs their own write waits so long for it.
_PATIENCE_S = 0.1
# Nobody has read for so long: the thread ends, the next reader starts another.
_UNUSED_S = 10.0


@dataclass(frozen=True, slots=True)
class _Known:
    """at: when it was found out. has_all_before: everything committed before that moment is on the replica. Both in
    seconds of the monotonic clock. why_not: what keeps reads from the replica, "" where nothing does."""

    at: float
    has_all_before: float
    why_not: str = ""


class Router:
    def __init__(self, primary_url: str, replica_url: str):
        self._primary = _Server(primary_url)
        self._replica = _Server(replica_url)
        self._change = threading.Condition()
        self._known = _Known(at=float("-inf"), has_all_before=float("-inf"))
        self._told_why_not = ""
        self._asked_at = 0.0
        self._is_urgent = False
        self._thread: threading.Thread | None = None
        self._closed = False

    def is_well(self, *, has_all: bool = False, patience_s: float | None = None) -> bool:
        """Whether the replica answers and is at most a second behind; with has_all, whether it has everything that was
        committed until now, for which it is given so long."""
        now = time.monotonic()
        with self._change:
            self._asked_at = now
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="replica-router", daemon=True)
                self._thread.start()
            while True:
                known = self._known
                if known.at >= now - MOST_LAG_S:
                    if known.why_not:
                        return False
                    if not has_all or known.has_all_before >= now:
                        return True
                left = now + (_PATIENCE_S if patience_s is None else patience_s) - time.monotonic()
                if left <= 0:
                    return False
                self._is_urgent = True
                self._change.notify_all()
                self._change.wait(left)

    def age_s(self) -> float:
        """Everything that was committed longer ago is on the replica, as far as is known."""
        with self._change:
            return time.monotonic() - self._known.has_all_before

    def lost(self) -> None:
        """A reader found the replica gone."""
        with self._change:
            self._learn(_Known(time.monotonic(), self._known.has_all_before, "it does not answer"))

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _work(self) -> None:
        while True:
            known = self._look()
            with self._change:
                self._learn(known)
                self._change.notify_all()
                if not self._is_urgent:
                    self._change.wait(_EVERY_S)
                self._is_urgent = False
                if self._closed or time.monotonic() - self._asked_at > _UNUSED_S:
                    self._thread = None
                    break
        self._primary.leave()
        self._replica.leave()

    def _look(self) -> _Known:
        started = time.monotonic()
        before = self._known.has_all_before
        try:
            (written,) = self._primary.ask(_WRITTEN)
        except psycopg.Error:
            return _Known(time.monotonic(), before, "the primary does not say how far it is")
        try:
            while True:
                reached, since_last_s = self._replica.ask(REPLAYED, [written])
                now = time.monotonic()
                if reached:
                    return _Known(now, started)
                if now - started >= _PATIENCE_S:
                    break
                time.sleep(0.002)
        except psycopg.Error:
            return _Known(time.monotonic(), before, "it does not answer")
        # Each of the two is a bound: the last transaction replayed may be long ago because nobody wrote, and so may the
        # last look because nobody read.
        lag_s = min(now - before, float("inf") if since_last_s is None else since_last_s)
        return _Known(now, before, f"it is {lag_s:.1f} s behind" if lag_s > MOST_LAG_S else "")

    def _learn(self, known: _Known) -> None:
        self._known = known
        if bool(known.why_not) != bool(self._told_why_not):
            if known.why_not:
                log.warning("reads go to the primary instead of the replica", reason=known.why_not)
            else:
                log.info("reads go to the replica again")
        self._told_why_not = known.why_not


class _Server:
    """One connection, made anew after it was lost."""

    def __init__(self, url: str):
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None

    def ask(self, statement: str, values: list[Any] | None = None) -> Any:
        if self._connection is None:
            self._connection = psycopg.connect(
                self._url,
                connect_timeout=2,
                autocommit=True,
                prepare_threshold=None,
                application_name="turns router",
                options="-c statement_timeout=2000",
            )
        try:
            return self._connection.execute(statement, values).fetchone()
        except psycopg.Error:
            self.leave()
            raise

    def leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
