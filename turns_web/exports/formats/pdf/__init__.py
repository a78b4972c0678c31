"""A list as a PDF: to be printed and read, so that what does not fit a page is left out and named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import chain
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import psycopg

from turns_web.exports.formats.pdf.cells import Words, amount, take_as_written, words_of
from turns_web.exports.formats.pdf.plan import Plan, plan
from turns_web.exports.formats.pdf.table import Table
from turns_web.exports.formats.times import in_zone
from turns_web.exports.paper.fonts import alone
from turns_web.exports.paper.sheets import MARGIN, QUIET, Sheets
from turns_web.exports.sheet import About, Kind, Source, Tell

_SAMPLE = 200
_WINDOW = 1000
_TOLD = 500


def write(out: BinaryIO, source: Source, about: About, connection: psycopg.Connection[Any], tell: Tell) -> None:
    """Write all rows of the source. Memory grows by the packed pages alone."""
    with alone, _rows(connection, source, about.zone) as rows:
        sample = rows.fetchmany(_SAMPLE)
        words = [words_of(column.kind) for column in source.columns]
        chosen = plan(source.type, source.columns, _said(sample, words), _sums(source, sample, about.total))
        sheets = Sheets(out, source.title, about.by, f"{source.title}, {_when(about)}", wide=chosen.is_wide)
        table = Table(sheets, chosen, words, source.title, _head(sheets, source, about, chosen))
        done = 0
        for done, row in enumerate(chain(sample, rows), start=1):
            table.add(row)
            if done % _TOLD == 0:
                tell(done)
        tell(done)
        table.close()
        sheets.close()


@contextmanager
def _rows(connection: psycopg.Connection[Any], source: Source, zone: str) -> Iterator[psycopg.ServerCursor[Any]]:
    """The rows by and by, in the transaction that is open. All are wanted: no plan for the first ones alone."""
    with connection.cursor() as setting:
        in_zone(setting, zone)
        setting.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
    with connection.cursor(name="pdf") as cursor:
        cursor.itersize = _WINDOW
        take_as_written(cursor)
        cursor.execute(source.statement, dict(source.given))
        yield cursor


def _said(rows: Sequence[Sequence[Any]], words: Sequence[Words]) -> list[list[str]]:
    return [["" if value is None else say(value) for say, value in zip(words, row, strict=True)] for row in rows]


def _sums(source: Source, sample: Sequence[Sequence[Any]], total: int) -> list[str]:
    """How wide the totals may become, judged by the first rows."""
    return [
        _likely_sum(column.kind, at, sample, total) if column.is_summed else ""
        for at, column in enumerate(source.columns)
    ]


def _likely_sum(kind: Kind, at: int, sample: Sequence[Sequence[Any]], total: int) -> str:
    values = [row[at] for row in sample if row[at] is not None]
    likely = sum(values, Decimal(0)) * max(1, total) / max(1, len(sample)) * 2
    return amount(Decimal(likely)) if kind is Kind.MONEY else f"{likely:,.0f}"


def _when(about: About) -> str:
    zone = ZoneInfo(about.zone)
    return f"as of {about.as_of.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _head(sheets: Sheets, source: Source, about: About, chosen: Plan) -> float:
    """What the first page says of it all; returns where the table begins."""
    title, y = sheets.pen(16, bold=True), sheets.top - 14
    sheets.write(title, MARGIN, y, title.line(source.title))
    filters = "; ".join(f"{name}: {value}" for name, value in source.filters)
    when = _when(about)
    said = [
        f"{when[0].upper()}{when[1:]}, from the {about.source}, by {about.by}. {about.total:,} rows.",
        f"Filtered by {filters}." if filters else "Not filtered.",
    ]
    if not about.total:
        said.append("Nothing matches.")
    if chosen.left_out:
        names = ", ".join(column.label for column in chosen.left_out)
        said.append(f"Left out for want of room: {names}. CSV and Excel have every column.")
    return _paragraphs(sheets, said, y - 6) - 8


def _paragraphs(sheets: Sheets, said: Sequence[str], y: float) -> float:
    pen = sheets.pen(8)
    for text in said:
        for line in pen.lines(text, sheets.right - MARGIN):
            y -= 10.5
            sheets.write(pen, MARGIN, y, line, QUIET)
    return y
