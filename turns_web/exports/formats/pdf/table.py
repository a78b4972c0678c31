"""Rows on pages: heads and totals on each, cells folded, a row that is longer than its page going on over the next."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from turns_web.exports.formats.pdf.cells import Words, amount
from turns_web.exports.formats.pdf.plan import Place, Plan
from turns_web.exports.paper.pen import Line
from turns_web.exports.paper.sheets import INK, LACKS, MARGIN, QUIET, Sheets
from turns_web.exports.sheet import Kind

_TOTALS = "totals"
_LEADING, _PAD = 1.25, 0.5
# Values come again and again: a stage, a person, a city. As many of each column are kept ready to be drawn.
_READY = 4000

# A line of a cell as drawn: before its height on the page, and after.
_Cell = tuple[tuple[str, str], ...]


class Table:
    """title: stands on the pages after the first. y: where the table begins on the first one."""

    def __init__(self, sheets: Sheets, plan: Plan, words: Sequence[Words], title: str, y: float) -> None:
        self._sheets, self._title = sheets, title
        self._pen, self._bold = sheets.pen(plan.size), sheets.pen(plan.size, bold=True)
        self._leading, self._pad = plan.size * _LEADING, plan.size * _PAD
        self._places = plan.places
        self._words = [words[place.at] for place in plan.places]
        self._ready: list[dict[Any, _Cell]] = [{} for _ in plan.places]
        self._lacking: set[_Cell] = set()
        self._summed = [place for place in plan.places if place.column.is_summed]
        self._sums = {place.at: Decimal(0) for place in self._summed}
        self._page_sums = dict(self._sums)
        self._rows = self._page_rows = 0
        self._stacked = self._labels_need_a_line()
        self._floor = MARGIN + self._leading * (4 if self._stacked else 2) + self._pad
        self._drawn: list[str] = []
        self._lines: list[float] = []
        self._y = self._heads(y)

    def add(self, row: Sequence[Any]) -> None:
        cells = [
            () if (value := row[place.at]) is None else self._ready[at].get(value) or self._cell(at, value)
            for at, place in enumerate(self._places)
        ]
        deep = max(map(len, cells))
        height = deep * self._leading + self._pad
        if self._y - height < self._floor:
            self._make_room(height)
        self._count(row)
        if deep <= 1:
            y = f"{self._y - self._leading:.2f}"
            self._drawn += [f"{cell[0][0]}{y}{cell[0][1]}" for cell in cells if cell]
            self._y -= height
        else:
            self._draw_folded(cells, deep)
        self._lines.append(self._y)
        if self._lacking and not self._lacking.isdisjoint(cells):
            self._sheets.note = LACKS

    def close(self) -> None:
        """End the last page, and write the totals that every page shows."""
        self._end_page(is_last=True)
        self._sheets.begin_stamp(_TOTALS)
        self._total("All", self._rows, self._sums, MARGIN + self._pad / 2)
        self._sheets.end_stamp()

    def _cell(self, at: int, value: Any) -> _Cell:
        place, ready = self._places[at], self._ready[at]
        if len(ready) >= _READY:
            ready.clear()
        lines = self._pen.lines(self._words[at](value), place.width)
        cell = ready[value] = tuple((f"1 0 0 1 {_x(place, line):.2f} ", f" Tm {line.drawn}") for line in lines)
        if any(line.lacks for line in lines):
            self._lacking.add(cell)
        return cell

    def _draw_folded(self, cells: Sequence[_Cell], deep: int) -> None:
        """Line by line, over as many pages as it takes."""
        for at in range(deep):
            if self._y - self._leading < self._floor:
                self._next_page()
            self._y -= self._leading
            y = f"{self._y:.2f}"
            self._drawn += [f"{cell[at][0]}{y}{cell[at][1]}" for cell in cells if at < len(cell)]
        self._y -= self._pad

    def _make_room(self, height: float) -> None:
        """The next page, unless the row is a long one: then it begins here, for what is empty is not read."""
        is_short = height <= (self._sheets.top - self._floor) / 4
        if is_short or self._y - 3 * self._leading < self._floor:
            self._next_page()

    def _count(self, row: Sequence[Any]) -> None:
        self._rows += 1
        self._page_rows += 1
        for place in self._summed:
            value = row[place.at]
            if value is not None:
                self._page_sums[place.at] += value
                self._sums[place.at] += value

    def _next_page(self) -> None:
        self._end_page()
        self._sheets.turn()
        self._page_rows = 0
        self._page_sums = dict.fromkeys(self._page_sums, Decimal(0))
        title, y = self._sheets.pen(8, bold=True), self._sheets.top - 8
        self._sheets.write(title, MARGIN, y, title.line(self._title), QUIET)
        self._y = self._heads(y - self._pad)

    def _end_page(self, *, is_last: bool = False) -> None:
        self._sheets.rules(self._lines)
        self._sheets.draw(self._pen, self._drawn)
        self._drawn, self._lines = [], []
        top = self._floor - self._pad / 2
        self._sheets.rules([top], INK, 0.6)
        if not is_last or self._rows > self._page_rows:
            self._total("This page", self._page_rows, self._page_sums, MARGIN + self._pad / 2 + self._step)
        self._sheets.stamp(_TOTALS)

    @property
    def _step(self) -> float:
        return self._leading * (2 if self._stacked else 1)

    def _heads(self, y: float) -> float:
        """Draw the names of the columns; returns where the rows begin."""
        heads = [self._bold.lines(place.column.label, place.width) for place in self._places]
        deep = max(map(len, heads))
        for place, lines in zip(self._places, heads, strict=True):
            for at, line in enumerate(lines):
                below = deep - len(lines) + at + 1
                self._sheets.write(self._bold, _x(place, line), y - below * self._leading, line)
        y -= deep * self._leading + self._pad * 0.7
        self._sheets.rules([y], INK, 0.6)
        return y

    def _total(self, label: str, rows: int, sums: dict[int, Decimal], y: float) -> None:
        bold = self._bold
        named = bold.line(_label(label, rows))
        self._sheets.write(bold, MARGIN, y + (self._leading if self._stacked else 0), named)
        for place in self._summed:
            line = bold.line(_sum(place, sums[place.at]))
            self._sheets.write(bold, _x(place, line), y, line)

    def _labels_need_a_line(self) -> bool:
        """Where a column with a total stands so far left that the words before it would run into it."""
        longest = self._bold.width(_label("This page", 10_000_000))
        return any(place.x < longest for place in self._summed)


def _x(place: Place, line: Line) -> float:
    at_right = place.from_right or line.from_right
    return MARGIN + place.x + (place.width - line.width if at_right else 0)


def _label(label: str, rows: int) -> str:
    return f"{label} · {rows:,} {'row' if rows == 1 else 'rows'}"


def _sum(place: Place, total: Decimal) -> str:
    return amount(total) if place.column.kind is Kind.MONEY else f"{total:,}"
