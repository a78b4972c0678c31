"""What a webhook may be, when it is tried again, and when no more; in plain values."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from turns_web.webhooks.addresses import why_not_reach
from turns_web.webhooks.fields import NAMES

# Ten attempts within some twenty hours: a deployment, a night, a broken certificate are borne.
_WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 2 * 60, 10 * 60, 30 * 60, 3600, 2 * 3600, 5 * 3600, 10 * 3600)
)
MOST_ATTEMPTS = len(_WAITS) + 1

_LAST_LABEL_IS_NUMBER = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
_NAMES_OF_THIS_MACHINE = re.compile(r"(^|\.)localhost\.?$", re.IGNORECASE)


def wait_after(failures: int) -> timedelta:
    """How long after so many failed attempts (at least one) the next may be made: of an address those in a row, of a
    delivery its own."""
    return _WAITS[min(failures, len(_WAITS)) - 1]


def why_off(failures: int, error: str, *, is_gone: bool) -> str | None:
    """Why an address is asked no more, after so many failed attempts in a row; None where it is tried again."""
    if is_gone:
        return f"{error}, which says that nobody receives there any more"
    return f"{failures} attempts in a row failed: {error}" if failures >= MOST_ATTEMPTS else None


def faults(url: str, events: Collection[str], *, allow_private: bool) -> dict[str, str]:
    found = {}
    if why := _url_fault(url, allow_private=allow_private):
        found["url"] = why
    if not events:
        found["events"] = "Choose at least one event."
    elif unknown := set(events) - NAMES:
        found["events"] = f"There is no event {min(unknown)}."
    return found


def _url_fault(url: str, *, allow_private: bool) -> str | None:
    """What is wrong with an address as it is written; what its name leads to is looked at before each delivery."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "Enter a web address like https://example.com/turns."
    if parts.scheme not in ("http", "https") or not host or port == 0 or not url.isascii():
        return "Enter a web address like https://example.com/turns."
    if parts.username is not None or parts.password is not None:
        return "Leave name and password out of the address: what is sent is signed."
    if parts.fragment:
        return "Leave out what follows #: it is never sent."
    return _host_fault(host, allow_private=allow_private)


def _host_fault(host: str, *, allow_private: bool) -> str | None:
    if _NAMES_OF_THIS_MACHINE.search(host):
        return None if allow_private else why_not_reach(ip_address("127.0.0.1"), allow_private=False)
    try:
        address = ip_address(host)
    except ValueError:
        # 2130706433, 0x7f.1: other ways to write 127.0.0.1, which no name ends like.
        return "Write the address as 203.0.113.7, or as a name." if _LAST_LABEL_IS_NUMBER.search(host) else None
    return why_not_reach(address, allow_private=allow_private)
