"""The front that the web server talks to: streams beside the pages, and an id on every answer.

The pages are Flask, each request in one of a few threads. What waits long (`/events`) is an async application of its
own and holds no thread. granian serves it: `turns_web.asgi:app`.
"""

import gc
import multiprocessing
import os
import re
import time
import uuid
from typing import Any

from turns_web.application import create_app
from turns_web.core import log
from turns_web.core.pools import POOL_SIZE
from turns_web.embedded.children import dies_with_parent
from turns_web.web.kept import Kept
from turns_web.web.live.stream import PATH as EVENTS
from turns_web.web.streamed import Streamed
from turns_web.web.threads import Threads

# Objects that were made and not freed; a page makes some thousands, nearly none in circles.
COLLECT_AFTER = 50_000

TIMING = b"server-timing"
WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,100}")


class Front:
    """pages: the ASGI application of everything else. streams: path -> ASGI application.

    A stream application may have `start()` and `stop()`, coroutines that are run when the server starts and ends.
    tells_time: every answer says what it cost.
    """

    def __init__(self, pages: Any, streams: dict[str, Any], *, tells_time: bool):
        self.pages = pages
        self.streams = streams
        self.tells_time = tells_time

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            stream = self.streams.get(scope["path"])
            await (stream or self.pages)(*_with_request_id(scope, receive, self._timed(send)))

    def _timed(self, send: Any) -> Any:
        """The pages tell their own statements; what is answered beside them asks for none."""
        started = time.perf_counter()

        async def send_with_time(message: Any) -> None:
            headers = message.get("headers", ())
            if message["type"] == "http.response.start" and not any(name == TIMING for name, _ in headers):
                told = f'app;dur={(time.perf_counter() - started) * 1000:.1f}, db;dur=0.0, sql;desc="0"'
                message = {**message, "headers": [*headers, (TIMING, told.encode())]}
            await send(message)

        return send_with_time if self.tells_time else send

    async def _lifespan(self, receive: Any, send: Any) -> None:
        while True:
            phase = (await receive())["type"].removeprefix("lifespan.")
            for stream in self.streams.values():
                act = getattr(stream, "start" if phase == "startup" else "stop", None)
                if act is not None:
                    await act()
            await send({"type": f"lifespan.{phase}.complete"})
            if phase == "shutdown":
                return


def _with_request_id(scope: Any, receive: Any, send: Any) -> tuple[Any, Any, Any]:
    """The caller's id where it is well formed, else a new one; the pages find it in their request's headers."""
    sent = [value for name, value in scope["headers"] if name == b"x-request-id"]
    request_id = sent[0] if sent and WELL_FORMED.fullmatch(sent[0]) else uuid.uuid4().hex.encode()
    others = [(name, value) for name, value in scope["headers"] if name != b"x-request-id"]
    scope = {**scope, "headers": [*others, (b"x-request-id", request_id)]}

    async def send_with_id(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", request_id)]}
        await send(message)

    async def received() -> Any:
        # granian's receive() gives a future; a2wsgi, which reads forms through it, wants a coroutine.
        return await receive()

    return scope, received, send_with_id


def _with_end(wsgi: Any) -> Any:
    """a2wsgi's input ends by itself. Werkzeug must be told so, or it takes a body in pieces, which has no
    Content-Length, for an empty one."""

    def ended(environ: Any, start_response: Any) -> Any:
        environ["wsgi.input_terminated"] = True
        return wsgi(environ, start_response)

    return ended


if multiprocessing.parent_process() is not None:
    # A worker of granian: without its parent it would go on holding the port.
    dies_with_parent(os.getppid())()

log.configure()
pages = create_app()
# What is loaded by now stays: the collector need not look through it again and again, nor after every few rows.
gc.freeze()
gc.set_threshold(COLLECT_AFTER)
app = Front(
    Kept(Streamed(Threads(_with_end(pages), pages, POOL_SIZE))),
    streams={EVENTS: pages.extensions["live"]},
    tells_time=not pages.config["PRODUCTION"],
)
