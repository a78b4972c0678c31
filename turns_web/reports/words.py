"""Figures in words, short enough for a tile or a cell of a table. None is a dash."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from turns_web.core import money

NONE = "–"
_LARGE = ((Decimal(10**9), "billion"), (Decimal(10**6), "million"))


class Said(NamedTuple):
    figure: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.figure} {self.unit}".rstrip()


def count(number: int) -> Said:
    return Said(f"{number:,}")


def days(number: float | None) -> Said:
    """`13 days`, `17.2 days`."""
    if number is None:
        return Said(NONE)
    figure = _short(number)
    return Said(figure, "day" if figure == "1" else "days")


def hours(number: float | None) -> Said:
    if number is None:
        return Said(NONE)
    figure = _short(number)
    return Said(figure, "hour" if figure == "1" else "hours")


def share(part: float | None, places: int = 0) -> Said:
    """`61 %`. What is not quite all or nothing is not said to be."""
    if part is None:
        return Said(NONE)
    percent = round(part * 100, places)
    if places == 0 and percent in (0, 100) and part not in (0, 1):
        places = 1
    return Said(f"{part * 100:,.{places}f}", "%")


def exact_share(part: float | None) -> Said:
    """`3.1 %`: of small parts, where a whole percent is much."""
    return share(part, 1)


def amount(value: Decimal | None) -> Said:
    """`$1,840`, `$1.68 million`."""
    if value is None:
        return Said(NONE)
    for size, name in _LARGE:
        if abs(value) >= size:
            return Said(f"{'-' if value < 0 else ''}${abs(value) / size:,.2f}", name)
    return Said(money.whole(value))


def raw(value: object) -> str:
    """As the dashboard's JSON has it; empty where it has null."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value)


def _short(number: float) -> str:
    """One decimal where it says something, none for large ones."""
    rounded = round(number, 1)
    return f"{rounded:,.0f}" if abs(rounded) >= 100 or rounded == int(rounded) else f"{rounded:,.1f}"
