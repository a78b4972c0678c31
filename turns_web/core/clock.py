"""The time. One place, so that "today" is asked of a zone and never of the machine."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def now() -> datetime:
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar day it is in `zone`, an IANA name."""
    return now().astimezone(ZoneInfo(zone)).date()


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
