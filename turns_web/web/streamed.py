"""Files go out beside the pages: once a view has said which bytes, its thread is free, however slowly they are read."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from turns_web.web.files import PLACE, Bytes

# A reader has so much before it, and the server holds no more of a file at once.
PIECE = 128 * 1024


class Streamed:
    """pages: the ASGI application whose views hand files over."""

    def __init__(self, pages: Any):
        self._pages = pages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        handed_over: list[Bytes] = []

        async def send_but_files(message: Any) -> None:
            # Their head goes out as the view made it; the body that follows it is empty, and ends the answer.
            if message["type"] == "http.response.start" or not handed_over:
                await send(message)

        await self._pages({**scope, PLACE: handed_over}, receive, send_but_files)
        if handed_over:
            await _stream(handed_over[0], receive, send)


async def _stream(what: Bytes, receive: Any, send: Any) -> None:
    gone = asyncio.ensure_future(_until_gone(receive))
    left = what.length
    try:
        with what.file as file:
            file.seek(what.start)
            while left and not gone.done():
                piece = await asyncio.to_thread(file.read, min(PIECE, left))
                if not piece:
                    break
                left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _until_gone(receive: Any) -> None:
    """The server takes what is sent to nobody without a word: who went away is to be asked for."""
    while (await receive())["type"] != "http.disconnect":
        pass
