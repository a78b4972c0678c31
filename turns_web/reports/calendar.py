"""Weeks, months, quarters and years as periods, and what a period is called."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from turns_web.reports.period import Period

Unit = Literal["week", "month", "quarter", "year"]
UNITS: dict[Unit, str] = {"week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year"}
# A period that is two of them (on the first of January it is all four) is called by the first.
_CALLED: tuple[Unit, ...] = ("month", "week", "quarter", "year")


def start(unit: Unit, day: date) -> date:
    """The first day of the week (a Monday), month, quarter or year that holds `day`."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}[unit]
    return day.replace(month=month, day=1)


def end(unit: Unit, day: date) -> date:
    if unit == "week":
        return start(unit, day) + timedelta(days=6)
    first = start(unit, day)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + year, month=month + 1) - timedelta(days=1)


def before(unit: Unit, day: date) -> date:
    """The first day of the one before that which holds `day`."""
    return start(unit, start(unit, day) - timedelta(days=1))


def after(unit: Unit, day: date) -> date:
    return end(unit, day) + timedelta(days=1)


def months(first: date, last: date) -> list[date]:
    """The first day of each month from the one to the other."""
    found = [start("month", first)]
    while (following := after("month", found[-1])) <= last:
        found.append(following)
    return found


def until_today(unit: Unit, day: date, today: date) -> Period:
    """The one that holds `day`; the running one as far as it has come."""
    day = min(day, today)
    return Period(start(unit, day), min(end(unit, day), today))


def unit_of(period: Period, today: date) -> Unit | None:
    """What the period is one of, whole or until today; None for days of one's own."""
    for unit in _CALLED:
        last = end(unit, period.first)
        if period.first == start(unit, period.first) and period.last in (last, min(last, today)):
            return unit
    return None


def name(period: Period, today: date) -> str:
    """`November`, `Q4`, `2026`, `16–22 Nov`; with the year only where it is another one than today's."""
    first = period.first
    other_year = f" {first.year}" if first.year != today.year else ""
    match unit_of(period, today):
        case "year":
            return str(first.year)
        case "quarter":
            return f"Q{(first.month + 2) // 3}{other_year}"
        case "month":
            return f"{first:%B}{other_year}"
        case _:
            return days(period, today)


def days(period: Period, today: date | None = None) -> str:
    """`16–22 Nov`, `28 Oct – 3 Nov`, `1 Dec 2025 – 3 Jan 2026`; without today always with the year."""
    first, last = period.first, period.last
    year = f" {last.year}" if today is None or last.year != today.year else ""
    if first.year != last.year:
        return f"{first.day} {first:%b} {first.year} – {last.day} {last:%b} {last.year}"
    if first == last:
        return f"{last.day} {last:%b}{year}"
    if first.month == last.month:
        return f"{first.day}–{last.day} {last:%b}{year}"
    return f"{first.day} {first:%b} – {last.day} {last:%b}{year}"
