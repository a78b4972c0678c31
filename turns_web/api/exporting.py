"""The filters of an export as JSON has them: what a list's address says, with the types that JSON knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from turns_web.api.body import unknown_in
from turns_web.api.strict import value_of
from turns_web.audit.filters import Moment
from turns_web.core.errors import Invalid
from turns_web.core.fields import Field, FieldError, Flag
from turns_web.core.listing import SEARCH
from turns_web.exports.sources import columns_of, filters_of
from turns_web.turns.filters import ANY, FlagOrAny

# What an export takes beside the filters of its list.
BESIDE = ("q", "sort", "columns", "bom")
MOMENT_FORM = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
SORT_FORM = re.compile(r"-?[a-z_]{1,63}", re.ASCII)
_BOM = Flag(label="Byte order mark")
_GIVE = "Give it a value, or leave it out."


def pairs_of(type: str, filters: Mapping[str, Any]) -> tuple[list[tuple[str, str]], list[str]]:
    """(the filters as an address has them, the columns by name). Raises Invalid naming each that cannot be taken."""
    known = {**filters_of(type), "q": SEARCH, "bom": _BOM}
    faults: dict[str, Any] = {
        name: "There is no such filter here; /api/docs names those that there are."
        for name in unknown_in(filters, {*known, *BESIDE})
    }
    pairs: list[tuple[str, str]] = []
    columns: list[str] = []
    for name, value in filters.items():
        try:
            if name == "columns":
                columns = _columns(type, value)
            elif name == "sort":
                pairs.append((name, _sort(value)))
            elif name in known:
                pairs += [(name, one) for one in _texts(known[name], value, may_repeat=name not in BESIDE)]
        except FieldError as refused:
            faults[name] = str(refused)
    if faults:
        raise Invalid(faults)
    return pairs, columns


def _texts(kind: Field, value: Any, *, may_repeat: bool) -> list[str]:
    values = value if isinstance(value, list) and may_repeat else [value]
    if not values:
        raise FieldError(_GIVE)
    return [_text(kind, one) for one in values]


def _text(kind: Field, value: Any) -> str:
    """As it stands in an address. Raises FieldError."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise FieldError(_GIVE)
    if isinstance(kind, Flag):
        return _flag(kind, value)
    if isinstance(kind, Moment) and not (isinstance(value, str) and MOMENT_FORM.fullmatch(value)):
        raise FieldError("Enter a day like 2026-03-12, or a time with its zone.")
    value_of(kind, value)
    return str(value)


def _flag(kind: Flag, value: Any) -> str:
    words = (*Flag.WORDS, ANY) if isinstance(kind, FlagOrAny) else tuple(Flag.WORDS)
    if isinstance(value, bool):
        return "1" if value else "0"
    if not isinstance(value, str) or value not in words:
        raise FieldError(f"Send true or false{', or any' if isinstance(kind, FlagOrAny) else ''}.")
    return value


def _sort(value: Any) -> str:
    if not isinstance(value, str) or not SORT_FORM.fullmatch(value):
        raise FieldError("Send the name of a column, with a leading - for descending.")
    return value


def _columns(type: str, value: Any) -> list[str]:
    known = [column.name for column in columns_of(type)]
    if not isinstance(value, list) or not value or any(one not in known for one in value):
        raise FieldError(f"Send a list of some of: {', '.join(known)}.")
    return value
