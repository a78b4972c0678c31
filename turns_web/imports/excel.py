"""Workbooks: the first sheet, cell by cell, as the texts that a spreadsheet shows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from turns_web.imports.unreadable import MOST_BYTES, Unreadable

# What a damaged or hostile workbook makes the reader raise, beside its own error.
_DAMAGE = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError, EOFError)


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells, empty rows too. Raises Unreadable."""
    _refuse_bomb(path)
    try:
        # Opened by us: by its path the reader would ask for the ending .xlsx.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True)
            if not book.worksheets:
                raise Unreadable("The workbook has no sheet with cells.")
            sheet = book.worksheets[0]
            # Sheets claim sizes that they don't have; what is there counts.
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(), start=1):
                yield number, [_text(cell.value, getattr(cell, "number_format", "")) for cell in row]
    except _DAMAGE as problem:
        raise Unreadable("This is not an Excel workbook that can be read: save it again as .xlsx.") from problem


def _refuse_bomb(path: Path) -> None:
    """A workbook is a zip: what it says it unpacks to is also all that is ever unpacked of it."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        raise Unreadable("This is not an Excel workbook that can be read: save it again as .xlsx.") from None
    if unpacked > MOST_BYTES:
        raise Unreadable("The workbook is larger than 200 MiB unpacked. Split it, or save it as CSV.")


def _text(value: Any, number_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and number_format and set(number_format) == {"0"}:
        # A ZIP code kept as a number and shown with its leading zeros.
        return f"{value:0{len(number_format)}d}"
    return str(value)
