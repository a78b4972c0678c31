"""What never changes is made once: answers that say `immutable` are kept, and given again without asking the pages.

A first visit fetches them all at once. Through the pages each takes a thread, and its turn among them.
"""

from __future__ import annotations

from typing import Any

from werkzeug.http import parse_accept_header

from turns_web.web.static_files import PREFIX

# What an asset comes in; whatever else a browser says that it takes makes no other answer.
_ENCODINGS = frozenset({"br", "gzip"})
# Far more than there are assets in all encodings.
MOST_KEPT = 1_000
_CONDITIONS = {b"if-none-match", b"if-modified-since", b"range"}
# Of the request that was answered first, not of those that are answered from here.
_ITS_OWN = {b"server-timing", b"x-request-id"}

# The path, and which of the encodings are taken.
_Key = tuple[str, frozenset[str]]


class Kept:
    """pages: the ASGI application that makes the answers."""

    def __init__(self, pages: Any):
        self._pages = pages
        self._answers: dict[_Key, list[dict[str, Any]]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] != "GET" or not scope["path"].startswith(PREFIX) or scope["query_string"]:
            return await self._pages(scope, receive, send)
        headers = dict(scope["headers"])
        taken = parse_accept_header(headers.get(b"accept-encoding", b"").decode("latin-1")).values()
        key = (scope["path"], _ENCODINGS.intersection(taken))
        if _CONDITIONS & headers.keys():
            await self._pages(scope, receive, send)
        elif key in self._answers:
            for message in self._answers[key]:
                await send(message)
        else:
            await self._pages(scope, receive, self._keeping(key, send))

    def _keeping(self, key: _Key, send: Any) -> Any:
        said: list[dict[str, Any]] = []

        async def send_and_keep(message: dict[str, Any]) -> None:
            await send(message)
            said.append(message)
            if not message.get("more_body") and message["type"] == "http.response.body":
                self._keep(key, said)

        return send_and_keep

    def _keep(self, key: _Key, said: list[dict[str, Any]]) -> None:
        start, *bodies = said
        is_immutable = any(name == b"cache-control" and b"immutable" in value for name, value in start["headers"])
        if start["status"] == 200 and is_immutable and len(self._answers) < MOST_KEPT:
            headers = [(name, value) for name, value in start["headers"] if name not in _ITS_OWN]
            self._answers[key] = [{**start, "headers": headers}, *bodies]
