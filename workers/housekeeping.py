"""What keeps the database in order, whoever is signed in."""

from datetime import date

from sqlalchemy import text

from turns_web.core.clock import now
from turns_web.core.db import write
from turns_web.core.identity import system_identity

MONTHS_AHEAD = 2


def keep_house() -> None:
    with write(system_identity(), context="housekeeping") as session:
        for month in months_from(now().date(), MONTHS_AHEAD):
            session.execute(text("SELECT ensure_audit_partition(:month)"), {"month": month})


def months_from(day: date, ahead: int) -> list[date]:
    """The first days of this month and of so many after it."""
    first = day.year * 12 + day.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, first + ahead + 1)]
