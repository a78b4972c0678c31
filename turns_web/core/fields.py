"""The kinds of field. A domain's fields.py describes each column once with them; forms, imports, JSON and the conflict
page are made from that description.

`parse` takes what was typed (text, or None where absent) and gives the value, None for empty; it raises FieldError with
a sentence for the person. `text` is what an input shows, `words` what a person reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from uuid import UUID

from turns_web.core import clock, money
from turns_web.core.errors import Invalid

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Nothing to see, and no white space to Python: a name of these alone is none.
_INVISIBLE = "\u200b\u2060\ufeff"


class FieldError(ValueError):
    """What was typed cannot be taken; the message says what would be right."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """label: as people name it. required: empty is refused. hint: shown under the field."""

    label: str
    required: bool = False
    hint: str = ""

    def parse(self, typed: str | None) -> Any:
        trimmed = clean(typed)
        if trimmed is None:
            if self.required:
                raise FieldError(f"Enter {_article(self.label)}.")
            return None
        return self._parse(trimmed)

    def _parse(self, typed: str) -> Any:
        """What a kind makes of text that is trimmed and not empty."""
        return typed

    def text(self, value: Any) -> str:
        return "" if value is None else str(value)

    def words(self, value: Any) -> str:
        return self.text(value) or "none"


def clean(typed: str | None) -> str | None:
    """Trimmed, line ends made one kind, empty made None. Refuses control characters but tab and line feed."""
    if typed is None:
        return None
    trimmed = typed.replace("\r\n", "\n").replace("\r", "\n").strip().strip(_INVISIBLE).strip()
    if _CONTROL.search(trimmed):
        raise FieldError("Remove the control characters: only tabs and line breaks can be kept.")
    return trimmed or None


def _article(label: str) -> str:
    lowered = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    return f"{'an' if lowered[:1] in 'aeiou' else 'a'} {lowered}"


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    max: int = 255
    multiline: bool = False
    pattern: str | None = None
    pattern_says: str = ""

    def _parse(self, typed: str) -> str:
        if len(typed) > self.max:
            raise FieldError(f"Use at most {self.max:,} characters; this has {len(typed):,}.")
        if not self.multiline and "\n" in typed:
            raise FieldError("Write this on one line.")
        if self.pattern and not re.fullmatch(self.pattern, typed):
            raise FieldError(self.pattern_says)
        return typed


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    # The database's own check (valid_email), so that it never has to speak.
    pattern: str | None = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z|]{2,}"
    pattern_says: str = "Enter an e-mail address like ana@example.com."


@dataclass(frozen=True, kw_only=True)
class Link(Text):
    max: int = 500
    pattern: str | None = r"https?://[^\s<>\"']+"
    pattern_says: str = "Enter a web address that begins with https:// or http://."


@dataclass(frozen=True, kw_only=True)
class Zone(Text):
    max: int = 64

    def _parse(self, typed: str) -> str:
        if not clock.is_zone(typed):
            raise FieldError("Enter a time zone like America/Los_Angeles.")
        return typed


@dataclass(frozen=True, kw_only=True)
class Secret(Text):
    """Never read back: an empty one means "as it was"."""

    def text(self, value: Any) -> str:
        return ""


@dataclass(frozen=True, kw_only=True)
class Money(Field):
    negative: bool = False

    def _parse(self, typed: str) -> Decimal:
        try:
            return money.parse(typed, negative=self.negative)
        except ValueError as refused:
            raise FieldError(str(refused)) from refused

    def text(self, value: Any) -> str:
        return "" if value is None else f"{value:.2f}"

    def words(self, value: Any) -> str:
        return "none" if value is None else money.exact(value)


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """A whole number from `least` to `most`, both included."""

    least: int = 0
    most: int = 2_147_483_647

    def _parse(self, typed: str) -> int:
        plain = typed.replace(",", "")
        if not re.fullmatch(r"-?\d{1,10}", plain, re.ASCII) or not self.least <= int(plain) <= self.most:
            raise FieldError(f"Enter a whole number from {self.least:,} to {self.most:,}.")
        return int(plain)


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A decimal with `places` decimals, from 0 to `most`."""

    places: int = 1
    most: Decimal = Decimal("99.9")

    def _parse(self, typed: str) -> Decimal:
        try:
            number = Decimal(typed)
        except InvalidOperation as refused:
            raise FieldError(f"Enter a number like {self.most / 2:.{self.places}f}.") from refused
        if not number.is_finite() or not 0 <= number <= self.most or number != round(number, self.places):
            raise FieldError(f"Enter a number from 0 to {self.most} with at most {self.places} decimal.")
        return number.quantize(Decimal(1).scaleb(-self.places))

    def text(self, value: Any) -> str:
        return "" if value is None else f"{Decimal(value).normalize():f}"


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    earliest: date = date(1900, 1, 1)
    latest: date = date(2199, 12, 31)

    def _parse(self, typed: str) -> date:
        try:
            day = date.fromisoformat(typed) if re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII) else None
        except ValueError:
            day = None
        if day is None:
            raise FieldError("Enter a date like 2026-03-12.")
        if not self.earliest <= day <= self.latest:
            raise FieldError(f"Enter a date from {self.earliest.year} to {self.latest.year}.")
        return day

    def text(self, value: Any) -> str:
        return "" if value is None else value.isoformat()

    def words(self, value: Any) -> str:
        return "none" if value is None else f"{value:%a} {value.day} {value:%b %Y}"


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """A tick box: absent is False, whatever else is sent must mean yes or no."""

    WORDS: ClassVar[Mapping[str, bool]] = {
        "true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "on": True, "off": False,
        "y": True, "n": False,
    }  # fmt: skip

    def parse(self, typed: str | None) -> bool:
        trimmed = clean(typed)
        if trimmed is None:
            return False
        try:
            return self.WORDS[trimmed.lower()]
        except KeyError:
            raise FieldError("Enter yes or no.") from None

    def text(self, value: Any) -> str:
        return "1" if value else ""

    def words(self, value: Any) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """options: {stored value: words}."""

    options: Mapping[str, str] = field(default_factory=dict)

    def _parse(self, typed: str) -> str:
        if typed in self.options:
            return typed
        raise FieldError(f"Choose one of: {', '.join(self.options.values())}.")

    def words(self, value: Any) -> str:
        return self.options.get(value, "none")


