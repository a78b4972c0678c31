"""The windows of a list, one after another as a person pages."""

from __future__ import annotations

import re
from html import unescape

from bench.client import PARTIAL, Client

_NEXT = re.compile(r'<a [^>]*rel="next"[^>]*href="([^"]*)"')


def last_window(client: Client, path: str) -> str:
    """The address of the last full window that the list at `path` leads to."""
    seen = [path]
    while found := _NEXT.search(client.get(seen[-1], **PARTIAL).text):
        seen.append(unescape(found[1]))
    return seen[-2] if len(seen) > 1 else path
