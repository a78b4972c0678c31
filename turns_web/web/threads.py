"""The threads that make pages, and what is answered while all of them are at something.

A few requests that wait for a lock hold every thread for seconds. Whoever comes then waits a while, and is told to come
again: neither they nor the server gather what nobody will read. Whoever looks after the server asks in a thread beside
them, and learns how it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask

from turns_web.core.errors import Busy
from turns_web.web.static_files import PREFIX

# Longer than a lock is waited for, twice: whoever comes behind as many as there are connections is still answered.
PATIENCE_S = 8.0
_BESIDE = frozenset({"/healthz", "/readyz", "/metrics"})


class Threads:
    """wsgi: makes the pages of `app`, in `number` threads."""

    def __init__(self, wsgi: Any, app: Flask, number: int, patience_s: float = PATIENCE_S):
        self._pages = WSGIMiddleware(wsgi, workers=number)
        self._looks = WSGIMiddleware(wsgi, workers=1)
        self._refusals = WSGIMiddleware(_busy(app), workers=1)
        self._free = asyncio.Semaphore(number)
        self._patience_s = patience_s

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] in _BESIDE:
            await self._looks(scope, receive, send)
        elif await self._gets_one(scope["path"]):
            try:
                await self._pages(scope, receive, send)
            finally:
                self._free.release()
        else:
            await self._refusals(scope, receive, send)

    async def _gets_one(self, path: str) -> bool:
        # A first visit asks for all assets at once; a page without one of them is worse than one that comes late.
        if not self._free.locked() or path.startswith(PREFIX):
            return await self._free.acquire()
        try:
            return await asyncio.wait_for(self._free.acquire(), self._patience_s)
        except TimeoutError:
            return False


def _busy(app: Flask) -> Callable[[Any, Any], Any]:
    """What a page is answered that is never begun: nothing is asked of the database, not even who it is."""

    def answer(environ: Any, start_response: Any) -> Any:
        with app.request_context(environ):
            response = app.make_response(app.handle_user_exception(Busy()))
            return app.process_response(response)(environ, start_response)

    return answer
