"""Hostile texts in every field of every list that holds text, however they got there, in every format."""

from __future__ import annotations

import csv
import io
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook
from psycopg import sql
from sqlalchemy import Enum, String

from tests.exports.conftest import HOSTILE, Make
from tests.exports.test_csv import harmed
from tests.exports.test_excel import meant
from tests.exports.test_pdf import parts, poppler, squeezed
from turns_web.core.versioned import readable
from turns_web.schema import properties, turns, vendors

TABLES = {"turns": turns, "properties": properties, "vendors": vendors}
FIELDS = {
    table: {
        column.name: column.type.length or 100
        for column in readable(of)
        if isinstance(column.type, String) and not isinstance(column.type, Enum)
    }
    for table, of in TABLES.items()
}


@pytest.fixture(scope="module")
def written(admin: psycopg.Connection, portfolio: None) -> dict[str, dict[str, str]]:
    """{table: {id: the text that stands in all its fields}}, written by SQL past every rule of the pages."""
    found: dict[str, dict[str, str]] = {}
    for table, fields in FIELDS.items():
        ids = [str(row[0]) for row in admin.execute(f"SELECT id FROM {table} WHERE NOT is_archived ORDER BY id")]
        found[table] = dict(zip(ids, HOSTILE, strict=True))
        with admin.transaction():
            admin.execute("SET LOCAL app.loading = 'on'")
            for id, words in found[table].items():
                to = sql.SQL(", ").join(
                    sql.SQL("{} = {}").format(sql.Identifier(name), words[:length]) for name, length in fields.items()
                )
                admin.execute(sql.SQL("UPDATE {} SET {} WHERE id = {}").format(sql.Identifier(table), to, id))
    return found


@pytest.mark.parametrize("table", TABLES)
def test_csv_and_excel_hold_each_as_it_is(make: Make, people: dict[str, Any], written: Any, table: str) -> None:
    lines = csv.DictReader(io.StringIO(make(table, "csv", people["ADMIN"]).decode(), newline=""), strict=True)
    told = {row["id"]: row for row in lines}
    sheet = load_workbook(io.BytesIO(make(table, "excel", people["ADMIN"]))).worksheets[0]
    names = [cell.value for cell in sheet[1]]
    shown = {str(cells[names.index("id")].value): cells for cells in sheet.iter_rows(min_row=2)}
    assert told.keys() == shown.keys() == written[table].keys()
    for id, words in written[table].items():
        for name, length in FIELDS[table].items():
            cell = shown[id][names.index(name)]
            assert told[id][name] == harmed(words[:length]), name
            assert (cell.data_type, meant(cell.value)) == ("s", words[:length]), name


@pytest.mark.parametrize("table", TABLES)
def test_a_pdf_shows_each_as_text(make: Make, people: dict[str, Any], written: Any, table: str) -> None:
    for name, length in FIELDS[table].items():
        said = squeezed(poppler("pdftotext", make(table, "pdf", people["ADMIN"], f"columns={name}"), "-raw"))
        for words in written[table].values():
            assert all(part in said for part in map(squeezed, parts(words[:length]))), (name, words)
