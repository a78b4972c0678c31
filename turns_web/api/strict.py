"""The value of a field as JSON holds it, read strictly: a number is no text, a text no number, null is nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import singledispatch
from typing import Any

from turns_web.core.fields import Choice, Day, Field, FieldError, Fields, Flag, Many, Money, Number, Ref, Whole

# As the database prints them, in any case: Python reads more forms than a client may mean.
UUID_FORM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
MONEY_FORM = re.compile(r"-?\d+(?:\.\d{1,2})?", re.ASCII)
DAY_FORM = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def values_of(fields: Fields, sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """(values, faults) of those fields that were sent."""
    values: dict[str, Any] = {}
    faults: dict[str, list[str]] = {}
    for name, value in sent.items():
        if name in fields:
            try:
                values[name] = value_of(fields[name], value)
            except FieldError as refused:
                faults[name] = [str(refused)]
    return values, faults


def value_of(kind: Field, sent: Any) -> Any:
    """Raises FieldError with what would be right."""
    if sent is None and not isinstance(kind, Flag | Many):
        return kind.parse(None)
    return _taken(kind, sent)


@singledispatch
def _taken(kind: Field, sent: Any) -> Any:
    """Text of whatever length and form: what is typed into a form may come as it is."""
    return kind.parse(_text(sent, "Send this as text."))


@_taken.register
def _(kind: Money, sent: Any) -> Any:
    return kind.parse(_text(sent, 'Send the amount as text, like "1234.50".', MONEY_FORM))


@_taken.register
def _(kind: Day, sent: Any) -> Any:
    return kind.parse(_text(sent, "Enter a date like 2026-03-12.", DAY_FORM))


@_taken.register
def _(kind: Ref, sent: Any) -> Any:
    return kind.parse(_text(sent, "Send the id of a row, a UUID.", UUID_FORM))


@_taken.register
def _(kind: Choice, sent: Any) -> Any:
    if not isinstance(sent, str) or sent not in kind.options:
        raise FieldError(f"Choose one of: {', '.join(kind.options)}.")
    return sent


@_taken.register
def _(kind: Whole, sent: Any) -> Any:
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise FieldError(f"Enter a whole number from {kind.least:,} to {kind.most:,}.")
    return kind.parse(str(sent))


@_taken.register
def _(kind: Number, sent: Any) -> Any:
    if not isinstance(sent, int | Decimal) or isinstance(sent, bool):
        raise FieldError(f"Enter a number from 0 to {kind.most} with at most {kind.places} decimal.")
    return kind.parse(str(sent))


@_taken.register
def _(kind: Flag, sent: Any) -> Any:
    if not isinstance(sent, bool):
        raise FieldError("Send true or false.")
    return sent


@_taken.register
def _(kind: Many, sent: Any) -> Any:
    if not isinstance(sent, list) or not all(isinstance(one, str) and "," not in one for one in sent):
        raise FieldError("Send a list of texts, without commas in them.")
    return kind.parse(",".join(sent))


def _text(sent: Any, says: str, form: re.Pattern[str] | None = None) -> str:
    if not isinstance(sent, str) or (form and not form.fullmatch(sent)):
        raise FieldError(says)
    return sent
