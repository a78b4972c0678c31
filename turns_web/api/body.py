"""The JSON that a request brings, read strictly: what two readers could take for two things is refused.

Refused before anything is made of it: another type than application/json, a compressed body, more than 1 MB, what is
not UTF-8, levels beyond 64, a key that stands twice, NaN and its kin.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from turns_web.core.errors import ALL, Invalid

LARGEST = 1024 * 1024
DEEPEST = 64

# A string with whatever brackets stand in it; an open one goes to the end, where JSON's own reader will find it.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
# Longer whole numbers fit no column; Python takes its time with them and refuses beyond 4,300 digits.
_LONGEST_NUMBER = 30
_MOST_NAMED = 50


def json_object() -> dict[str, Any]:
    """The object that was sent; numbers with a point or exponent are Decimals.

    Raises the HTTP exceptions of 400, 413 and 415, and Invalid where it is JSON, but no object.
    """
    _refuse_other_types()
    sent = _parsed(_received())
    if not isinstance(sent, dict):
        raise Invalid({ALL: "Send an object."})
    return sent


def refuse_unknown(sent: dict[str, Any], known: Collection[str]) -> None:
    """Raises Invalid naming each key that nobody reads: a misspelt one must not pass for one left out."""
    if unknown := unknown_in(sent, known):
        raise Invalid({name: f"There is no such field here; there are {', '.join(known)}." for name in unknown})


def unknown_in(sent: Iterable[str], known: Collection[str]) -> list[str]:
    """The first of the names that nobody reads: a megabyte of them must not be answered with ten."""
    return list(islice((name for name in sent if name not in known), _MOST_NAMED))


def _refuse_other_types() -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if request.mimetype != "application/json" or charset not in ("utf-8", "utf8") or encoding != "identity":
        raise UnsupportedMediaType()


def _received() -> bytes:
    received = request.stream.read(LARGEST + 1)
    if len(received) > LARGEST:
        raise RequestEntityTooLarge()
    return received


def _parsed(sent: bytes) -> Any:
    if _is_too_deep(sent):
        raise BadRequest(f"The body is deeper than {DEEPEST} levels.")
    try:
        return json.loads(
            sent.decode(),
            object_pairs_hook=_once_each,
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_Constant,
        )
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except ValueError as malformed:
        raise BadRequest(f"The body is no JSON: {malformed}.") from None


def _is_too_deep(sent: bytes) -> bool:
    """Looked at before it is parsed: Python's own reader recurses, and each level costs stack.

    Pairs are taken out from within, once for each level that is allowed.
    """
    if sent.count(b"[") + sent.count(b"{") <= DEEPEST:
        return False
    left = _STRING.sub(b"", sent).translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(DEEPEST):
        left = left.replace(b"[]", b"")
    return b"[]" in left or left.count(b"[") > DEEPEST


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise BadRequest(f"The key {_quoted(name)} stands twice.")
        if _holds_constant(value):
            raise BadRequest(f"{_quoted(name)} has a number that JSON does not know.")
        made[name] = value
    return made


class _Constant:
    """NaN, Infinity or -Infinity, which Python would read and JSON does not have; kept until its key is known."""

    def __init__(self, name: str):
        self.name = name


def _holds_constant(value: Any) -> bool:
    return isinstance(value, _Constant) or (isinstance(value, list) and any(map(_holds_constant, value)))


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else Decimal(digits)


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        # An exponent beyond Python's own; as far beyond every column.
        return Decimal("Infinity")


def _quoted(name: str) -> str:
    return json.dumps(name if len(name) <= 100 else f"{name[:100]}…")
