"""Says again and again that an export goes on, beside the work, and hears that it is not wanted any more.

In a thread with a connection of its own: the first rows of a long query may come late, and a worker that writes rows
has no time to talk.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from datetime import datetime
from types import TracebackType

import psycopg
import structlog

from turns_web.core import db
from turns_web.exports import life
from turns_web.exports.life import Claim

log = structlog.get_logger(__name__)

_EVERY_S = 0.7
# A server that sends nothing for so long while it is known not to be well is waited for no more.
_SILENT_S = 30.0
_ANSWERS_S = 5.0
_CANCEL_S = 3.0


class Stopped(Exception):
    """The export was cancelled, or another attempt has begun: what was made of it so far is thrown away."""


class Heart:
    def __init__(self, claim: Claim):
        self._claim = claim
        self._done = 0
        self._total: int | None = None
        self._as_of: datetime | None = None
        self._source: str | None = None
        self._reading: psycopg.Connection | None = None
        # Held while what reads is broken off: a cancel that comes late would meet whoever has the connection next.
        self._breaking_off = threading.Lock()
        self._is_lost = False
        self._held_at = self._moved_at = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="export-heart", daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, of: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    @property
    def is_lost(self) -> bool:
        return self._is_lost

    def reads(self, connection: psycopg.Connection, as_of: datetime, source: str) -> None:
        """Break off this connection's statement where the export is not wanted any more."""
        self._as_of, self._source, self._reading = as_of, source, connection

    def reads_no_more(self) -> None:
        """From here on the connection is somebody else's."""
        with self._breaking_off:
            self._reading = None

    def counted(self, total: int) -> None:
        self._total = total
        self.tell(0)

    def tell(self, done: int) -> None:
        """How many rows are written. Raises Stopped."""
        self._done, self._moved_at = done, time.monotonic()
        self.check()

    def check(self) -> None:
        """Raises Stopped."""
        if self._is_lost:
            raise Stopped()

    def _beat(self) -> None:
        while not self._over.wait(_EVERY_S):
            try:
                goes_on = life.go_on(self._claim, self._done, self._total, self._as_of, self._source)
            except Exception as problem:
                # The primary may be away for a moment; after the lease somebody else has begun.
                log.warning("an export cannot say that it goes on", export_id=str(self._claim.id), error=str(problem))
                goes_on = time.monotonic() - self._held_at < life.LEASE_S
            else:
                self._held_at = time.monotonic()
            if not goes_on:
                self._is_lost = True
                self._break_off()
                return
            self._give_up_on_silence()

    def _break_off(self) -> None:
        """Whoever waits for the next row waits no more."""
        with self._breaking_off:
            if self._reading is None:
                return
            try:
                self._reading.cancel_safe(timeout=_CANCEL_S)
            except psycopg.Error as problem:
                log.warning("a statement cannot be cancelled", export_id=str(self._claim.id), error=str(problem))
                _cut(self._reading)

    def _give_up_on_silence(self) -> None:
        """A replica that hangs would be waited for for ever."""
        if self._source != "replica" or time.monotonic() - self._moved_at < _SILENT_S:
            return
        if self._reading is None or db.replica_in_use(patience_s=_ANSWERS_S):
            return
        with self._breaking_off:
            if self._reading is not None:
                log.warning("a replica that does not answer is waited for no more", export_id=str(self._claim.id))
                _cut(self._reading)


def _cut(connection: psycopg.Connection) -> None:
    try:
        with socket.socket(fileno=os.dup(connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
    except (OSError, psycopg.Error):
        pass  # it is closed already
