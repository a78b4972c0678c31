"""The second sheet of a workbook: what the file is, as of when, under which filter, and its totals."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from openpyxl.styles import Font

from turns_web.exports.formats.rows_part import LONGEST, Rows, fit
from turns_web.exports.sheet import About, Kind, Source

_BOLD = Font(bold=True)


def fill(sheet: Any, source: Source, about: About, rows: Rows, count: int) -> None:
    """rows: as they were written, for their totals and for what became of some texts."""
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 60
    _line(sheet, source.title, "", is_head=True)
    _line(sheet, "As of", about.as_of.astimezone(ZoneInfo(about.zone)).replace(tzinfo=None, microsecond=0))
    sheet.cell(sheet.max_row, 2).number_format = "yyyy-mm-dd hh:mm:ss"
    _line(sheet, "Time zone", about.zone)
    _line(sheet, "Read from", about.source)
    _line(sheet, "By", about.by)
    _line(sheet, "Rows", count)
    _line(sheet, "Filter", "", is_head=True)
    for label, value in source.filters or [("None", f"all {source.title.lower()} that this person may see")]:
        _line(sheet, label, value)
    if rows.sums:
        _line(sheet, "Totals", "", is_head=True)
    for place, total in rows.sums.items():
        column = source.columns[place]
        _line(sheet, column.label, total)
        sheet.cell(sheet.max_row, 2).number_format = "#,##0.00" if column.kind is Kind.MONEY else "0"
    for line in _notes(rows):
        _line(sheet, "Note", line)
    _line(sheet, "Columns", "", is_head=True)
    for column in source.columns:
        _line(sheet, column.name, column.label)


def _notes(rows: Rows) -> list[str]:
    notes = []
    if rows.said.cut:
        notes.append(f"Texts that were cut to the {LONGEST:,} characters that a cell holds: {rows.said.cut:,}.")
    if rows.said.replaced:
        notes.append(f"Control characters that no workbook can hold, shown as \ufffd: {rows.said.replaced:,}.")
    return notes


def _line(sheet: Any, label: str, value: Any, *, is_head: bool = False) -> None:
    row = sheet.max_row + (sheet.max_row > 1 or sheet["A1"].value is not None)
    for place, one in ((1, label), (2, value)):
        cell = sheet.cell(row, place, fit(one) if isinstance(one, str) else one)
        if isinstance(one, str):
            # Else a text that begins with = would be a formula.
            cell.data_type = "s"
        if is_head:
            cell.font = _BOLD
