"""Workbooks read by other programs than the one that wrote them: openpyxl and LibreOffice."""

from __future__ import annotations

import csv
import errno
import io
import subprocess
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
from openpyxl import Workbook, load_workbook

from tests.conftest import Database
from tests.exports.conftest import HOSTILE, Make
from tests.factories import make_property, make_turn
from turns_web.exports.formats import excel
from turns_web.exports.formats.rows_part import LONGEST

_NAMES = (
    "turn_id", "property_id", "street_address", "zip_code", "vendor_id", "status", "move_out_date", "turn_amount",
    "change_order_amount", "days_in_stage", "is_open", "created_at",
)  # fmt: skip
_COLUMNS = f"columns={','.join(_NAMES)}"
_TURNS = """SELECT t.turn_id, p.property_id, p.street_address, p.zip_code, v.company_name, t.status, t.move_out_date,
        t.turn_amount, t.change_order_amount, 0 AS days_in_stage, t.is_open,
        t.created_at AT TIME ZONE 'America/Los_Angeles' AS created_at
    FROM turns t JOIN properties p ON p.id = t.property_id LEFT JOIN vendors v ON v.id = t.vendor_id
    WHERE NOT t.is_archived ORDER BY t.turn_id"""


def _book(file: bytes) -> Workbook:
    return load_workbook(io.BytesIO(file))


def _lines(book: Workbook) -> list[tuple[Any, ...]]:
    return list(book.worksheets[0].iter_rows(min_row=2, values_only=True))


def _told(book: Workbook) -> dict[Any, Any]:
    return {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}


def meant(value: Any) -> Any:
    """openpyxl leaves Excel's escape of what looks like an escape as it stands."""
    return value.replace("_x005F_", "_") if isinstance(value, str) else value


def _notes(book: Workbook) -> list[Any]:
    return [told for label, told in book["About"].iter_rows(values_only=True) if label == "Note"]


@pytest.mark.parametrize("who", ["ADMIN", "PROPERTY_MANAGER"])
def test_rows_are_those_of_sql_with_their_types(make: Make, plain: Any, people: dict[str, Any], who: str) -> None:
    wanted = plain(people[who], _TURNS)
    book = _book(make("turns", "excel", people[who], _COLUMNS))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(_NAMES)
    for row, there in zip(sheet.iter_rows(min_row=2), wanted, strict=True):
        amount = there["turn_amount"] and float(there["turn_amount"])
        change = there["change_order_amount"] and float(there["change_order_amount"])
        day = datetime.combine(there["move_out_date"], datetime.min.time())
        expected = there | {"turn_amount": amount, "change_order_amount": change, "move_out_date": day}
        *values, created_at = (cell.value for cell in row)
        assert list(map(meant, values)) == list(expected.values())[:-1]
        assert abs(created_at - there["created_at"]) < timedelta(milliseconds=2)
        assert {cell.data_type for cell in row[:6]} == {"s"}
        assert row[6].is_date and row[11].is_date
        assert row[7].number_format == "#,##0.00"
        assert isinstance(row[10].value, bool)


def test_it_has_a_frozen_head_a_filter_and_a_sheet_that_tells_about_it(make: Make, people: dict[str, Any]) -> None:
    book = _book(make("turns", "excel", people["ADMIN"], f"market=Market+1&{_COLUMNS}"))
    sheet, rows = book.worksheets[0], _lines(book)
    assert (sheet.title, sheet.freeze_panes) == ("Turns", "A2")
    assert sheet.auto_filter.ref == f"A1:L{len(rows) + 1}"
    assert sheet.column_dimensions["C"].width > 20
    told = _told(book)
    assert book.sheetnames == ["Turns", "About"]
    assert told["As of"].isoformat() == "2026-03-12T15:03:00"
    assert told["Read from"] == "replica"
    assert told["By"] == f"{people['ADMIN'].first_name} {people['ADMIN'].last_name}"
    assert told["Rows"] == len(rows)
    assert told["Market"] == "Market 1"
    assert told["Estimate"] == sum(Decimal(str(row[7])) for row in rows)


