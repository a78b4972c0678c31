"""What an export is asked for, and what it answers: columns, filters, rights."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.conftest import Database
from tests.exports.conftest import ZONE, Make
from tests.factories import make_property, make_turn
from turns_web.core import db
from turns_web.core.clock import today
from turns_web.core.errors import Invalid, Senseless
from turns_web.core.identity import Identity, Role
from turns_web.core.versioned import readable
from turns_web.exports import sources
from turns_web.exports.sources import columns_seen
from turns_web.properties.columns import COLUMNS as OF_PROPERTIES
from turns_web.schema import properties, turns, vendors
from turns_web.subjects import SUBJECTS
from turns_web.turns.board import queries as board
from turns_web.turns.board import table

sources.speak_of(SUBJECTS)


def _rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline=""), strict=True))


@pytest.mark.parametrize("of", [properties, turns, vendors], ids=lambda table: table.name)
def test_all_that_may_be_read_can_be_exported_and_no_secret(of: Any) -> None:
    names = {column.name for column in sources.columns_of(of.name)}
    assert names >= {column.name for column in readable(of)}
    assert not names & {"tax_id", "primary_lock_box_code", "search_text"}


@pytest.mark.parametrize("type", sources.TYPES)
def test_what_a_table_shows_is_among_the_columns(people: dict[str, Any], type: str) -> None:
    every = {"turn_columns": [c.name for c in table.COLUMNS], "property_columns": [c.name for c in OF_PROPERTIES]}
    who = Identity(people["ADMIN"].id, Role.ADMIN, preferences=every)
    known = [column.name for column in sources.columns_of(type)]
    seen = columns_seen(who, type)
    assert set(seen) <= set(known)
    assert len(seen) > len(columns_seen(replace(who, preferences={}), type)) or type in ("vendors", "audit")


@pytest.mark.parametrize(
    ("type", "query", "name"),
    [
        ("turns", "stage_id=x", "stage_id"),
        ("turns", "columns=turn_id,lock", "columns"),
        ("properties", "sort=rent", "sort"),
        ("vendors", "is_approved=perhaps", "is_approved"),
        ("audit", "created_from=yesterday", "created_from"),
        ("audit", "table_name=secrets", "table_name"),
        ("turns", "bom=maybe", "bom"),
    ],
)
def test_nonsense_is_refused_by_its_name(make: Make, people: dict[str, Any], type: str, query: str, name: str) -> None:
    with pytest.raises(Senseless) as refused:
        make(type, "csv", people["ADMIN"], query)
    assert refused.value.name == name


def test_there_is_no_other_type(make: Make, people: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        make("users", "csv", people["ADMIN"])


def test_what_narrows_an_export_is_told_in_words(make: Make, database: Database, people: dict[str, Any]) -> None:
    who = Identity(people["ADMIN"].id, Role.ADMIN)
    manager = people["PROPERTY_MANAGER"]
    with db.read(who) as session:
        query = f"is_active=1&property_manager_id={manager.id}&q=Elm"
        found = sources.source(session, who, "turns", query, date(2026, 3, 12)).filters
        everything = sources.source(session, who, "turns", "", date(2026, 3, 12)).filters
    assert found == [
        ("Turns", "under way or lately completed"),
        ("Find", "Elm"),
        ("Manager", f"{manager.first_name} {manager.last_name}"),
    ]
    assert everything == []


def test_the_board_is_exported_in_its_own_order_with_its_own_words(
    make: Make, database: Database, admin: psycopg.Connection, people: dict[str, Any]
) -> None:
    home = make_property(admin, people["OTHER"])
    make_turn(admin, home, "Final Walk", priority=1, turns_superintendent_id=people["OTHER"].id)
    who = Identity(people["ADMIN"].id, Role.ADMIN)
    found = _rows(make("turns", "csv", people["ADMIN"], "is_active=1"))
    here = board.Here(today(ZONE), ZoneInfo(ZONE))
    with db.read(who) as session:
        stages = board.frame(session).stages
        lines, _ = table.lines(session, table.Filters.of(sources.Query("")), None, here)
        facts = {
            stage.id: table.StageFacts(stage.is_vendor_required, stages.is_walk(stage), stage.is_complete_stage)
            for stage in stages
        }
        faces = [table.face_of(line.row, facts, here) for line in lines]
    assert [row["turn_id"] for row in found] == [face.row.turn_id for face in faces]
    assert [row["holder"].lstrip("'") for row in found] == [face.holder.words.lstrip("'") for face in faces]
    assert found[0]["priority"] == "1" and found[0]["holder"].endswith(", final walk")


def test_a_list_with_past_turns_is_exported_in_the_order_that_it_shows(
    make: Make, admin: psycopg.Connection, people: dict[str, Any]
) -> None:
    make_turn(admin, make_property(admin, people["OTHER"]), "Complete")
    make_turn(admin, make_property(admin, people["OTHER"]), priority=1)
    with db.read(Identity(people["ADMIN"].id, Role.ADMIN)) as session:
        here = board.Here(today(ZONE), ZoneInfo(ZONE))
        lines, _ = table.lines(session, table.Filters.of(sources.Query("is_active=any")), None, here)
    found = _rows(make("turns", "csv", people["ADMIN"], "is_active=any"))
    assert [row["turn_id"] for row in found][: len(lines)] == [line.row.turn_id for line in lines]


def test_the_audit_is_told_in_words_to_those_whose_acts_they_are(
    make: Make, database: Database, admin: psycopg.Connection, people: dict[str, Any]
) -> None:
    manager, other = people["PROPERTY_MANAGER"], people["OTHER"]
    home = make_property(admin, other, sr_manager=None)
    with psycopg.connect(database.app_url) as connection:
        connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(other.id)])
        connection.execute("UPDATE properties SET city = '=Folsom', unit = NULL WHERE id = %s", [home.id])
    assert _rows(make("audit", "csv", manager)) == []
    [act] = _rows(make("audit", "csv", other))
    assert act["description"] == "City: Sacramento → =Folsom"
    assert act["record"] == home.street_address
    assert json.loads(act["new_values"]) == {"city": "=Folsom"}
    every = _rows(make("audit", "csv", people["ADMIN"]))
    assert act["id"] in {row["id"] for row in every}
    assert [row["created_at"] for row in every] == sorted(row["created_at"] for row in every)
    assert _rows(make("audit", "csv", people["ADMIN"], f"user_id={other.id}&q=folsom")) == [act]


def test_a_sheet_that_was_taken_is_told_as_the_audit_tells_it(
    make: Make, database: Database, admin: psycopg.Connection, people: dict[str, Any]
) -> None:
    turn = make_turn(admin, make_property(admin, people["OTHER"]))
    with psycopg.connect(database.app_url) as connection:
        connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(people["OTHER"].id)])
        connection.execute("SELECT audit_turn_sheet(%s)", [turn.id])
    [act] = _rows(make("audit", "csv", people["OTHER"], "action=EXPORT"))
    assert (act["description"], act["record"]) == ("Took the turn’s sheet", turn.turn_id)
