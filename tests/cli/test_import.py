"""bin/turns import: the real file as promised, twice; other files; and what is no table."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.conftest import run_turns
from tests.factories import make_property, make_turn, make_user, make_vendor

REAL = Path(__file__).parent.parent / "data" / "sacramento_transactions.csv"


@pytest.fixture
def take(database):
    """Import and return exit status and the object of --json."""

    def act(*arguments: Any) -> tuple[int, dict[str, Any]]:
        answer = run_turns(database, "import", *map(str, arguments), "--json")
        assert answer.returncode in (0, 1), answer.stderr
        return answer.returncode, json.loads(answer.stdout)

    return act


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "homes.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


def test_the_real_file_comes_in_as_promised_and_a_second_time_nothing_is_new(take, database):
    status, first = take("properties", REAL)
    assert status == 0
    assert first["counts"] == {"read": 985, "new": 981, "changed": 0, "same": 0, "duplicate": 4, "refused": 0}
    assert first["unmapped"] == ["type", "sale_date", "price", "latitude", "longitude"]
    assert first["mapping"]["street_address"] == "street"
    assert len(first["warnings"]) == 171
    assert sum(said["column"] == "bedrooms, bathrooms, area_sqft" for said in first["warnings"]) == 108
    assert all(one["of"] < one["row"] for one in first["duplicates"])
    with database.admin() as connection:
        row = connection.execute(
            "SELECT name, street_address, city, zip_code, bedrooms, area_sqft, property_id FROM properties"
            " WHERE street_address = '3526 HIGH ST'"
        ).fetchone()
        assert row == ("3526 HIGH ST", "3526 HIGH ST", "SACRAMENTO", "95838", 2, 836, "P-000001")
        contexts = connection.execute(
            "SELECT count(*), count(DISTINCT context), min(context) FROM audit_logs WHERE context LIKE 'import:%'"
        ).fetchone()
        assert contexts is not None
        assert contexts[:2] == (981, 1)
    again, second = take("properties", REAL)
    assert again == 0
    assert second["counts"] == {"read": 985, "new": 0, "changed": 0, "same": 981, "duplicate": 4, "refused": 0}
    with database.admin() as connection:
        assert connection.execute("SELECT max(version) FROM properties").fetchone() == (1,)


def test_a_dry_run_says_the_same_and_writes_nothing(take, file, database):
    path = file("street,city,zip\n1 Dry Run Rd,Davis,95616\n")
    _, dry = take("properties", path, "--dry-run")
    with database.admin() as connection:
        found = connection.execute("SELECT 1 FROM properties WHERE street_address = '1 Dry Run Rd'").fetchone()
    assert found is None
    _, wet = take("properties", path)
    assert wet == dry
    assert wet["counts"]["new"] == 1


def test_what_a_file_says_differently_is_changed_and_an_empty_cell_says_nothing(take, file, database):
    take("properties", file("code,street,city,zip,beds,rent\nCH-1,1 Change Way,Davis,02134,3,1500\n"))
    _, second = take("properties", file('code,street,city,zip,beds,rent\nCH-1,1 Change Way,Davis,02134,,"$1,650.50"\n'))
    assert second["counts"]["changed"] == 1
    with database.admin() as connection:
        row = connection.execute(
            "SELECT bedrooms, monthly_rent, zip_code, version FROM properties WHERE property_id = 'CH-1'"
        ).fetchone()
    assert row is not None
    assert [str(value) for value in row] == ["3.0", "1650.50", "02134", "2"]


def test_two_columns_are_joined_and_constants_fill_what_the_file_lacks(take, file, database):
    path = file("Number,Street,City,Zip\n30-66,Steinway St,Astoria,11103\n")
    _, answer = take(
        "properties", path, "--map", "street_address=Number+Street", "--set", "state=NY", "--set", "market=NYC"
    )
    assert answer["mapping"]["street_address"] == "Number+Street"
    with database.admin() as connection:
        row = connection.execute(
            "SELECT street_address, state, market FROM properties WHERE zip_code = '11103'"
        ).fetchone()
    assert row == ("30-66 Steinway St", "NY", "NYC")


def test_refused_rows_come_back_with_their_reasons_and_can_be_sent_again(take, file, tmp_path):
    refused = tmp_path / "refused.csv"
    path = file(
        "street,city,zip,beds,note\n1 Good St,Davis,95616,2,a\n2 Bad St,Davis,95616,many,=1+1\n,Davis,95616,1,b\n"
    )
    status, answer = take("properties", path, "--refused", refused)
    assert status == 1
    assert answer["counts"] | {"new": 1, "refused": 2} == answer["counts"]
    assert [(one["row"], one["column"], one["value"]) for one in answer["refusals"]] == [
        (3, "bedrooms", "many"),
        (4, "street_address", ""),
    ]
    rows = list(csv.reader(refused.open(newline="")))
    assert rows[0] == ["street", "city", "zip", "beds", "note", "row", "column", "value", "reason"]
    assert rows[1][4:8] == ["'=1+1", "3", "bedrooms", "many"]
    mended = file(refused.read_text().replace("many", "3"), "mended.csv")
    _, second = take("properties", mended)
    assert second["counts"]["new"] == 1


def test_turns_come_in_by_the_code_of_their_home_at_the_stage_they_are_at(take, file, database):
    with database.admin() as connection:
        home = make_property(connection, property_id="TU-1")
        make_property(connection, property_id="TU-2")
        make_vendor(connection, company_name="Imported Painting")
    head = "property_id,stage_id,move_out_date,turn_amount,vendor_id\n"
    path = file(
        head + "TU-1,In Progress,2026-03-02,1800,Imported Painting\nTU-2,nowhere,3/4/2026,100,\nTU-9,Draft,,,\n"
    )
    status, answer = take("turns", path)
    assert status == 1
    assert [one["column"] for one in answer["refusals"]] == ["stage_id", "property_id"]
    with database.admin() as connection:
        row = connection.execute(
            "SELECT s.name, scope_approval_status::text, turn_amount::text, l.kind::text, l.note, v.company_name"
            " FROM turns t JOIN turn_stages s ON s.id = t.stage_id JOIN turn_stage_log l ON l.turn_id = t.id"
            " JOIN vendors v ON v.id = t.vendor_id WHERE property_id = %s",
            [home.id],
        ).fetchone()
    assert row == ("In Progress", "PENDING", "1800.00", "import", "Imported from homes.csv", "Imported Painting")
    _, again = take("turns", file(head + "TU-1,Final Walk,2026-03-02,1800,Imported Painting\n"))
    assert again["counts"]["changed"] == 1


def test_an_amount_that_is_approved_refuses_its_row_alone(take, file, database):
    with database.admin() as connection:
        home = make_property(connection, property_id="AP-1")
        turn = make_turn(connection, home, turn_amount=500)
        connection.execute("SELECT set_config('app.loading', 'on', false)")
        connection.execute(
            "UPDATE turns SET scope_approval_status = 'DFO_APPROVED', approved_turn_amount = 500 WHERE id = %s",
            [turn.id],
        )
    path = file(f"property_id,move_out_date,turn_amount\nAP-1,{turn.move_out_date},600\n")
    status, answer = take("turns", path)
    assert status == 1
    assert answer["refusals"][0]["reason"] == "Approved at $500: record a change order."


def test_vendors_are_told_apart_by_company(take, file, database):
    text = 'Company,Trades,Insured until,Approved,Tax id\nŁódź & Söhne,"Paint, Drywall",2027-01-31,yes,12-345\n'
    take("vendors", file(text))
    _, again = take("vendors", file(text))
    assert again["counts"]["same"] == 1
    with database.admin() as connection:
        row = connection.execute(
            "SELECT trades, is_approved, tax_id FROM vendors WHERE company_name = 'Łódź & Söhne'"
        ).fetchone()
    assert row == (["Paint", "Drywall"], True, "12-345")


def test_a_workbook_comes_in_too(take, tmp_path, database):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Street", "City", "ZIP", "Beds", "Move-out", "Rent"])
    sheet.append(["1 Excel Ct", "Boston", 2134, 2.0, None, 1200.5])
    sheet["C2"].number_format = "00000"
    path = tmp_path / "homes.xlsx"
    book.save(path)
    _, answer = take("properties", path)
    assert answer["counts"]["new"] == 1
    with database.admin() as connection:
        row = connection.execute(
            "SELECT zip_code, bedrooms::text, monthly_rent::text FROM properties WHERE street_address = '1 Excel Ct'"
        ).fetchone()
    assert row == ("02134", "2.0", "1200.50")


def test_cells_that_look_like_formulas_are_data_and_lose_the_mark_of_an_export(take, file, database):
    path = file("street,city,zip,name\n1 Formula St,Davis,95616,=1+1\n2 Formula St,Davis,95616,'=1+1\n"
                "3 Formula St,Davis,95616,''=1+1\n4 Formula St,Davis,95616,'tis\n")  # fmt: skip
    take("properties", path)
    with database.admin() as connection:
        rows = connection.execute(
            "SELECT name FROM properties WHERE street_address LIKE '% Formula St' ORDER BY street_address"
        ).fetchall()
    assert [name for (name,) in rows] == ["=1+1", "=1+1", "'=1+1", "'tis"]


def test_title_case_and_another_key(take, file, database):
    path = file("street,city,zip\n4734 14TH AVE Unit B,O'BRIEN,95820\n")
    take("properties", path, "--title-case", "--key", "street_address+zip_code")
    _, again = take("properties", path, "--title-case", "--key", "street_address+zip_code")
    assert again["counts"]["same"] == 1
    with database.admin() as connection:
        row = connection.execute("SELECT street_address, city FROM properties WHERE city = 'O''Brien'").fetchone()
    assert row == ("4734 14th Ave Unit B", "O'Brien")


def test_somebody_may_be_named_who_did_it_if_they_may(take, file, database):
    with database.admin() as connection:
        admin = make_user(connection, "ADMIN")
        manager = make_user(connection, "PROPERTY_MANAGER")
    path = file("street,city,zip\n1 As Somebody St,Davis,95616\n")
    answer = run_turns(database, "import", "properties", str(path), "--as", manager.email)
    assert answer.returncode == 2
    take("properties", path, "--as", admin.email)
    with database.admin() as connection:
        row = connection.execute(
            "SELECT created_by FROM properties WHERE street_address = '1 As Somebody St'"
        ).fetchone()
    assert row == (admin.id,)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n\r", "empty"),
        (b"street,city,zip\n", "no rows"),
        (b"%PDF-1.7 \x00\x01", "not a table"),
        (b"\x00\x01\x02\x03" * 50, "not a table"),
        (b"PK\x03\x04 but no zip", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel"),
        (b"name,colour\nx,y\n", "street_address"),
    ],
)
def test_what_is_no_table_is_one_line_and_status_2(database, tmp_path, content, said):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    answer = run_turns(database, "import", "properties", str(path), "--json")
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ["--map", "nonsense=street"],
        ["--map", "city=nowhere"],
        ["--set", "colour=red"],
        ["--key", "county"],
        ["--as", "nobody@example.test"],
        ["--frobnicate"],
    ],
)
def test_a_wrong_option_is_status_2_and_nothing_is_written(database, file, wrong):
    path = file("street,city,zip\n1 Wrong Option St,Davis,95616\n")
    assert run_turns(database, "import", "properties", str(path), *wrong).returncode == 2
    with database.admin() as connection:
        found = connection.execute("SELECT 1 FROM properties WHERE street_address = '1 Wrong Option St'").fetchone()
    assert found is None


def test_a_missing_file_is_status_2(database, tmp_path):
    assert run_turns(database, "import", "properties", str(tmp_path / "none.csv")).returncode == 2
