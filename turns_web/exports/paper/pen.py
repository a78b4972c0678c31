"""One font in one size in one document: lines of text as the operators that draw them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reportlab.pdfbase.pdfdoc import PDFDocument

from turns_web.exports.paper.fonts import SUBSTITUTE, faces, font
from turns_web.exports.paper.wording import Said, fold

_ESCAPED = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})


@dataclass(frozen=True, slots=True)
class Line:
    """drawn: the operators, where the pen's font is the current one before and after. width: in points.

    lacks: some letter is drawn as the substitute.
    """

    drawn: str
    width: float
    from_right: bool = False
    lacks: bool = False


class Pen:
    """size: of the letters, in points. Text is never markup: whatever it says is drawn as it stands."""

    def __init__(self, document: PDFDocument, first: str, size: float) -> None:
        self.size = size
        self._document = document
        self._faces = faces(first)
        self.taken = f"{font(first).getSubsetInternalName(0, document)} {size:g} Tf"

    def width(self, text: str) -> float:
        return self._faces.width(text) * self.size

    def lines(self, text: str, room: float) -> list[Line]:
        """room: the width to keep within, in points."""
        return [self._drawn(said) for said in fold(text, self._faces.width, room / self.size)]

    def line(self, text: str) -> Line:
        """All of it in one line."""
        return self.lines(" ".join(text.splitlines()), float("inf"))[0]

    def _drawn(self, said: Said) -> Line:
        text, width = said.text, said.width * self.size
        if text.isascii():
            # These have the same numbers in the font as in ASCII.
            return Line(f"({text.translate(_ESCAPED)}) Tj", width)
        lacks = SUBSTITUTE in text or any(self._faces.font_of(letter) is None for letter in text)
        return Line(" ".join([*self._parts(text), self.taken]), width, said.from_right, lacks)

    def _parts(self, text: str) -> Iterator[str]:
        for name, letters in groupby(text, self._faces.font_of):
            run = "".join(letters)
            drawing = font(name or self._faces.first)
            shown = run if name else SUBSTITUTE * len(run)
            for subset, codes in drawing.splitString(shown, self._document):
                taken = drawing.getSubsetInternalName(subset, self._document)
                yield f"{taken} {self.size:g} Tf <{codes.hex()}> Tj"
