"""A portfolio of any size, skewed as life is: set-based, so that a hundred thousand homes take a minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import ClientCursor

from turns_web.seeding import loading, people
from turns_web.seeding.crowd import ensure_crowd, ensure_markets
from turns_web.seeding.words import STREETS

_SQL = Path(__file__).parent / "sql"

_WORDS = {
    "hold": "Waits for parts that are on back order.",
    "rejection": "The price is above the book: split it into lines and send it again.",
}


class TooFewHomes(Exception):
    """What is wanted does not fit into the homes; the message says so in one line."""


@dataclass(frozen=True)
class Wanted:
    """Numbers to add up to; None leaves that part alone."""

    properties: int | None = None
    turns: int | None = None
    history: int | None = None
    audit: int | None = None


def load(admin_url: str, password: str, wanted: Wanted) -> dict[str, int]:
    """Add what is missing to these numbers; returns how many of each were added. Raises TooFewHomes, nothing added."""
    with loading.owner(admin_url) as connection:
        missing = _missing(connection, wanted)
        people.ensure_sign_ins(connection, password)
        if any(missing.values()):
            _add(connection, missing)
    if any(missing.values()):
        loading.settle(admin_url)
    return missing


def _missing(connection: psycopg.Connection, wanted: Wanted) -> dict[str, int]:
    there = {
        "homes": _count(connection, "properties WHERE NOT is_archived"),
        "past turns": _count(connection, "turns WHERE NOT is_open"),
        "turns under way": _count(connection, "turns WHERE is_open"),
        "audit rows": _count(connection, "audit_logs WHERE context = 'seed'"),
    }
    asked = dict(zip(there, (wanted.properties, wanted.history, wanted.turns, wanted.audit), strict=True))
    missing = {what: max(0, (asked[what] or 0) - number) for what, number in there.items()}
    homes = there["homes"] + missing["homes"]
    turns = wanted.turns or 0
    if turns > homes or (wanted.properties is not None and turns > wanted.properties):
        raise TooFewHomes(
            f"{turns:,} turns under way do not fit into {min(homes, wanted.properties or homes):,} homes, one each:"
            " ask for more --properties."
        )
    if missing["past turns"] and not homes:
        raise TooFewHomes("Past turns need homes: ask for --properties too.")
    if missing["audit rows"] and not there["past turns"] + missing["past turns"]:
        raise TooFewHomes("Audit rows tell of past turns: ask for --history too.")
    return missing


def _add(connection: psycopg.Connection, missing: Mapping[str, int]) -> None:
    crowd = ensure_crowd(connection)
    names = {**_WORDS, **vars(crowd)}
    _run(connection, "tools", {})
    with loading.as_it_was(connection):
        if missing["homes"]:
            _add_homes(connection, {**names, "count": missing["homes"]})
        if missing["past turns"]:
            _add_turns(connection, "past", {**names, "count": missing["past turns"]})
        if missing["audit rows"]:
            _add_audit(connection, {"count": missing["audit rows"]})
        if missing["turns under way"]:
            _add_turns(connection, "under_way", {**names, "count": missing["turns under way"]})
    if missing["turns under way"]:
        _run(connection, "told_homes", {})


def _add_homes(connection: psycopg.Connection, names: dict[str, Any]) -> None:
    ensure_markets(connection)
    ((last,),) = connection.execute(
        r"SELECT coalesce(max(substring(property_id FROM '^[A-Z]{3}-(\d{6,15})$')::bigint), 0) FROM properties"
    ).fetchall()
    loading.stage(connection, "properties")
    _run(connection, "properties", {**names, "first": last + 1, "streets": list(STREETS)})
    loading.keep(connection, "properties")


def _add_turns(connection: psycopg.Connection, kind: str, names: dict[str, Any]) -> None:
    """kind: `past` or `under_way`, the file that makes up their lives."""
    connection.execute("DROP TABLE IF EXISTS pg_temp.life, pg_temp.life_approved")
    # Just filled, and never analyzed: without figures the planner takes a hundred thousand homes for a few.
    connection.execute("ANALYZE properties")
    _run(connection, kind, names)
    _run(connection, "approved", names)
    loading.stage(connection, "turns")
    _run(connection, "turns", names)
    loading.keep(connection, "turns")
    for what in ("stage_log", "decisions"):
        _run(connection, what, names)


def _add_audit(connection: psycopg.Connection, names: dict[str, Any]) -> None:
    _run(connection, "audit_changes", names)
    loading.ensure_partitions(connection, "further", "at")
    for what in ("audit_rows", "audit_versions"):
        _run(connection, what, names)


def _run(connection: psycopg.Connection, name: str, values: dict[str, Any]) -> None:
    """sql/<name>.sql. The values are put in by the client: statements that make tables take no parameters."""
    ClientCursor(connection).execute((_SQL / f"{name}.sql").read_text(), values)


def _count(connection: psycopg.Connection, of: LiteralString) -> int:
    ((number,),) = connection.execute(f"SELECT count(*) FROM {of}").fetchall()  # noqa: S608 # our own words
    return number
