"""The fonts that go into every PDF, and which of them has a letter.

They lie beside this file, with their names, versions, licences and sums in a manifest: a PDF must show any name on a
machine without a single font installed, and on the reader's.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = "Turns", "Turns-Bold"
# The first one that has a letter draws it; of emoji the one that is made for them.
_FILES = {
    REGULAR: "DejaVuSansCondensed.ttf",
    BOLD: "DejaVuSansCondensed-Bold.ttf",
    "Turns-Emoji": "NotoEmoji_400Regular.ttf",
    "Turns-East": "wqy-microhei.ttc",
}
_BESIDE = ("Turns-Emoji", "Turns-East")
_EMOJI = "\U0001f000"
# Stands for a letter that none of them has.
SUBSTITUTE = "□"
# A font reads its file while a document is closed, so that one process makes one document at a time.
alone = threading.RLock()

_ASTRAL = re.compile(r"> <([0-9A-F]{5,6})>")


class _Font(TTFont):
    """reportlab writes letters beyond the first 65,536 as five digits, which readers take for something else."""

    def addObjects(self, doc: object) -> None:
        super().addObjects(doc)
        for font in doc.idToObject["BasicFonts"].dict.values():  # type: ignore[attr-defined]
            codes = doc.idToObject[font.ToUnicode.name] if hasattr(font, "ToUnicode") else None  # type: ignore[attr-defined]
            if codes is not None:
                codes.content = _ASTRAL.sub(_pair, codes.content)


def _pair(code: re.Match[str]) -> str:
    return f"> <{chr(int(code[1], 16)).encode('utf-16-be').hex().upper()}>"


@cache
def font(name: str) -> TTFont:
    """The font of that name, read when it is first needed."""
    made = _Font(name, str(_FOLDER / _FILES[name]), asciiReadable=True, shapable=False)
    pdfmetrics.registerFont(made)
    return made


class Faces:
    """Which font draws a letter, and how wide. Letters that no font has are drawn as the substitute."""

    def __init__(self, first: str) -> None:
        self.first = first
        self._fonts: dict[str, str | None] = {}
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """In ems."""
        try:
            return sum(map(self._widths.__getitem__, text))
        except KeyError:
            for letter in set(text) - self._widths.keys():
                self._find(letter)
            return sum(map(self._widths.__getitem__, text))

    def font_of(self, letter: str) -> str | None:
        """None where no font has it."""
        if letter not in self._fonts:
            self._find(letter)
        return self._fonts[letter]

    def _find(self, letter: str) -> None:
        order = (*_BESIDE, self.first) if letter >= _EMOJI else (self.first, *_BESIDE)
        name = next((name for name in order if ord(letter) in font(name).face.charToGlyph), None)
        face, code = font(name or self.first).face, ord(letter if name else SUBSTITUTE)
        self._fonts[letter] = name
        self._widths[letter] = face.charWidths.get(code, face.defaultWidth) / 1000


@cache
def faces(first: str) -> Faces:
    return Faces(first)
