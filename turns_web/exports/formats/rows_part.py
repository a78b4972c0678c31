"""The rows of a large sheet, streamed into its part of the workbook as XML.

The one place where a format is written by us: openpyxl takes ten times as long for the same rows. It makes the part
that these rows go into, with head, styles and all the rest; see excel.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from turns_web.exports.sheet import Column, Kind

# What Excel takes in one cell, counted in the halves of UTF-16.
LONGEST = 32_767
# Of a date that Excel has no number for: it goes out as text.
AS_TEXT = "\x02"

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Excel reads this as an escape of its own.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# COPY's own: a letter for some control characters, else what follows the backslash.
_COPIED = re.compile(r"\\(.)", re.DOTALL)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_INLINE = '" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"


@dataclass(slots=True)
class Said:
    """What a reader of the file should know: texts that were cut, and control characters that were replaced."""

    cut: int = 0
    replaced: int = 0


class Rows:
    """styles: the number of each column's style. Rows are lines of COPY's text of `columns_as_text`, null is empty."""

    def __init__(self, columns: Sequence[Column], styles: Sequence[str]):
        self.said = Said()
        self.sums = {place: Decimal(0) for place, column in enumerate(columns) if column.is_summed}
        self._texts = [column.kind is Kind.TEXT for column in columns]
        self._shapes = [
            _shape(column, get_column_letter(number), style)
            for number, (column, style) in enumerate(zip(columns, styles, strict=True), start=1)
        ]

    def xml(self, number: int, line: str) -> str:
        """One row; number: its place in the sheet, from 1."""
        row = line.split("\t")
        for place in self.sums:
            if row[place]:
                self.sums[place] += Decimal(row[place])
        # Looked at all at once: few rows have anything that needs care.
        cells = self._plainly(number, row) if _is_plain(line) else self._carefully(number, row)
        return f'<row r="{number}">{"".join(cells)}</row>'

    def _plainly(self, number: int, row: Sequence[str]) -> list[str]:
        return [
            f"{first}{number}{middle}{value}{last}"
            for (first, middle, last), value in zip(self._shapes, row, strict=True)
            if value
        ]

    def _carefully(self, number: int, row: Sequence[str]) -> list[str]:
        cells = []
        for (first, middle, last), is_text, value in zip(self._shapes, self._texts, row, strict=True):
            if value.startswith(AS_TEXT) or (is_text and not _is_plain(value)):
                middle, last = _INLINE
                value = escape(fit(_meant(value.removeprefix(AS_TEXT)), self.said), {"\r": "&#13;"})
            if value:
                cells.append(f"{first}{number}{middle}{value}{last}")
        return cells


def _meant(value: str) -> str:
    """Without the escapes of COPY."""
    return _COPIED.sub(lambda found: _LETTERS.get(found[1], found[1]), value) if "\\" in value else value


def fit(text: str, said: Said | None = None) -> str:
    """What XML and Excel can hold of a text."""
    said = said or Said()
    text, replaced = _NO_XML.subn("\ufffd", text)
    said.replaced += replaced
    if len(text) * 2 > LONGEST and len(halves := text.encode("utf-16-le")) > 2 * LONGEST:
        said.cut += 1
        # A pair that is cut in two is left out.
        text = halves[: 2 * LONGEST].decode("utf-16-le", "ignore")
    return _ESCAPE.sub("_x005F_", text)


def _shape(column: Column, letter: str, style: str) -> tuple[str, str, str]:
    """What stands before the number of a cell's row, before its value, and after it."""
    if column.kind is Kind.TEXT:
        return f'<c r="{letter}', '" t="inlineStr"><is><t>', "</t></is></c>"
    kind = ' t="b"' if column.kind is Kind.FLAG else ""
    return f'<c r="{letter}', f'" s="{style}"{kind}><v>', "</v></c>"


def _is_plain(line: str) -> bool:
    """Whether all of it can stand in XML as it is: no mark, no escape, nothing to be seen only by machines, no blank at
    an end of a cell."""
    row = f"|{line}|".replace("\t", "|")
    return (
        row.isprintable()
        and "&" not in row
        and "<" not in row
        and ">" not in row
        and "\\" not in row
        and "_x" not in row
        and "| " not in row
        and " |" not in row
        and len(row) * 2 <= LONGEST
    )


def columns_as_text(columns: Sequence[Column]) -> str:
    """The select list, of `r`, whose values Rows writes; moments in the session's time zone."""
    return ", ".join(_as_text(column.kind, f'r."{column.name}"') for column in columns)


def _as_text(kind: Kind, name: str) -> str:
    if kind is Kind.FLAG:
        return f"{name}::int"
    if kind in (Kind.MONEY, Kind.NUMBER):
        return f"nullif({name}, 'NaN')"
    if kind is Kind.DAY:
        # Excel counts a 29 February 1900 that never was; before it the days of others are other ones.
        return (
            f"CASE WHEN {name} BETWEEN DATE '1900-03-01' AND DATE '9999-12-31' THEN ({name} - DATE '1899-12-30')::text"
            f" ELSE chr(2) || {name} END"
        )
    if kind is Kind.MOMENT:
        days = f"extract(epoch FROM {name}::timestamp - TIMESTAMP '1899-12-30') / 86400"
        return (
            f"CASE WHEN {name} BETWEEN TIMESTAMPTZ '1900-03-02' AND TIMESTAMPTZ '9999-12-30'"
            f" THEN round({days}, 9)::text ELSE chr(2) || {name} END"
        )
    return name