@dataclass(frozen=True, kw_only=True)
class Many(Field):
    """A list of short texts, typed with commas between them."""

    max: int = 50

    def parse(self, typed: str | None) -> list[str]:
        parts = [part.strip() for part in (clean(typed) or "").replace("\n", ",").split(",")]
        kept = list(dict.fromkeys(part for part in parts if part))
        if any(len(part) > 100 for part in kept) or len(kept) > self.max:
            raise FieldError(f"Enter at most {self.max} names of at most 100 characters, with commas between them.")
        return kept

    def text(self, value: Any) -> str:
        return ", ".join(value or ())


@dataclass(frozen=True, kw_only=True)
class Ref(Field):
    """The id of a row of `to`, a table that core/names knows how to name."""

    to: str

    def _parse(self, typed: str) -> UUID:
        try:
            return UUID(typed)
        except ValueError as refused:
            raise FieldError(f"Choose {_article(self.label)} from the list.") from refused


Fields = Mapping[str, Field]


def parse_all(fields: Fields, typed: Mapping[str, str], names: Iterable[str] | None = None) -> dict[str, Any]:
    """The values of `names` (all fields unless told) in what was typed. Raises Invalid with every fault at once."""
    values: dict[str, Any] = {}
    faults: dict[str, list[str]] = {}
    for name in names if names is not None else fields:
        try:
            values[name] = fields[name].parse(typed.get(name))
        except FieldError as refused:
            faults[name] = [str(refused)]
    if faults:
        raise Invalid(faults)
    return values


def humane(name: str) -> str:
    """`move_out_date` as `Move out date`: for a column that nothing describes."""
    return name.removesuffix("_id").replace("_", " ").strip().capitalize()


def say(kind: Field, value: Any, names: Mapping[UUID, str]) -> str:
    """A value in words; rows by the names that core/names found."""
    if isinstance(kind, Ref) and value is not None:
        return names.get(value, "somebody or something you may not see")
    return kind.words(value)
