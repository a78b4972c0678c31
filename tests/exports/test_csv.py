"""CSV read by other programs than the one that wrote it: Python's csv and Postgres' COPY."""

from __future__ import annotations

import csv
import io
from typing import Any

import psycopg
import pytest

from tests.exports.conftest import HOSTILE, Make

_TURNS = """SELECT t.turn_id, p.property_id, p.street_address, p.zip_code, s.name AS stage_id, t.turn_amount::text,
        t.move_out_date::text, t.is_open::text, t.status, t.approved_turn_amount::text, t.change_order_amount::text,
        (t.approved_turn_amount + t.change_order_amount)::text AS committed_amount, t.id::text,
        v.company_name AS vendor_id
    FROM turns t JOIN properties p ON p.id = t.property_id JOIN turn_stages s ON s.id = t.stage_id
    LEFT JOIN vendors v ON v.id = t.vendor_id WHERE NOT t.is_archived ORDER BY t.turn_id"""


def _rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline=""), strict=True))


def harmed(text: str) -> str:
    """The contract's rule, written apart."""
    return f"'{text}" if text.lstrip("'")[:1] in tuple("=+-@\t\r") and text else text


@pytest.mark.parametrize("who", ["ADMIN", "PROPERTY_MANAGER"])
def test_turns_are_those_of_sql_row_for_row(make: Make, plain: Any, people: dict[str, Any], who: str) -> None:
    wanted = plain(people[who], _TURNS)
    found = _rows(make("turns", "csv", people[who]))
    texts = ("property_id", "street_address", "status", "vendor_id")
    assert [{name: row[name] for name in wanted[0]} for row in found] == [
        {name: harmed(value) if name in texts else value or "" for name, value in row.items()} for row in wanted
    ]
    assert len(found) == (len(HOSTILE) if who == "ADMIN" else len(HOSTILE) - len(HOSTILE) // 3)


def test_rows_end_as_the_standard_says_and_line_feeds_inside_stay(
    make: Make, admin: psycopg.Connection, people: dict[str, Any]
) -> None:
    admin.execute("UPDATE turns SET sub_status = E'one\ntwo' WHERE turn_id = (SELECT min(turn_id) FROM turns)")
    file = make("turns", "csv", people["ADMIN"], "columns=turn_id,sub_status")
    head, first, _ = file.split(b"\r\n", 2)
    assert head == b"turn_id,sub_status"
    assert first.endswith(b'"one\ntwo"')
    assert file.endswith(b"\r\n") and not file.startswith(b"\xef\xbb\xbf")
    assert make("turns", "csv", people["ADMIN"], "bom=1&columns=turn_id").startswith(b"\xef\xbb\xbfturn_id\r\n")


def test_postgres_reads_it_back(make: Make, admin: psycopg.Connection, people: dict[str, Any]) -> None:
    names = ("turn_id", "move_out_date", "turn_amount", "change_order_amount", "is_open", "created_at", "version", "id")
    file = make("turns", "csv", people["ADMIN"], f"columns={','.join(names)}")
    types = "turn_id text, move_out_date date, turn_amount numeric, change_order_amount numeric, is_open boolean,"
    with admin.transaction():
        admin.execute(f"CREATE TEMP TABLE back ({types} created_at timestamptz, version int, id uuid) ON COMMIT DROP")
        with admin.cursor().copy("COPY back FROM STDIN (FORMAT csv, HEADER match)") as copy:
            copy.write(file)
        asked = ", ".join(names)
        wrong = f"(TABLE back EXCEPT SELECT {asked} FROM turns) UNION (SELECT {asked} FROM turns WHERE NOT is_archived"
        assert admin.execute(f"{wrong} EXCEPT TABLE back)").fetchall() == []


def test_filters_sort_and_columns_are_those_of_the_list(make: Make, plain: Any, people: dict[str, Any]) -> None:
    file = make(
        "turns", "csv", people["ADMIN"], "market=Market+1&sort=-turn_amount&columns=turn_amount,market&view=table"
    )
    wanted = plain(
        people["ADMIN"], "SELECT turn_amount::text, market FROM turns WHERE market = 'Market 1' ORDER BY 1 DESC"
    )
    assert _rows(file) == wanted


@pytest.mark.parametrize("type", ["properties", "vendors"])
def test_other_lists_are_whole_too(make: Make, plain: Any, people: dict[str, Any], type: str) -> None:
    key = {"properties": "street_address", "vendors": "company_name"}[type]
    wanted = plain(
        people["PROPERTY_MANAGER"], f"SELECT {key}, id::text FROM {type} WHERE NOT is_archived ORDER BY 1, id"
    )
    found = _rows(make(type, "csv", people["PROPERTY_MANAGER"]))
    assert [(row[key], row["id"]) for row in found] == [(harmed(row[key]), row["id"]) for row in wanted]
