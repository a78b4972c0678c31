"""PDF read by another program than the one that wrote it: poppler's pdftotext, pdfinfo and pdffonts."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from tests.conftest import Database
from tests.exports.conftest import HOSTILE, ZONE, Make
from turns_web.exports.formats.pdf import write
from turns_web.exports.paper.wording import cleaned
from turns_web.exports.sheet import About, Column, Kind, Source


def poppler(program: str, file: bytes, *options: str) -> str:
    return subprocess.run(
        [program, *options, "-", *(["-"] if program == "pdftotext" else [])],
        input=file,
        capture_output=True,
        check=True,
    ).stdout.decode()


def rows_of(file: bytes) -> list[list[str]]:
    """The words of the lines that begin with a turn's number."""
    lines = poppler("pdftotext", file, "-layout").splitlines()
    return [line.split() for line in lines if line.startswith("T-")]


@pytest.mark.parametrize("who", ["ADMIN", "PROPERTY_MANAGER"])
def test_rows_are_those_of_sql(make: Make, plain: Any, people: dict[str, Any], who: str) -> None:
    wanted = plain(
        people[who],
        "SELECT t.turn_id, s.name, to_char(t.turn_amount, 'FM$999,990.00') AS estimate,"
        " t.move_out_date::text AS move_out, CASE WHEN t.is_open THEN 'Yes' ELSE 'No' END AS is_open"
        " FROM turns t JOIN turn_stages s ON s.id = t.stage_id WHERE NOT t.is_archived ORDER BY 1",
    )
    file = make("turns", "pdf", people[who], "columns=turn_id,stage_id,turn_amount,move_out_date,is_open")
    assert rows_of(file) == [" ".join(filter(None, row.values())).split() for row in wanted]


def test_every_page_has_heads_totals_and_its_number(
    make: Make, admin: psycopg.Connection, people: dict[str, Any]
) -> None:
    words = "folded into many lines " * 60
    admin.execute("UPDATE turns SET hold_reason = %s WHERE is_open", [words[:500]])
    file = make("turns", "pdf", people["ADMIN"], "columns=turn_id,hold_reason,sub_status,status,committed_amount")
    pages = poppler("pdftotext", file, "-layout").split("\f")[:-1]
    total = admin.execute(
        "SELECT to_char(sum(approved_turn_amount + change_order_amount), 'FM$999,990.00') FROM turns"
        " WHERE NOT is_archived"
    ).fetchone()[0]
    assert len(pages) > 1
    assert "As of 2026-03-12 15:03 PDT, from the replica, by" in pages[0] and "Not filtered." in pages[0]
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert re.search(r"Number\s+Reason of the hold", page)
        assert re.search(rf"All · {len(HOSTILE)} rows\s+{re.escape(total)}", page)
    counted = [int(count) for page in pages for count in re.findall(r"This page · (\d+) row", page)]
    assert sum(counted) == len(HOSTILE)


def test_its_fonts_are_all_inside(make: Make, people: dict[str, Any]) -> None:
    fonts = poppler("pdffonts", make("turns", "pdf", people["ADMIN"])).splitlines()[2:]
    assert fonts and all(re.search(r" yes yes yes +\d+ +\d+$", font) for font in fonts)


@pytest.mark.parametrize("type,column", [("turns", "status"), ("properties", "name"), ("vendors", "company_name")])
def test_whatever_people_wrote_is_text(make: Make, people: dict[str, Any], type: str, column: str) -> None:
    said = squeezed(poppler("pdftotext", make(type, "pdf", people["ADMIN"], f"columns={column}"), "-raw"))
    for words in HOSTILE:
        assert all(part in said for part in map(squeezed, parts(words))), words


def parts(words: str) -> list[str]:
    """What is read from right to left stands apart from what is not: each is sought for by itself."""
    return re.findall(r"[\u0590-\u07ff]+|[^\u0590-\u07ff]+", cleaned_as_text(words))


def cleaned_as_text(words: str) -> str:
    return unicodedata.normalize("NFKC", cleaned(words))


def squeezed(text: str) -> str:
    """Without what a reader of PDFs adds or leaves out: spaces, marks of direction, joined forms."""
    return re.sub(r"[\s\u200e\u200f\u202a-\u202e]", "", unicodedata.normalize("NFKC", text))


MONSTERS = """SELECT * FROM (VALUES
    ('first', repeat('x', 20000) || ' ' || repeat('word ', 4000),
        date '9999-12-31', timestamptz '9999-12-31 23:59Z', 1.5),
    (E'a\\x01b', NULL, date '12026-01-01', timestamptz 'infinity', 'NaN'),
    ('last', E'two\\nlines', date '-infinity', timestamptz '0044-03-15 12:00Z BC', -0.25)
) AS r (name, notes, day, moment, amount)"""


def test_no_row_is_too_much(database: Database) -> None:
    kinds = {"name": Kind.TEXT, "notes": Kind.TEXT, "day": Kind.DAY, "moment": Kind.MOMENT, "amount": Kind.MONEY}
    columns = [Column(name, name.title(), kind, name, name == "amount") for name, kind in kinds.items()]
    out, told = io.BytesIO(), []
    with psycopg.connect(database.app_url) as connection:
        about = About(datetime(2026, 3, 12, 22, 3, tzinfo=UTC), "replica", "Ana <b>Žižek", 3, ZONE)
        write(out, Source("audit", "Monsters", columns, MONSTERS, "", {}), about, connection, told.append)
    said = poppler("pdftotext", out.getvalue(), "-layout")
    assert said.count("x") >= 20_000 and said.count("word") == 4_000
    assert "9999-12-31 9999-12-31 15:59" in " ".join(said.split())
    assert re.search(r"a□b\s+12026-01-01\s+infinity\s+NaN", said)
    assert re.search(r"last\s+two\s+-infinity\s+0044-03-\d\d \d\d:\d\d BC\s+-\$0.25\s+lines", said)
    assert "□ stands for a letter that this file’s fonts do not have" in said
    assert "by Ana <b>Žižek" in said and told == [3]


def test_columns_without_room_are_named(make: Make, people: dict[str, Any]) -> None:
    said = " ".join(poppler("pdftotext", make("turns", "pdf", people["ADMIN"]), "-layout").split())
    assert re.search(r"Left out for want of room: .*Version, Turn\. CSV and Excel have every column\.", said)
    assert all(head in said for head in ("Number", "Street address", "Estimate", "Committed"))


def test_nothing_is_a_page_that_says_so(make: Make, people: dict[str, Any]) -> None:
    said = poppler("pdftotext", make("turns", "pdf", people["ADMIN"], "market=Nowhere"), "-layout")
    assert "Nothing matches." in said and "Page 1 of 1" in said and "Nowhere" in said


def test_it_ends_where_the_export_is_not_wanted_any_more(make: Make, people: dict[str, Any]) -> None:
    class Cancelled(Exception):
        pass

    def tell(done: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        make("turns", "pdf", people["ADMIN"], "", tell)
    assert make("turns", "pdf", people["ADMIN"]).startswith(b"%PDF")
