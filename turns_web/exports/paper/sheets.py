"""A PDF page by page: each is packed as soon as it is full, so that a long one keeps little in memory."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, BinaryIO

from reportlab.lib.pagesizes import landscape, letter
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from turns_web.exports.paper.fonts import BOLD, REGULAR, SUBSTITUTE, font
from turns_web.exports.paper.pen import Line, Pen

MARGIN = 36.0
INK, QUIET, HAIR = "0.09 0.10 0.12", "0.38 0.40 0.44", "0.82 0.83 0.85"
# Said at the foot of the pages that it is so on.
LACKS = f"{SUBSTITUTE} stands for a letter that this file’s fonts do not have"
_PAGES = "pages"
_FOOT = 7.0


class _Canvas(Canvas):
    """Packs a page when it is done; reportlab keeps them all as text until the end."""

    _doc: PDFDocument

    def showPage(self) -> None:
        name = self._doc.thisPageName()
        super().showPage()
        page: Any = self._doc.idToObject[name]
        packed = zlib.compress(page.stream.encode("latin-1"))
        page.Contents = PDFStream(PDFDictionary({"Filter": PDFArray([PDFName("FlateDecode")])}), packed)
        page.stream = None


class Sheets:
    """The document. A page is open from the start; `turn` closes it and opens the next one.

    foot: stands at the end of every page, beside its number.
    """

    def __init__(self, out: BinaryIO, title: str, author: str, foot: str, *, wide: bool = False) -> None:
        self.width, self.height = landscape(letter) if wide else letter
        font(REGULAR)
        self._canvas = _Canvas(out, pagesize=(self.width, self.height), initialFontName=REGULAR, initialFontSize=_FOOT)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("Turns")
        self._pens: dict[tuple[str, float], Pen] = {}
        self._foot = foot
        self.number = 1
        self.note = ""

    @property
    def right(self) -> float:
        return self.width - MARGIN

    @property
    def top(self) -> float:
        return self.height - MARGIN

    def pen(self, size: float, *, bold: bool = False) -> Pen:
        first = BOLD if bold else REGULAR
        font(first)
        if (first, size) not in self._pens:
            self._pens[first, size] = Pen(self._canvas._doc, first, size)
        return self._pens[first, size]

    def write(self, pen: Pen, x: float, y: float, line: Line, ink: str = INK) -> None:
        """y: of the base line."""
        self.draw(pen, [f"1 0 0 1 {x:.2f} {y:.2f} Tm {line.drawn}"], ink)

    def draw(self, pen: Pen, drawn: Sequence[str], ink: str = INK) -> None:
        """Lines that say their own places."""
        self._canvas.addLiteral(f"BT {pen.taken} {ink} rg\n" + "\n".join(drawn) + "\nET")

    def rules(self, heights: Sequence[float], ink: str = HAIR, weight: float = 0.4) -> None:
        """Lines across the page."""
        paths = " ".join(f"{MARGIN:.2f} {y:.2f} m {self.right:.2f} {y:.2f} l" for y in heights)
        self._canvas.addLiteral(f"{ink} RG {weight:g} w {paths} S")

    def turn(self) -> None:
        """Close this page and open the next one."""
        self._finish()
        self._canvas.showPage()
        self.number += 1

    def stamp(self, name: str) -> None:
        """Show here what `stamped` draws once everything is known."""
        self._canvas.doForm(name)

    def begin_stamp(self, name: str) -> None:
        self._canvas.beginForm(name, 0, 0, self.width, self.height)

    def end_stamp(self) -> None:
        self._canvas.endForm()

    def _finish(self) -> None:
        """The foot: page x of y, where y is written at the end."""
        pen, y = self.pen(_FOOT), MARGIN - 14
        page = pen.line(f"Page {self.number:,}")
        self.write(pen, MARGIN, y, page, QUIET)
        self._canvas.addLiteral(f"q 1 0 0 1 {MARGIN + page.width:.2f} {y:.2f} cm")
        self._canvas.doForm(_PAGES)
        self._canvas.addLiteral("Q")
        at_right = pen.line(" · ".join(part for part in (self.note, self._foot) if part))
        self.write(pen, self.right - at_right.width, y, at_right, QUIET)
        self.note = ""

    def close(self) -> None:
        """Close the last page, and write the file."""
        self.turn()
        pen = self.pen(_FOOT)
        self._canvas.beginForm(_PAGES, 0, -4, 120, 12)
        self.write(pen, 0, 0, pen.line(f" of {self.number - 1:,}"), QUIET)
        self._canvas.endForm()
        self._canvas.save()
