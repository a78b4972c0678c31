"""Windows on long lists: keyset cursors, and the query string as the one description of a view."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import abort, request

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Window(Generic[Row]):
    """Some rows of a list, and the cursor of those that follow (None at the end)."""

    rows: list[Row]
    next: str | None


def window(rows: list[Row], size: int, key: Any) -> Window[Row]:
    """The first `size` of rows fetched one beyond, with a cursor made of `key(last)`: a list of plain values."""
    shown = rows[:size]
    return Window(shown, pack(key(shown[-1])) if len(rows) > size else None)


def pack(values: Iterable[Any]) -> str:
    plain = json.dumps(list(values), default=str, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def unpack(cursor: str | None, length: int) -> list[Any] | None:
    """The values of a cursor; a 400 page for one that is none."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        abort(400)
    if not isinstance(values, list) or len(values) != length:
        abort(400)
    return values


def address(**changes: Any) -> str:
    """This page's address with some of its query changed; None takes a name away. `cursor` never stays by itself."""
    query = request.args.to_dict(flat=False)
    query.pop("cursor", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = [str(value)] if not isinstance(value, list) else [str(one) for one in value]
    told = urlencode(query, doseq=True)
    return f"{request.path}?{told}" if told else request.path


def canonical() -> str:
    """This view's address without what says nothing: empty fields of the filter form."""
    empty = [name for name in request.args if not any(text.strip() for text in request.args.getlist(name))]
    return address(**dict.fromkeys(empty))
