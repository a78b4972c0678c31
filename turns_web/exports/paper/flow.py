"""Text that flows down the page and over to the next: headings, facts side by side, and lists of what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from turns_web.exports.paper.pen import Line, Pen
from turns_web.exports.paper.sheets import HAIR, INK, LACKS, MARGIN, QUIET, Sheets

_SIZE, _LEADING, _GAP = 9.0, 12.0, 14.0
_FLOOR = MARGIN + 8
_ACROSS = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A text in a part of the width. x, width: from the left margin, in points."""

    text: str
    x: float
    width: float
    ink: str = INK
    is_bold: bool = False
    from_right: bool = False


class Flow:
    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets
        self._y = sheets.top
        self.width = sheets.right - MARGIN

    def title(self, text: str) -> None:
        self._y -= 2
        self._row([Block(text, 0, self.width, is_bold=True)], 16, 20)
        self._y -= 3

    def heading(self, text: str) -> None:
        """Never alone at the end of a page."""
        if self._y - 4 * _LEADING < _FLOOR:
            self._next()
        self._y -= _GAP
        self._row([Block(text, 0, self.width, is_bold=True)], 10.5, 14)
        self._sheets.rules([self._y - 3], HAIR)
        self._y -= 5

    def paragraph(self, text: str, ink: str = INK) -> None:
        self.row([Block(text, 0, self.width, ink)])

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """(name, value), as many side by side as there is room for."""
        wide = self.width / _ACROSS
        for begin in range(0, len(facts), _ACROSS):
            blocks: list[Block] = []
            for at, (name, value) in enumerate(facts[begin : begin + _ACROSS]):
                blocks.append(Block(name, at * wide, wide * 0.45 - 6, QUIET))
                blocks.append(Block(value, at * wide + wide * 0.45, wide * 0.55 - 8))
            self.row(blocks)

    def row(self, blocks: Sequence[Block]) -> None:
        self._row(blocks, _SIZE, _LEADING)
        self._y -= 2

    def _row(self, blocks: Sequence[Block], size: float, leading: float) -> None:
        """Side by side, line by line, so that a long text goes on over the page."""
        pens = [self._sheets.pen(size, bold=block.is_bold) for block in blocks]
        said = [pen.lines(block.text, block.width) for pen, block in zip(pens, blocks, strict=True)]
        for at in range(max(map(len, said))):
            if self._y - leading < _FLOOR:
                self._next()
            self._y -= leading
            for pen, block, lines in zip(pens, blocks, said, strict=True):
                if at < len(lines):
                    self._write(pen, block, lines[at])

    def _write(self, pen: Pen, block: Block, line: Line) -> None:
        at_right = block.from_right or line.from_right
        x = MARGIN + block.x + (block.width - line.width if at_right else 0)
        self._sheets.write(pen, x, self._y, line, block.ink)
        if line.lacks:
            self._sheets.note = LACKS

    def _next(self) -> None:
        self._sheets.turn()
        self._y = self._sheets.top
