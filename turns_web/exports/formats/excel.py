"""Excel: openpyxl makes the workbook, its styles, heads and the sheet that tells about it; the rows are streamed.

The same workbook is made twice. From the first, before any row is read, come the frame of a large sheet and the
numbers of its styles; from the second, when all is known, everything but the large sheets.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO

import psycopg
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from turns_web.exports.formats.copied import lines
from turns_web.exports.formats.excel_about import fill
from turns_web.exports.formats.rows_part import Rows, columns_as_text
from turns_web.exports.formats.times import in_zone
from turns_web.exports.sheet import About, Kind, Source, Tell

# A sheet holds 1,048,576 rows, its head among them; a part of a plain zip 4 GiB, of which some readers take half.
MOST_ROWS = 1_048_575
_MOST_BYTES = 2**31 - 2**24
# So much is made before it is written: rows are short, but an act of the audit may fill a hundred thousand letters.
_STEP = 1_000
_PIECE = 2**21
# Twice as fast as the usual 6, and the file a little larger.
_LEVEL = 2

_FORMATS = {
    Kind.MONEY: "#,##0.00",
    Kind.NUMBER: "0.##",
    Kind.WHOLE: "0",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS = {Kind.TEXT: 22, Kind.MONEY: 13, Kind.DAY: 12, Kind.MOMENT: 20}


@dataclass(frozen=True, slots=True)
class Frame:
    """Of a large sheet's part: what stands before its rows and after them, and the number of each column's style."""

    before: str
    after: str
    styles: list[str]


def write(out: BinaryIO, source: Source, about: About, connection: psycopg.Connection, tell: Tell) -> None:
    frame = _frame(source)
    rows = Rows(source.columns, frame.styles)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        with connection.cursor() as cursor:
            in_zone(cursor, about.zone)
            # Left open by an error it would hold the connection's lock, and whoever ends the transaction wait for ever.
            with closing(_found(cursor, source)) as found:
                counts = _stream(archive, source, frame, rows, found, tell)
        book = _book(source, counts)
        fill(book.create_sheet("About", 1), source, about, rows, sum(counts))
        _take_over(archive, book, len(counts))


def _found(cursor: psycopg.Cursor[Any], source: Source) -> Generator[str, None, None]:
    """By COPY, for Postgres plans it whole and sends the rows as they come: nobody holds more than some."""
    wanted = f"SELECT {columns_as_text(source.columns)} FROM ({source.statement}) AS r"  # noqa: S608
    with cursor.copy(f"COPY ({wanted}) TO STDOUT (NULL '')", dict(source.given)) as copy:
        for some in lines(copy):
            yield from b"".join(some).decode().split("\n")[:-1]


def _stream(
    archive: zipfile.ZipFile,
    source: Source,
    frame: Frame,
    rows: Rows,
    found: Iterator[str],
    tell: Tell,
) -> list[int]:
    """The large sheets. Returns how many rows each has."""
    counts: list[int] = []
    line = next(found, None)
    while not counts or line is not None:
        with archive.open(_part(len(counts)), "w") as part:
            part.write(frame.before.encode())
            made: list[str] = []
            number, size, letters = 1, 0, 0
            while line is not None and number <= MOST_ROWS and size < _MOST_BYTES:
                number += 1
                made.append(row := rows.xml(number, line))
                letters += len(row)
                if len(made) == _STEP or letters > _PIECE:
                    size += part.write("".join(made).encode())
                    made.clear()
                    letters = 0
                    tell(sum(counts) + number - 1)
                line = next(found, None)
            after = frame.after.replace(_filter(source, 1), _filter(source, number - 1))
            part.write(("".join(made) + after).encode())
        counts.append(number - 1)
        tell(sum(counts))
    return counts


def _part(sheet: int) -> str:
    """The name of a large sheet's part. The second sheet of the book is the one that tells about it."""
    return f"xl/worksheets/sheet{sheet + 1 + (sheet > 0)}.xml"


def _filter(source: Source, count: int) -> str:
    """The cells that the filter of a sheet with so many rows is about."""
    return f"A1:{get_column_letter(len(source.columns))}{count + 1}"


def _book(source: Source, counts: Sequence[int]) -> Workbook:
    """The workbook with a large sheet for each count: its head, and one row that shows the styles."""
    book = Workbook()
    for place, count in enumerate(counts):
        sheet: Any = book.create_sheet(f"{source.title} {place + 1}") if place else book.active
        if not place:
            sheet.title = source.title
        sheet.append([column.name for column in source.columns])
        for number, column in enumerate(source.columns, start=1):
            sheet.cell(1, number).font = Font(bold=True)
            sheet.cell(2, number, 0).number_format = _FORMATS.get(column.kind, "General")
            width = max(_WIDTHS.get(column.kind, 9), len(column.name) + 3)
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = _filter(source, count)
    return book


def _frame(source: Source) -> Frame:
    with zipfile.ZipFile(_saved(_book(source, [1]))) as archive:
        part = archive.read(_part(0)).decode()
    # How far it reaches is not known yet, and need not be told.
    part = re.sub(r"<dimension [^>]*/>", "", part)
    before, rest = part.split('<row r="2"', 1)
    sample, after = rest.split("</sheetData>", 1)
    styles = re.findall(r'<c r="[A-Z]+2"(?: s="(\d+)")?', sample)
    return Frame(before, "</sheetData>" + after, [style or "0" for style in styles])


def _take_over(archive: zipfile.ZipFile, book: Workbook, sheets: int) -> None:
    """All parts but those that are written already."""
    written = {_part(sheet) for sheet in range(sheets)}
    with zipfile.ZipFile(_saved(book)) as made:
        for name in made.namelist():
            if name not in written:
                archive.writestr(name, made.read(name))


def _saved(book: Workbook) -> io.BytesIO:
    file = io.BytesIO()
    book.save(file)
    return file
