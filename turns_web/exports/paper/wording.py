"""Text of any script as lines that fit: made safe to draw, folded, and each put into the order in which it is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from turns_web.exports.paper.fonts import REGULAR, SUBSTITUTE, font

Width = Callable[[str], float]

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")
_JOINED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
# Joiners, variation selectors and marks of direction: unseen, and the last could make a line read as another.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
# Where a word that is too long for its line is broken, if it has one of these; else anywhere.
_SEAMS = frozenset("-/@._,;:&=+")


@dataclass(frozen=True, slots=True)
class Said:
    """text: one line, from left to right as it is drawn. width: in ems. from_right: it begins at the right."""

    text: str
    width: float
    from_right: bool = False


def fold(text: str, width: Width, room: float) -> list[Said]:
    """The lines of a text, none wider than the room (in ems) unless a single letter is."""
    if text.isascii() and text.isprintable():
        whole = width(text)
        return (
            [Said(text, whole)] if whole <= room else [Said(line, width(line)) for line in _folded(text, width, room)]
        )
    said: list[Said] = []
    for paragraph in cleaned(text).split("\n"):
        goes_left = _RIGHT_TO_LEFT.search(paragraph) is not None
        base = _base(paragraph) if goes_left else "L"
        for line in _folded(paragraph, width, room):
            shown = _ordered(line, base) if goes_left else line
            said.append(Said(shown, width(shown), base == "R"))
    return said


def cleaned(text: str) -> str:
    """As it can be drawn: letters composed, Arabic ones joined, without what is unseen."""
    text = unicodedata.normalize("NFC", _BREAKS.sub("\n", text))
    if _ARABIC.search(text):
        text = _JOINED.sub(_drawable, _joiner().reshape(text))
    return _CONTROL.sub(SUBSTITUTE, _UNSEEN.sub("", text.replace("\t", " ")))


def _drawable(form: re.Match[str]) -> str:
    """A joined form as it is, or the letter by itself where the font has no such form of it."""
    return form[0] if ord(form[0]) in font(REGULAR).face.charToGlyph else unicodedata.normalize("NFKC", form[0])


def _folded(paragraph: str, width: Width, room: float) -> Iterator[str]:
    space, line, used = width(" "), [], 0.0
    for word in paragraph.split(" "):
        wide = width(word)
        if line and used + space + wide > room:
            yield " ".join(line)
            line = []
        if not line and wide > room:
            *full, word = _broken(word, width, room)
            yield from full
            wide = width(word)
        used = used + space + wide if line else wide
        line.append(word)
    yield " ".join(line)


def _broken(word: str, width: Width, room: float) -> Iterator[str]:
    """The pieces of a word that is wider than the line."""
    begin, seam, used, since = 0, 0, 0.0, 0.0
    for at, letter in enumerate(word):
        wide = width(letter)
        if used + wide > room and at > begin and not unicodedata.combining(letter):
            cut, left = (seam, since) if seam > begin else (at, 0.0)
            yield word[begin:cut]
            begin, used, since = cut, left, left
        used += wide
        since += wide
        if letter in _SEAMS:
            seam, since = at + 1, 0.0
    yield word[begin:]


def _ordered(line: str, base: str) -> str:
    from bidi import get_display

    return str(get_display(line, base_dir=base))


def _base(paragraph: str) -> str:
    """Where a paragraph begins: at the side of its first letter that has a direction."""
    strong = next(
        (kind for letter in paragraph if (kind := unicodedata.bidirectional(letter)) in ("L", "R", "AL")), "L"
    )
    return "L" if strong == "L" else "R"


@cache
def _joiner() -> Any:
    from arabic_reshaper import ArabicReshaper

    # Vowel signs stay; our font has no sign of its own for that one word.
    return ArabicReshaper({"delete_harakat": False, "ARABIC LIGATURE ALLAH": False})
