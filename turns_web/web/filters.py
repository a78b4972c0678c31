"""How values are written for people. The only place where templates get formatting from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g

from turns_web.core import clock, money
from turns_web.core.fields import humane
from turns_web.core.identity import Role
from turns_web.schema.words import APPROVAL


def init_app(app: Flask) -> None:
    for name, filter_ in FILTERS.items():
        app.add_template_filter(filter_, name)


def money_exact(amount: Decimal | None) -> str:
    """`$1,234.50`."""
    return "" if amount is None else money.exact(amount)


def money_whole(amount: Decimal | None) -> str:
    """`$1,235`."""
    return "" if amount is None else money.whole(amount)


def day(value: date | None) -> str:
    """`Thu 12 Mar`; the year only where it is another one."""
    if value is None:
        return ""
    year = "" if value.year == clock.now().year else f" {value.year}"
    return f"{value:%a} {value.day} {value:%b}{year}"


def day_short(value: date | None) -> str:
    """`12 Mar`."""
    if value is None:
        return ""
    year = "" if value.year == clock.now().year else f" {value.year}"
    return f"{value.day} {value:%b}{year}"


def moment(value: datetime | None) -> str:
    """`Thu 12 Mar 14:03` in the reader's zone."""
    if value is None:
        return ""
    identity = g.get("identity")
    local = value.astimezone(ZoneInfo(identity.zone if identity else "UTC"))
    return f"{day(local.date())} {local:%H:%M}"


def iso(value: date | datetime | None) -> str:
    """For `<time datetime>`."""
    if value is None:
        return ""
    return value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def span(value: datetime | None, until: datetime | None = None) -> str:
    """How long since: `12 min`, `5 h`, `2 d 4 h`, `12 d`."""
    if value is None:
        return ""
    minutes = max(0, int(((until or clock.now()) - value).total_seconds() // 60))
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days >= 7 or (days and not hours):
        return f"{days} d"
    if days:
        return f"{days} d {hours} h"
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def count(number: int | None) -> str:
    """`2,412`."""
    return "" if number is None else f"{number:,}"


def size(number: int) -> str:
    """`612 KB`, `1.4 MB`: of a file, as its owner's computer counts."""
    if number < 1_000_000:
        return f"{max(1, round(number / 1000))} KB"
    return f"{number / 1_000_000:.1f} MB" if number < 1_000_000_000 else f"{number / 1_000_000_000:.1f} GB"


def plain(number: Decimal | None) -> str:
    """`2`, `2.5`: beds and baths."""
    return "" if number is None else f"{number.normalize():f}"


def initials(name: str | None) -> str:
    """`DW` for an avatar."""
    words = [word for word in (name or "").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "–"


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 turn`, `3 turns`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def approval_words(status: str) -> str:
    """What a badge of approval says."""
    return APPROVAL[status]


def role_words(role: str) -> str:
    """`Senior manager`."""
    return Role(role).words


def device(user_agent: str | None) -> str:
    """`Firefox on Windows`: enough of a browser's own words to know one's devices by."""
    told = user_agent or ""
    browser = next((words for mark, words in _BROWSERS if mark in told), "Another program")
    system = next((words for mark, words in _SYSTEMS if mark in told), "")
    return f"{browser} on {system}" if system else browser


# In this order: Edge and Opera also call themselves Chrome, Chrome calls itself Safari, Android calls itself Linux.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)

FILTERS: dict[str, Callable[..., Any]] = {
    "money": money_exact,
    "money_whole": money_whole,
    "day": day,
    "day_short": day_short,
    "moment": moment,
    "iso": iso,
    "span": span,
    "count": count,
    "plain": plain,
    "size": size,
    "initials": initials,
    "plural": plural,
    "approval_words": approval_words,
    "humane": humane,
    "role_words": role_words,
    "device": device,
}
