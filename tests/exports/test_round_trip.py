"""What was exported comes in again, and nothing is lost on the way: every row is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Database, run_turns
from tests.exports.conftest import HOSTILE, Make
from tests.factories import approved, make_property, make_turn, make_user, make_vendor


@pytest.fixture(scope="module")
def gone(admin: psycopg.Connection, portfolio: None) -> None:
    """Turns of past years: their people left, their company was put away, and another one has the same name."""
    left = make_user(admin, "PROPERTY_MANAGER", first_name="Lee", last_name="Gone")
    walker = make_user(admin, "INSPECTOR")
    firms = [make_vendor(admin, company_name=name) for name in ("Acme  Paint", "acme paint", "Old & Sons")]
    home = make_property(admin, left)
    for firm in firms:
        turn = make_turn(
            admin, home, "Complete", vendor_id=firm.id, turns_superintendent_id=walker.id, **approved("1234.50")
        )
        admin.execute("UPDATE turns SET turn_completion_date = move_out_date + 1 WHERE id = %s", [turn.id])
    admin.execute("UPDATE users SET is_active = false WHERE id = ANY(%s)", [[left.id, walker.id]])
    admin.execute("UPDATE vendors SET is_archived = true WHERE id = ANY(%s)", [[firms[1].id, firms[2].id]])


@pytest.mark.parametrize("type", ["properties", "vendors", "turns"])
def test_every_row_is_the_same(
    make: Make, gone: None, database: Database, people: dict[str, Any], tmp_path: Path, type: str
) -> None:
    file = tmp_path / "all.csv"
    file.write_bytes(make(type, "csv", people["ADMIN"]))
    answer = run_turns(database, "import", type, str(file), "--json")
    found = json.loads(answer.stdout)
    assert found["refusals"] == []
    assert found["counts"]["same"] == found["counts"]["read"] >= len(HOSTILE)
    assert found["warnings"] == []


def test_nobody_new_is_given_to_who_is_gone(
    gone: None, database: Database, admin: psycopg.Connection, tmp_path: Path
) -> None:
    home = make_property(admin)
    file = tmp_path / "turns.csv"
    file.write_text(f"property_id,vendor_id\r\n{home.property_id},Old & Sons\r\n", encoding="utf-8")
    answer = run_turns(database, "import", "turns", str(file), "--json")
    [refused] = json.loads(answer.stdout)["refusals"]
    assert (refused["column"], refused["value"]) == ("vendor_id", "old & sons")
    assert refused["reason"] == "This vendor is out of use: name another."
