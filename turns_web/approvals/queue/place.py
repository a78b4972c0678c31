"""Where a window of a list of approvals ended, as its cursor holds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from turns_web.core.errors import Senseless


def place(values: Sequence[Any] | None, kinds: Sequence[str]) -> list[Any] | None:
    """The values by the types of their columns, as Postgres calls them; null where there was none. Raises Senseless."""
    if values is None:
        return None
    try:
        return [None if value is None else _KINDS[kind](str(value)) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, ArithmeticError):
        raise Senseless("cursor", "Begin with the first page again.") from None


def _text(value: str) -> str:
    value.encode()  # a lone surrogate is none that a row can hold
    if "\x00" in value:
        raise ValueError("no text")
    return value


def _whole(value: str) -> int:
    number = int(value)
    if abs(number) > 2_147_483_647:
        raise ValueError("no integer of theirs")
    return number


def _number(value: str) -> Decimal:
    number = Decimal(value)
    if not number.is_finite() or abs(number) > 10**20:
        raise ValueError("no number of theirs")
    return number


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time of no zone")
    return moment


_KINDS: dict[str, Callable[[str], Any]] = {
    "text": _text,
    "integer": _whole,
    "numeric": _number,
    "date": date.fromisoformat,
    "timestamptz": _moment,
    "uuid": UUID,
}
