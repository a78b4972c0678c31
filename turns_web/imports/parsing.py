"""A row's cells as values, or what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from turns_web.core.fields import Choice, Day, Field, FieldError, Number, Ref, Whole
from turns_web.imports.matching import Plan
from turns_web.imports.sheet import Record
from turns_web.imports.targets import Target

# Several rows have this name: it tells none of them.
SEVERAL = UUID(int=0)

# {column: {name without case, or id: id or SEVERAL}} for columns that hold another row's id.
Known = Mapping[str, Mapping[str, UUID]]
# {column: ids of the rows that are put away}.
Away = Mapping[str, Set[UUID]]

_MADE_HARMLESS = re.compile(r"'(?='*[=+\-@\t\r])")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})( 0?0:00(:00)?)?", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?(Z|\+00:00)?$")
_ORDINAL = re.compile(r"\d+(ST|ND|RD|TH)\b", re.IGNORECASE)
_COMPASS = frozenset({"NE", "NW", "SE", "SW", "N", "S", "E", "W", "PO"})


@dataclass(frozen=True, slots=True)
class Refused:
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """values: of the columns that the row says something of. unknown: columns whose 0 was read as unknown."""

    row: int
    values: dict[str, Any]
    unknown: list[str] = field(default_factory=list)


def parse_row(target: Target, plan: Plan, known: Known, width: int, record: Record) -> Parsed | Refused:
    """An empty cell says nothing: what is there stays. The first fault refuses the row."""
    number, cells = record
    if any(cell.strip() for cell in cells[width:]):
        stray = next(cell for cell in cells[width:] if cell.strip())
        return Refused(number, "", stray, f"The row has {len(cells)} cells, the header {width}.")
    parsed = Parsed(number, {})
    for name in plan.columns:
        typed = _typed(plan, name, cells)
        try:
            value = _value(target, plan, known, name, typed)
        except FieldError as fault:
            return Refused(number, name, typed, str(fault))
        if value is None and name in target.unknown and typed.strip():
            parsed.unknown.append(name)
        if value is not None:
            parsed.values[name] = value
    for name in target.must:
        if name not in parsed.values:
            return Refused(number, name, "", f"{target.fields[name].label} is missing.")
    return parsed


def _typed(plan: Plan, name: str, cells: Sequence[str]) -> str:
    """What the file says of a column: its cells, joined, else what was set for all rows."""
    parts = [
        _plain(cells[place]) for place in plan.mapping.get(name, ()) if place < len(cells) and cells[place].strip()
    ]
    return " ".join(parts) if parts else plan.constants.get(name, "")


def _plain(cell: str) -> str:
    """Trimmed, and without the ' that an export put before what looks like a formula."""
    return _MADE_HARMLESS.sub("", cell.strip(), count=1) if cell.lstrip().startswith("'") else cell.strip()


def _value(target: Target, plan: Plan, known: Known, name: str, typed: str) -> Any:
    kind = target.fields[name]
    if not typed.strip():
        return None
    if isinstance(kind, Ref):
        return _row_of(kind, known[name], typed)
    if isinstance(kind, Choice):
        return kind.parse(_option(kind, typed))
    if isinstance(kind, Day):
        typed = _iso(typed)
    elif isinstance(kind, Whole | Number):
        # Spreadsheets keep every number with decimals.
        typed = re.sub(r"\.0+$", "", typed.strip().replace(",", ""))
    value = kind.parse(typed)
    if isinstance(value, str) and plan.title_case and name in target.cased:
        value = titled(value)
    if name in target.unknown and value == 0:
        return None
    return None if isinstance(value, list) and not value else value


def _row_of(kind: Field, names: Mapping[str, UUID], typed: str) -> UUID:
    found = names.get(folded(typed))
    if found is None:
        offered = ", ".join(sorted(name for name, id in names.items() if name != str(id))) if len(names) <= 16 else ""
        raise FieldError(
            f"There is no {kind.label.lower()} “{typed.strip()}”.{f' There are: {offered}.' * bool(offered)}"
        )
    if found == SEVERAL:
        raise FieldError(f"Several are called “{typed.strip()}”: use the e-mail address or another name.")
    return found


def _option(kind: Choice, typed: str) -> str:
    """The stored value, by itself or by its words, without case."""
    asked = folded(typed)
    return next((value for value, words in kind.options.items() if asked in (value.lower(), words.lower())), typed)


def _iso(typed: str) -> str:
    trimmed = typed.strip()
    matched = _AMERICAN.fullmatch(trimmed)
    if matched:
        return f"{matched[3]}-{int(matched[1]):02d}-{int(matched[2]):02d}"
    return _MIDNIGHT.sub("", trimmed)


def folded(text: str) -> str:
    """As names and keys are compared: without case, every run of blanks one."""
    return " ".join(text.split()).casefold()


def titled(text: str) -> str:
    """`4734 14TH AVE` as `4734 14th Ave`; words that have both cases stay as they are."""
    return " ".join(_titled_word(word) for word in text.split(" "))


def _titled_word(word: str) -> str:
    if word not in (word.upper(), word.lower()) or word.upper() in _COMPASS:
        return word
    if _ORDINAL.fullmatch(word):
        return word.lower()
    # After a letter's apostrophe or dash a name goes on with a capital: O'Brien, Smith-Jones.
    return re.sub(r"[^\W\d_]+", lambda part: part[0][:1].upper() + part[0][1:].lower(), word)
