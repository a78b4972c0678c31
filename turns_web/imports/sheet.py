"""A file as a table of texts: whatever line ends, encoding, delimiter or spreadsheet it comes in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from turns_web.imports import excel
from turns_web.imports.unreadable import MOST_BYTES, MOST_ROWS, Unreadable

# Record number as a spreadsheet shows it, and its cells.
Record = tuple[int, list[str]]

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_NO_TABLES = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x7fELF", b"\x1f\x8b", b"{\\rtf", b"Rar!", b"7z\xbc\xaf")
# The widest field of any table is 5,000 characters; what is longer is refused in its row, not by the reader.
csv.field_size_limit(MOST_BYTES)


@dataclass(frozen=True)
class Sheet:
    """header: the columns' names, each one once. rows: those that hold anything. found: how it was read, in words."""

    header: list[str]
    rows: list[Record]
    found: dict[str, str]

    def samples(self, column: int, number: int = 3) -> list[str]:
        """The first different values of a column."""
        values = (row[column] for _, row in self.rows[:500] if column < len(row) and row[column].strip())
        return list(dict.fromkeys(values))[:number]

    def row(self, number: int) -> list[str]:
        """The cells of a record by its number."""
        return next((cells for at, cells in self.rows if at == number), [])


def read_sheet(path: Path) -> Sheet:
    """Raises Unreadable where there is no table in the file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable("The file is larger than 200 MiB. Split it.")
        content = path.read_bytes()
    except OSError as problem:
        raise Unreadable(f"{path.name} cannot be read: {problem.strerror}.") from None
    if content.startswith(b"PK\x03\x04"):
        records: Iterator[Record] = excel.records(path)
        found = {"kind": "Excel workbook, first sheet"}
    else:
        text, encoding = _decoded(content)
        delimiter = _delimiter(text)
        records = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1)
        found = {
            "kind": "CSV",
            "encoding": encoding,
            "line_ends": _line_ends(text),
            "delimiter": _DELIMITERS[delimiter],
        }
    return _table(records, found)


def _table(records: Iterator[Record], found: dict[str, str]) -> Sheet:
    filled = ((number, row) for number, row in records if any(cell.strip() for cell in row))
    first = next(filled, None)
    if first is None:
        raise Unreadable("The file is empty.")
    rows: list[Record] = []
    for record in filled:
        rows.append(record)
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it.")
    if not rows:
        raise Unreadable("The file has a header and no rows.")
    return Sheet(_names(first[1]), rows, found)


def _names(cells: list[str]) -> list[str]:
    """A name for each column: one that comes twice is told apart by its number, one without is called by its place."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"Column {place}"
        times = sum(taken == name or taken.startswith(f"{name} (") for taken in names)
        names.append(f"{name} ({times + 1})" if times else name)
    return names


def _is_wide(content: bytes) -> bool:
    """UTF-16 of somebody who left out the mark: every second byte is zero, in all of it or in the first heading."""
    heading = (content[1:8:2], content[:8:2])
    return b"\0\0\0\0" in heading or content.count(b"\0", 0, 4000) * 3 > min(len(content), 4000)


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("This is an old Excel file (.xls). Save it as .xlsx or CSV.")
    if content.startswith(_NO_TABLES):
        raise Unreadable("This is not a table: choose a CSV or Excel (.xlsx) file.")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), encoding.removesuffix("-sig").upper()
    if _is_wide(content):
        return _strictly(content, "utf-16-be" if content[:1] == b"\x00" else "utf-16-le"), "UTF-16"
    try:
        text, encoding = content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        # cp1252 has five holes that real files fall into; latin-1 has none.
        text, encoding = content.decode("cp1252", errors="replace").replace("\ufffd", "?"), "Windows-1252"
    strange = sum(character < " " and character not in "\t\r\n" for character in text[:20_000])
    if strange * 20 > len(text[:20_000]):
        raise Unreadable("This is not a table: choose a CSV or Excel (.xlsx) file.")
    return text, encoding


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("The file's text is damaged: save it again as UTF-8.") from None


def _delimiter(text: str) -> str:
    """The one that makes the most columns of the first lines, the same number in nearly all of them."""
    beginning = text[:65_536]

    def columns(delimiter: str) -> float:
        rows = [row for row in csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter) if row][:40]
        if not rows:
            return 0
        # The last one may be cut off.
        widths = [len(row) for row in rows[:-1] or rows]
        return len(rows[0]) * sum(width == len(rows[0]) for width in widths) / len(widths)

    return max(_DELIMITERS, key=columns)


def _line_ends(text: str) -> str:
    beginning = text[:65_536]
    if "\r\n" in beginning:
        return "CR LF (Windows)"
    if "\n" in beginning:
        return "LF (Unix)"
    return "CR (old Macintosh)" if "\r" in beginning else "none"
