"""Files as tables, whatever they look like."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

from turns_web.imports import sheet as sheets
from turns_web.imports.parsing import titled
from turns_web.imports.report import harmless
from turns_web.imports.sheet import read_sheet
from turns_web.imports.unreadable import Unreadable

# What can stand in a cell of a text file: no control characters, and something besides blanks.
cells = st.text(st.characters(exclude_categories=("Cc", "Cs"), max_codepoint=0xFFFF), max_size=12)
rows = st.lists(
    st.lists(cells, min_size=4, max_size=4).filter(lambda row: any(c.strip() for c in row)), min_size=1, max_size=6
)


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("files") / "file.csv"


@given(
    rows=rows,
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)
@example(rows=[["売買契約書の写し"] * 4] * 6, end="\n", delimiter=",", encoding="utf-16-le")
def test_every_dialect_reads_back_what_was_written(path, rows, end, delimiter, encoding):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["street", "city", "zip", "beds"], *rows])
    path.write_bytes(out.getvalue().encode(encoding))
    found = read_sheet(path)
    assert found.header == ["street", "city", "zip", "beds"]
    assert [row for _, row in found.rows] == rows
    assert [number for number, _ in found.rows] == list(range(2, len(rows) + 2))


def read(path: Path, content: bytes) -> sheets.Sheet:
    path.write_bytes(content)
    return read_sheet(path)


def test_windows_text_is_read_as_such(path):
    found = read(path, "street;city\r\n1 Calle Año;Łódź".replace("Łódź", "Köln").encode("cp1252"))
    assert found.found == {
        "kind": "CSV", "encoding": "Windows-1252", "line_ends": "CR LF (Windows)", "delimiter": "semicolon",
    }  # fmt: skip
    assert found.rows == [(2, ["1 Calle Año", "Köln"])]


def test_empty_rows_count_and_are_not_read(path):
    assert read(path, b"street,city\n\n1 A,B\n,\n2 A,B\n").rows == [(3, ["1 A", "B"]), (5, ["2 A", "B"])]


def test_names_that_come_twice_are_told_apart(path):
    assert read(path, b"city,city,,city\na,b,c,d\n").header == ["city", "city (2)", "Column 3", "city (3)"]


def test_a_cell_of_a_megabyte_is_a_cell(path):
    assert len(read(path, b"street,city\n" + b"x" * 1_000_000 + b",B\n").rows[0][1][0]) == 1_000_000


def test_a_nul_in_a_cell_leaves_the_file_a_table(path):
    assert read(path, b"street,city\n1 A\x00,B\n" + b"2 A,B\n" * 30).rows[0][1] == ["1 A\x00", "B"]


def test_more_rows_than_the_limit_are_refused(path, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(Unreadable, match="more than 2 rows"):
        read(path, b"a,b\n" + b"1,2\n" * 3)


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _ in range(201):
            part.write(b"\0" * 1024 * 1024)
    assert path.stat().st_size < 1024 * 1024
    with pytest.raises(Unreadable, match="200 MiB"):
        read_sheet(path)


def test_a_workbook_without_rows_and_a_damaged_one_are_refused(path):
    Workbook().save(path)
    with pytest.raises(Unreadable):
        read_sheet(path)
    whole = path.read_bytes()
    with pytest.raises(Unreadable, match="not an Excel workbook"):
        read(path, whole[: len(whole) // 2])


def test_formulas_dates_and_flags_of_a_workbook_are_what_a_spreadsheet_shows(path):
    from datetime import date, datetime

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", "b", "c", "d", "e"])
    sheet.append([date(2026, 3, 12), datetime(2026, 3, 12, 14, 30), True, 3.0, "=1+1"])  # noqa: DTZ001
    book.save(path)
    # Nobody computed the formula, so it has no value.
    assert read_sheet(path).rows == [(2, ["2026-03-12", "2026-03-12 14:30:00", "yes", "3", ""])]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("4734 14TH AVE", "4734 14th Ave"),
        ("1223 LAMBERTON CIR Unit B", "1223 Lamberton Cir Unit B"),
        ("O'BRIEN ST NW", "O'Brien St NW"),
        ("McKinley Way", "McKinley Way"),
        ("30-66 steinway", "30-66 Steinway"),
    ],
)
def test_title_case(typed, title):
    assert titled(typed) == title


@pytest.mark.parametrize(
    ("text", "made"),
    [("=1+1", "'=1+1"), ("'=1+1", "''=1+1"), ("''=1+1", "'''=1+1"), ("'tis", "'tis"), ("-5", "'-5"), ("a=b", "a=b")],
)
def test_what_looks_like_a_formula_is_made_harmless(text, made):
    assert harmless(text) == made
