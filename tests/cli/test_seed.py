"""bin/turns seed: the demo portfolio looks like life, comes once, and never in production."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.conftest import CHECKOUT, Database, run_turns

TODAY = "(now() AT TIME ZONE 'America/Los_Angeles')::date"


@pytest.fixture(scope="module")
def seeded(database: Database) -> Iterator[psycopg.Connection]:
    answer = run_turns(database, "seed")
    assert answer.returncode == 0, answer.stderr
    with database.admin() as connection:
        yield connection


def count(connection: psycopg.Connection, of: str) -> Any:
    ((number,),) = connection.execute(f"SELECT count(*) FROM {of}").fetchall()
    return number


def everything(connection: psycopg.Connection) -> list[Any]:
    tables = (
        "users",
        "properties",
        "turns",
        "vendors",
        "turn_stage_log",
        "approval_decisions",
        "comments",
        "audit_logs",
    )
    return [
        connection.execute(f"SELECT count(*), max(xmin::text::bigint), max(ctid::text) FROM {table}").fetchone()
        for table in tables
    ]


def test_demo_looks_like_life(seeded):
    assert 200 <= count(seeded, "properties") <= 500
    assert 40 <= count(seeded, "turns WHERE is_open") <= 60
    assert count(seeded, "turns WHERE NOT is_open") > 150
    assert count(seeded, f"turns WHERE is_open AND expected_completion_date < {TODAY}") == 6
    assert count(seeded, "turns WHERE hold_reason IS NOT NULL") == 1
    assert count(seeded, "turns WHERE scope_approval_status = 'REJECTED' AND reject_reason <> ''") == 1
    assert count(seeded, f"vendors WHERE is_active AND insurance_expiry < {TODAY}") == 2
    assert count(seeded, "turns WHERE scope_approval_status = 'DFO_APPROVAL_NEEDED'") > 2
    assert count(seeded, "turns WHERE scope_approval_status = 'HO_APPROVAL_NEEDED'") > 2
    assert count(seeded, "comments") > 20
    leased = (
        f"turns t JOIN properties p ON p.id = t.property_id WHERE is_open AND p.move_in_date - {TODAY} BETWEEN 1 AND 7"
    )
    assert count(seeded, leased) == 3
    stages = seeded.execute("SELECT count(*) FROM turns WHERE is_active GROUP BY stage_id").fetchall()
    assert len(stages) == 5
    assert len(set(stages)) > 3


def test_a_year_of_completed_turns_lies_behind(seeded):
    past_year = f"turns WHERE turn_completion_date > {TODAY} - 365"
    assert count(seeded, f"(SELECT DISTINCT date_trunc('month', turn_completion_date) FROM {past_year}) AS m") >= 12


def test_each_role_has_its_sign_in_and_the_managers_their_own_homes(seeded):
    found = dict(seeded.execute("SELECT email, role::text FROM users WHERE password_hash IS NOT NULL").fetchall())
    assert found == {
        "super@demo.example": "SUPER_ADMIN",
        "admin@demo.example": "ADMIN",
        "manager@demo.example": "PROPERTY_MANAGER",
        "manager2@demo.example": "PROPERTY_MANAGER",
        "senior@demo.example": "SR_PROPERTY_MANAGER",
        "dfo@demo.example": "DFO_APPROVER",
        "ho@demo.example": "HO_APPROVER",
        "inspector@demo.example": "INSPECTOR",
        "vendor@demo.example": "VENDOR",
        "user@demo.example": "USER",
    }
    for name in ("manager", "manager2"):
        mine = "properties WHERE property_manager_id = (SELECT id FROM users WHERE email = '{}@demo.example')"
        assert count(seeded, mine.format(name)) > 40
    jobs = "turns JOIN users u ON u.vendor_id = turns.vendor_id WHERE u.email = 'vendor@demo.example' AND is_open"
    assert count(seeded, jobs) > 0


def test_what_is_kept_of_a_turn_fits_together(seeded):
    """Stage log, audit and row tell the same, as if the triggers had been there."""
    assert count(seeded, "turns WHERE version <> (SELECT count(*) FROM audit_logs WHERE record_id = turns.id)") == 0
    latest = "(SELECT stage_id FROM turn_stage_log l WHERE l.turn_id = turns.id AND left_at IS NULL)"
    assert count(seeded, f"turns WHERE stage_id IS DISTINCT FROM {latest}") == 0
    assert count(seeded, "turn_stage_log WHERE entered_at > now() OR left_at > now()") == 0
    assert count(seeded, "audit_logs WHERE created_at > now()") == 0
    assert count(seeded, "audit_logs_default") == 0
    copied = "(p.property_manager_id, p.sr_property_manager_id, p.market)"
    ours = "(t.property_manager_id, t.sr_property_manager_id, t.market)"
    assert (
        count(seeded, f"turns t JOIN properties p ON p.id = t.property_id WHERE {ours} IS DISTINCT FROM {copied}") == 0
    )
    seeded.execute("SELECT set_config('app.current_user_id', '00000000-0000-0000-0000-000000000001', false)")
    first = seeded.execute(
        "SELECT record_at_version('turns', id, 1) ->> 'stage_id' FROM turns WHERE version > 5 LIMIT 1"
    ).fetchone()
    assert first == ("6f0e1c52-0b1a-4c53-9a3e-000000000001",)


def test_a_second_run_changes_nothing(seeded, database):
    before = everything(seeded)
    answer = run_turns(database, "seed")
    assert answer.returncode == 0
    assert everything(seeded) == before


def test_production_refuses(database):
    answer = subprocess.run(
        [sys.executable, "-m", "turns_web.cli.main", "seed"],
        env={**os.environ, **database.environment, "TURNS_ENV": "production", "RATE_LIMITS": ""},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1


def test_numbers_are_added_up_to_and_skewed_as_life_is(seeded, database):
    numbers = ("--properties", "1200", "--turns", "150", "--history", "900", "--audit", "700")
    answer = run_turns(database, "seed", *numbers)
    assert answer.returncode == 0, answer.stderr
    assert count(seeded, "properties") == 1200
    assert count(seeded, "turns WHERE is_open") == 150
    assert count(seeded, "turns WHERE NOT is_open") == 900
    assert count(seeded, "audit_logs WHERE context = 'seed'") == 700
    shares = dict(seeded.execute("SELECT market, count(*) FROM properties WHERE property_id ~ '-\\d{6}$' GROUP BY 1"))
    homes = sum(shares.values())
    assert 0.15 < max(shares.values()) / homes < 0.26
    assert 0.005 < min(shares.values()) / homes < 0.04
    mine = "SELECT id FROM users WHERE email = 'manager@demo.example'"
    owned = count(seeded, f"properties WHERE property_id ~ '-\\d{{6}}$' AND property_manager_id = ({mine})")
    assert 0.15 < owned / homes < 0.26
    assert count(seeded, "turns WHERE NOT EXISTS (SELECT FROM turn_stage_log l WHERE l.turn_id = turns.id)") == 0
    latest = "(SELECT max(record_version) FROM audit_logs WHERE record_id = turns.id)"
    assert count(seeded, f"turns WHERE version <> {latest}") == 0
    assert count(seeded, "turn_stage_log WHERE left_at < entered_at OR entered_at > now()") == 0
    assert count(seeded, "audit_logs_default") == 0
    before = everything(seeded)
    assert run_turns(database, "seed", *numbers).returncode == 0
    assert everything(seeded) == before


def test_more_turns_than_properties_are_refused_in_one_line(seeded, database):
    before = everything(seeded)
    answer = run_turns(database, "seed", "--properties", "10", "--turns", "20")
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert everything(seeded) == before
