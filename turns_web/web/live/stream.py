"""/events: an ASGI handler beside Flask, so that an open stream holds neither a thread nor a database connection."""

from __future__ import annotations

import asyncio
import math
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

import structlog
from werkzeug.http import parse_cookie

from turns_web.core.identity import Identity
from turns_web.core.tokens import hash_of
from turns_web.web import tokens
from turns_web.web.live.hub import Hub, Listener
from turns_web.web.live.subscription import listen

log = structlog.get_logger(__name__)

PATH = "/events"
HEARTBEAT_S = 15.0
# Sign-out is told through Redis at once; this is for what nobody told (an account disabled by SQL).
RECHECK_S = 2.0
_MOST_STREAMS = 2_000
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, private"),
    (b"vary", b"Cookie, Authorization"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
# token hashes -> the live identity behind each; those that have none (any more) are missing.
Present = Callable[[Sequence[str]], dict[str, Identity]]
# (identity, table, ids) -> those of the ids that this person may see.
Visible = Callable[[Identity, str, list[str]], set[str]]


class Streams:
    """The application's /events. `start` and `stop` belong to the server's lifespan."""

    def __init__(self, redis_url: str, cookie: str, present: Present, visible: Visible):
        self._redis_url = redis_url
        self._cookie = cookie
        self._present = present
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="live")
        self._visible = visible
        self.hub = Hub(self._ask_visible)
        self._tasks: list[asyncio.Task] = []
        self._stopping = False

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        work = (listen(self._redis_url, self.hub), self._recheck(), self._beat())
        self._tasks = [loop.create_task(one) for one in work]
        for number in (signal.SIGTERM, signal.SIGINT):
            self._end_on(number, loop)

    def _end_on(self, number: signal.Signals, loop: asyncio.AbstractEventLoop) -> None:
        """The server waits for open answers before it runs down the lifespan: streams end on the signal itself."""
        before = signal.getsignal(number)

        def end(*told: Any) -> None:
            loop.call_soon_threadsafe(self._end_streams)
            if callable(before):
                before(*told)

        # Elsewhere than in the main thread nobody may listen for signals; then the lifespan's end has to do.
        with suppress(ValueError):
            signal.signal(number, end)

    def _end_streams(self) -> None:
        self._stopping = True
        self.hub.close()

    async def stop(self) -> None:
        self._end_streams()
        for task in self._tasks:
            task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            return await _answer(send, 405, b"Only GET is answered here.\n", [(b"allow", b"GET")])
        if self._stopping or len(self.hub.listeners) >= _MOST_STREAMS:
            return await _answer(send, 503, b"Try again in a few seconds.\n", [(b"retry-after", b"5")])
        headers = _headers(scope)
        hashed = self._token_hash(headers)
        try:
            found = await self._in_thread(self._present, [hashed]) if hashed else {}
        except Exception as problem:
            log.warning("a stream was refused: the database did not answer", error=str(problem))
            return await _answer(send, 503, b"Try again in a few seconds.\n", [(b"retry-after", b"5")])
        if hashed is None or hashed not in found:
            return await _answer(send, 401, b"Sign in first.\n", [(b"www-authenticate", b"Bearer")])
        listener = Listener(found[hashed], hashed)
        self.hub.join(listener, headers.get("last-event-id"), _since(scope))
        try:
            await self._stream(listener, receive, send)
        finally:
            self.hub.leave(listener)

    async def _stream(self, listener: Listener, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _send(send, b"retry: 1000\n" + self._mark())
        reading = asyncio.ensure_future(_until_gone(receive, listener))
        try:
            while (lines := await listener.take()) is not None:
                await _send(send, lines)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, RuntimeError):
            # Whoever listened went away in the middle of a line.
            listener.close()
        finally:
            reading.cancel()

    def _mark(self) -> bytes:
        """Where a browser stands that was told nothing lately, for the `Last-Event-ID` of its next connection."""
        latest = self.hub.latest_id
        return f"id: {latest}\n\n".encode() if latest else b":\n\n"

    async def _beat(self) -> None:
        """One clock for all streams: a timer each would cost more than what it sends."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for listener in self.hub.listeners:
                listener.put(b":\n" + self._mark())

    async def _recheck(self) -> None:
        """Close the streams of those who signed out, were disabled, or whose rights changed."""
        while True:
            try:
                await asyncio.wait_for(self.hub.sessions_changed.wait(), RECHECK_S)
            except TimeoutError:
                pass
            self.hub.sessions_changed.clear()
            listeners = list(self.hub.listeners)
            if not listeners:
                continue
            try:
                present = await self._in_thread(self._present, list({each.token_hash for each in listeners}))
            except Exception as problem:
                # Nobody is signed out by a database that is away for a moment; only ids could be told meanwhile.
                log.warning("open streams could not be checked", error=str(problem))
                continue
            for listener in listeners:
                if _rights(present.get(listener.token_hash)) != _rights(listener.identity):
                    listener.close()

    async def _ask_visible(self, identity: Identity, table: str, ids: list[str]) -> set[str]:
        return await self._in_thread(self._visible, identity, table, ids)

    async def _in_thread(self, act: Callable, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, act, *arguments)

    def _token_hash(self, headers: dict[str, str]) -> str | None:
        token = tokens.bearer_of(headers.get("authorization"))
        if token is None:
            token = parse_cookie(headers.get("cookie", "")).get(self._cookie)
        return hash_of(token) if token and len(token) <= tokens.LONGEST else None


def _rights(identity: Identity | None) -> tuple | None:
    """What decides which rows somebody sees."""
    if identity is None:
        return None
    return identity.user_id, identity.role, identity.markets, identity.vendor_id


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.close()


async def _send(send: Send, lines: bytes) -> None:
    await send({"type": "http.response.body", "body": lines, "more_body": True})


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store, private"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _headers(scope: dict[str, Any]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _since(scope: dict[str, Any]) -> float | None:
    """`age`: how many milliseconds ago the page was made, so that it misses nothing before its stream opened."""
    try:
        age_ms = float(parse_qs(scope["query_string"].decode("latin-1"))["age"][0])
    except (KeyError, ValueError):
        return None
    return time.time() * 1000 - age_ms if math.isfinite(age_ms) else None
