"""A reader of /events, as a browser is one."""

from __future__ import annotations

import http.client
import json
import queue
import socket
import threading
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit


class Stream:
    """An open stream. `next` waits for an event; `ended` for the end."""

    def __init__(self, address: str, cookie: str = "", query: str = "", **headers: str):
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie:
            headers["Cookie"] = f"turns_session={cookie}"
        self._connection.request("GET", f"/events{query}", headers=headers)
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = self._answer.headers
        self.last_id = ""
        self.beats = 0
        self._events: queue.SimpleQueue[tuple[str, dict[str, Any], float]] = queue.SimpleQueue()
        self._over = threading.Event()
        self._opened = threading.Event()
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
            assert self._opened.wait(10)

    def next(self, timeout: float = 5) -> tuple[str, dict[str, Any]]:
        kind, data, _ = self._events.get(timeout=timeout)
        return kind, data

    def next_at(self, timeout: float = 5) -> tuple[dict[str, Any], float]:
        """The next event's data and the moment it came, by time.perf_counter."""
        _, data, at = self._events.get(timeout=timeout)
        return data, at

    def nothing_before(self, kind: str, id: Any, timeout: float = 5) -> bool:
        """Whether the next event is this row's: what was told before it did not come here."""
        found, data = self.next(timeout)
        return found == kind and data["id"] == str(id)

    def ended(self, timeout: float = 5) -> bool:
        return self._over.wait(timeout)

    def close(self) -> None:
        with suppress(OSError):
            # Closing alone would not wake the thread that reads.
            self._socket.shutdown(socket.SHUT_RDWR)

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            while line := self._answer.readline():
                self._opened.set()
                text = line.decode().rstrip("\n")
                if text.startswith(":"):
                    self.beats += 1
                elif text:
                    name, _, value = text.partition(": ")
                    fields[name] = value
                else:
                    self._take(fields)
                    fields = {}
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # closed from this side, or broken off: over either way
        self._over.set()

    def _take(self, fields: dict[str, str]) -> None:
        at = time.perf_counter()
        self.last_id = fields.get("id", self.last_id)
        if "data" in fields:
            self._events.put((fields["event"], json.loads(fields["data"]), at))
