"""What is found by a few letters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST = 6
LEAST_LETTERS = 2
_FOUND = text((Path(__file__).parent / "sql" / "found.sql").read_text())


@dataclass(frozen=True, slots=True)
class Found:
    """One row of any kind. words: what it is called; note: what tells it from others called so."""

    kind: str
    id: UUID
    words: str
    note: str

    @property
    def path(self) -> str:
        return f"/{_PLACES[self.kind]}/{self.id}"

    @property
    def icon(self) -> str:
        return {"turn": "board", "property": "home", "vendor": "vendors"}[self.kind]


_PLACES = {"turn": "turns", "property": "properties", "vendor": "vendors"}


def found(session: Session, typed: str) -> list[Found]:
    """Turns, properties and vendors that contain what was typed, at most MOST of each, in this order."""
    if len(typed) < LEAST_LETTERS:
        return []
    return [Found(**row) for row in session.execute(_FOUND, {"q": typed, "most": MOST}).mappings()]


def around(words: str, typed: str) -> tuple[str, str, str]:
    """`words` in three: before what was typed, it, and after; the middle is empty where the hit was elsewhere."""
    start = words.lower().find(typed.lower())
    if start < 0:
        return words, "", ""
    end = start + len(typed)
    return words[:start], words[start:end], words[end:]
