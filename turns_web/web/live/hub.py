"""The open streams of this process, and which events each of them gets.

Everything here runs on the event loop, so nothing is locked; what waits for the database waits in a thread.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterable

import structlog

from turns_web.core.identity import Identity
from turns_web.core.outbox import EVERYTHING, NOTICE, SESSIONS, Event
from turns_web.web.live.sight import TABLES, sees

log = structlog.get_logger(__name__)

REFETCH = b"event: refetch\ndata: {}\n\n"
_NOTICED_S = 30.0
_NOTICE = b"event: notification\ndata: {}\n\n"

# Streams that read more slowly than this many events behind are told to fetch anew.
_MOST_BEHIND = 1_000
# What a browser that was away for a moment is told afterwards.
_MOST_KEPT = 5_000
# Pages are rendered a moment before their stream opens, from a snapshot that may be a little older still.
_MARGIN_MS = 2_000

Visible = Callable[[Identity, str, list[str]], Awaitable[set[str]]]


class Listener:
    """One open stream: what waits to be sent down it."""

    def __init__(self, identity: Identity, token_hash: str):
        self.identity = identity
        self.token_hash = token_hash
        self._waiting: deque[bytes] = deque()
        self._stir = asyncio.Event()
        self._closed = False

    def put(self, line: bytes) -> None:
        if len(self._waiting) >= _MOST_BEHIND:
            self._waiting.clear()
            line = REFETCH
        self._waiting.append(line)
        self._stir.set()

    def refetch(self) -> None:
        """Some events may have been missed; what waits is part of what is fetched then."""
        self._waiting.clear()
        self.put(REFETCH)

    def close(self) -> None:
        self._closed = True
        self._stir.set()

    async def take(self) -> bytes | None:
        """What is to be sent next, as soon as there is something; None when the stream ends."""
        await self._stir.wait()
        self._stir.clear()
        if self._closed:
            return None
        lines = b"".join(self._waiting)
        self._waiting.clear()
        return lines


class Hub:
    """visible: (identity, table, ids) -> those ids that row security lets this person see."""

    def __init__(self, visible: Visible):
        self.listeners: set[Listener] = set()
        self.sessions_changed = asyncio.Event()
        self._visible = visible
        self._kept: OrderedDict[str, Event] = OrderedDict()
        # Since when nothing can have been missed; 0 while the subscription is away.
        self._whole_since_ms = 0.0
        self._asking: set[asyncio.Task] = set()
        # Who was told something lately, and when: a page between two streams asks once more.
        self._noticed: dict[str, float] = {}

    def join(self, listener: Listener, last_id: str | None, since_ms: float | None) -> None:
        """Add a stream, and tell it what it missed: after the event `last_id`, or since its page was made."""
        self.listeners.add(listener)
        if str(listener.identity.user_id) in self._noticed:
            listener.put(_NOTICE)
        if last_id:
            missed = self._after(last_id)
        elif since_ms is not None:
            missed = self._since(since_ms)
        else:
            missed = []
        if missed is None:
            listener.refetch()
            return
        for event in missed:
            self._offer([listener], event)

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)

    @property
    def latest_id(self) -> str | None:
        return next(reversed(self._kept), None)

    def tell(self, event: Event) -> None:
        """An event arrived. The relay may repeat one that was told already: that one is left out."""
        if event["kind"] == SESSIONS:
            self.sessions_changed.set()
        elif event["kind"] == EVERYTHING:
            self._refetch_all()
        elif event["kind"] == NOTICE:
            self._notice(set(event["user_ids"]))
        elif event["kind"] in TABLES and event["outbox_id"] not in self._kept:
            event["at_ms"] = time.time() * 1000
            self._kept[event["outbox_id"]] = event
            if len(self._kept) > _MOST_KEPT:
                _, dropped = self._kept.popitem(last=False)
                self._whole_since_ms = max(self._whole_since_ms, dropped["at_ms"])
            self._offer(self.listeners, event)

    def _notice(self, people: set[str]) -> None:
        self._noticed = {person: at for person, at in self._noticed.items() if time.time() - at < _NOTICED_S}
        self._noticed |= dict.fromkeys(people, time.time())
        for listener in self.listeners:
            if str(listener.identity.user_id) in people:
                listener.put(_NOTICE)

    def back(self) -> None:
        """The subscription stands, after it may have missed events."""
        self._refetch_all()

    def _refetch_all(self) -> None:
        self._kept.clear()
        self._whole_since_ms = time.time() * 1000
        for listener in self.listeners:
            listener.refetch()

    def away(self) -> None:
        self._whole_since_ms = 0.0

    def close(self) -> None:
        for listener in self.listeners:
            listener.close()

    def _after(self, last_id: str) -> list[Event] | None:
        if last_id not in self._kept or not self._whole_since_ms:
            return None
        events = list(self._kept.values())
        at = next(n for n, event in enumerate(events) if event["outbox_id"] == last_id)
        return events[at + 1 :]

    def _since(self, since_ms: float) -> list[Event] | None:
        if not self._whole_since_ms or self._whole_since_ms > since_ms - _MARGIN_MS:
            return None
        return [event for event in self._kept.values() if event["at_ms"] >= since_ms - _MARGIN_MS]

    def _offer(self, listeners: Iterable[Listener], event: Event) -> None:
        kind, now, before = event["kind"], event["concerns"], event.get("before")
        line, gone = _line(event, event["change"]), _line({**event, "stage_id": None}, "gone")
        unsure: list[Listener] = []
        for listener in listeners:
            visible = sees(listener.identity, kind, now)
            if visible is None:
                unsure.append(listener)
            elif visible:
                listener.put(line)
            elif before is not None and sees(listener.identity, kind, before):
                listener.put(gone)
        if unsure:
            task = asyncio.get_running_loop().create_task(self._ask(unsure, event, line, gone))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask(self, unsure: list[Listener], event: Event, line: bytes, gone: bytes) -> None:
        """Those whom the event alone does not tell apart: the database decides, in each one's name."""
        kind, before = event["kind"], event.get("before")
        for listener in unsure:
            try:
                visible = await self._visible(listener.identity, TABLES[kind], [event["id"]])
            except Exception as problem:
                log.warning("a listener was told to fetch anew: the database did not answer", error=str(problem))
                listener.refetch()
                continue
            if event["id"] in visible:
                listener.put(line)
            elif before is not None and sees(listener.identity, kind, before):
                listener.put(gone)


def _line(event: Event, change: str) -> bytes:
    data = {name: event[name] for name in ("id", "version", "stage_id") if name in event} | {"change": change}
    return f"id: {event['outbox_id']}\nevent: {event['kind']}\ndata: {json.dumps(data)}\n\n".encode()
