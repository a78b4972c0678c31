"""Two versions of a text held against what both came from: what each changed, and both changes in one text."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal, NamedTuple

# Beyond this many words a comparison would hold up the page.
MOST_WORDS = 3_000

_WORDS = re.compile(r"\s+|\S+")


class Piece(NamedTuple):
    """A run of words that stayed, was put in, or was taken out."""

    kind: Literal["same", "in", "out"]
    words: str


class _Edit(NamedTuple):
    """base[start:end] became `words`."""

    start: int
    end: int
    words: tuple[str, ...]


def differences(was: str, now: str) -> list[Piece]:
    """`now` in pieces against `was`; joined without those taken out they are `now`."""
    before, after = _WORDS.findall(was), _WORDS.findall(now)
    if max(len(before), len(after)) > MOST_WORDS:
        return [Piece("same", now)]
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[k:m])))
            continue
        if i < j:
            pieces.append(Piece("out", "".join(before[i:j])))
        if k < m:
            pieces.append(Piece("in", "".join(after[k:m])))
    return pieces


def put_together(base: str, server: str, local: str) -> str | None:
    """The text with both sides' changes, or None where they changed the same words to different ones."""
    words = _WORDS.findall(base)
    if max(map(len, (words, server.split(), local.split()))) > MOST_WORDS:
        return None
    # What both changed alike is one change.
    edits = sorted({*_edits(words, server), *_edits(words, local)})
    if any(later.start < one.end or later.start == one.start for one, later in pairwise(edits)):
        return None
    return _applied(words, edits)


def _edits(base: list[str], side: str) -> list[_Edit]:
    words = _WORDS.findall(side)
    codes = SequenceMatcher(None, base, words, autojunk=False).get_opcodes()
    return [_Edit(i, j, tuple(words[k:m])) for tag, i, j, k, m in codes if tag != "equal"]


def _applied(base: list[str], edits: list[_Edit]) -> str:
    made: list[str] = []
    at = 0
    for edit in edits:
        made += [*base[at : edit.start], *edit.words]
        at = edit.end
    return "".join(made + base[at:])