def test_libreoffice_shows_the_same(make: Make, plain: Any, people: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "turns.xlsx").write_bytes(make("turns", "excel", people["ADMIN"], _COLUMNS))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path), str(tmp_path / "turns.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with (tmp_path / "turns.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    wanted = plain(people["ADMIN"], _TURNS)
    for row, there in zip(found, wanted, strict=True):
        expected = {
            name: str(there[key] or "")
            for name, key in zip(_NAMES[:6], [*_NAMES[:4], "company_name", "status"], strict=True)
        }
        assert {name: row[name] for name in expected} == expected
        assert row["move_out_date"] == there["move_out_date"].isoformat()
        assert row["turn_amount"] == ("" if there["turn_amount"] is None else f"{there['turn_amount']:,.2f}")
        assert row["is_open"] == str(there["is_open"]).upper()


def test_one_bad_row_ends_no_export_and_what_became_of_it_is_told(
    make: Make, admin: psycopg.Connection, people: dict[str, Any]
) -> None:
    turn = make_turn(admin, home := make_property(admin, people["OTHER"]))
    admin.execute("UPDATE properties SET community = E'bad\\x01one', bedrooms = 'NaN' WHERE id = %s", [home.id])
    admin.execute(
        """UPDATE turns SET status = E'  two\\r\\nlines ', notice_date = '1850-01-01', final_walk_date = 'infinity',
            scan_360_date = '20001-01-01', expected_completion_date = '9999-12-31',
            lock_box_location = U&'\\FFFE' WHERE id = %s""",
        [turn.id],
    )
    names = (
        "community,final_walk_date,bedrooms,status,expected_completion_date,notice_date,scan_360_date,lock_box_location"
    )
    query = f"property_id={home.id}&columns={names},lock_box_location"
    book = _book(make("turns", "excel", people["ADMIN"], query))
    [row] = _lines(book)
    assert [value.isoformat() if isinstance(value, datetime) else value for value in row] == [
        "bad\ufffdone", "infinity", None, "  two\r\nlines ", "9999-12-31T00:00:00", "1850-01-01",
        "20001-01-01", "\ufffd",
    ]  # fmt: skip
    assert _notes(book) == ["Control characters that no workbook can hold, shown as \ufffd: 2."]
    assert b"infinity" in make("turns", "csv", people["ADMIN"], query)
    admin.execute("DELETE FROM turns WHERE id = %s", [turn.id])


def test_a_text_longer_than_a_cell_is_cut_between_letters(
    make: Make, database: Database, admin: psycopg.Connection, people: dict[str, Any]
) -> None:
    home = make_property(admin, people["OTHER"])
    with psycopg.connect(database.app_url) as connection:
        connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(people["ADMIN"].id)])
        connection.execute("SELECT set_config('app.user_agent', repeat('🏠', 20000), true)")
        connection.execute("UPDATE properties SET city = 'Folsom' WHERE id = %s", [home.id])
    query = f"record_id={home.id}&action=UPDATE&columns=user_agent"
    book = _book(make("audit", "excel", people["ADMIN"], query))
    assert _lines(book) == [("🏠" * (LONGEST // 2),)]
    assert _notes(book) == ["Texts that were cut to the 32,767 characters that a cell holds: 1."]


def test_what_is_too_long_for_a_sheet_goes_on_in_another(
    make: Make, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 7)
    told: list[int] = []
    file = make("turns", "excel", people["ADMIN"], "columns=turn_id,turn_amount", told.append)
    book = _book(file)
    assert book.sheetnames == ["Turns", "About", "Turns 2", "Turns 3"]
    parts = [book[name] for name in ("Turns", "Turns 2", "Turns 3")]
    numbers = [row[0] for part in parts for row in part.iter_rows(min_row=2, values_only=True)]
    assert [part.max_row for part in parts] == [8, 8, len(HOSTILE) - 13]
    assert numbers == sorted(set(numbers)) and len(numbers) == len(HOSTILE)
    assert [part.auto_filter.ref for part in parts] == ["A1:B8", "A1:B8", f"A1:B{len(HOSTILE) - 13}"]
    assert told[-1] == len(HOSTILE)
    assert ZipFile(io.BytesIO(file)).testzip() is None


def test_long_rows_are_not_gathered_by_the_thousand(
    make: Make, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "_PIECE", 1)
    told: list[int] = []
    book = _book(make("turns", "excel", people["ADMIN"], "columns=turn_id", told.append))
    assert told == [*range(1, len(HOSTILE) + 1), len(HOSTILE)]
    assert len(_lines(book)) == len(HOSTILE)


def test_an_export_of_nothing_is_a_workbook_too(make: Make, people: dict[str, Any]) -> None:
    book = _book(make("turns", "excel", people["ADMIN"], "market=Nowhere"))
    assert _lines(book) == []
    assert _told(book)["Rows"] == 0


def test_whoever_stops_it_is_heard(make: Make, people: dict[str, Any]) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int) -> None:
        raise Stopped

    for format in ("excel", "csv"):
        with pytest.raises(Stopped):
            make("turns", format, people["ADMIN"], "", stop)


def test_a_disk_that_is_full_in_the_middle_ends_it_at_once(
    make: Make, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hung while the rows were open, and every export behind it waited."""

    def full(done: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(excel, "MOST_ROWS", 1)
    ended = threading.Event()
    worker = threading.Thread(target=_end, args=(make, people["ADMIN"], full, ended), daemon=True)
    worker.start()
    assert ended.wait(20)


def _end(make: Make, person: Any, full: Callable[[int], None], ended: threading.Event) -> None:
    with pytest.raises(OSError):
        make("turns", "excel", person, tell=full)
    ended.set()
