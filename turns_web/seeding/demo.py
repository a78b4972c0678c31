"""The demo portfolio: put in once, the same every time but for the date that it is told from."""

from __future__ import annotations

from random import Random

import psycopg

from turns_web.core.clock import now
from turns_web.seeding import loading, people
from turns_web.seeding.lives import Lives
from turns_web.seeding.people import seed_id
from turns_web.seeding.portfolio import Cast, companies, homes, providers, supplies
from turns_web.seeding.story import Clock, Story, Turn, versions_of

_ENOUGH_PAST = 234


def is_empty(admin_url: str) -> bool:
    """Nobody and nothing yet but what the migrations brought."""
    with loading.owner(admin_url) as connection:
        return connection.execute(
            "SELECT NOT EXISTS (SELECT FROM properties) AND NOT EXISTS (SELECT FROM vendors)"
            " AND (SELECT count(*) FROM users) = 1"
        ).fetchone() == (True,)


def load(admin_url: str, password: str) -> bool:
    """The demo sign-ins and, unless it is there already, the demo portfolio. Returns whether it was put in now."""
    with loading.owner(admin_url) as connection:
        people.ensure_sign_ins(connection, password)
        if connection.execute("SELECT 1 FROM properties WHERE id = %s", [seed_id("property", 1)]).fetchone():
            return False
        people.ensure_colleagues(connection)
        with loading.as_it_was(connection):
            _tell(connection)
    loading.settle(admin_url)
    return True


def _tell(connection: psycopg.Connection) -> None:
    cast = Cast(
        people=people.by_name(connection),
        types=dict(connection.execute("SELECT name, id FROM property_types").fetchall()),
        clock=Clock(now()),
        dice=Random(20260117),  # noqa: S311 # the same portfolio every time, nothing secret
    )
    vendors, rented = companies(cast), homes(cast)
    lives = Lives(cast, vendors)
    past = lives.past(rented[:_ENOUGH_PAST])
    # Some homes are turned again; most of those under way were let for years.
    turned_again = [turn.home for turn in past[:14]]
    under_way = lives.under_way([*turned_again, *rented[_ENOUGH_PAST:]])
    turns = sorted([*past, *under_way], key=lambda turn: turn.versions[0]["created_at"])
    _number(connection, turns)
    _count_jobs(connection, vendors, turns)
    for table, stories in (
        ("vendors", list(vendors.values())),
        ("utility_providers", providers(cast)),
        ("properties", rented),
        ("property_utilities", supplies(cast, [turn.home for turn in under_way])),
        ("turns", turns),
        ("comments", [comment for turn in turns for comment in turn.comments]),
    ):
        loading.load_versions(connection, table, versions_of(stories))
    loading.load_rows(connection, "turn_stage_log", [stretch for turn in turns for stretch in turn.log])
    loading.load_rows(connection, "approval_decisions", [decision for turn in turns for decision in turn.decisions])


def _number(connection: psycopg.Connection, turns: list[Turn]) -> None:
    """The numbers that turns get, year and sequence, in the order in which they began."""
    ((first,),) = connection.execute("SELECT last_value + is_called::int FROM turn_numbers").fetchall()
    for number, turn in enumerate(turns, start=first):
        for version in turn.versions:
            version["turn_id"] = f"T-{turn.versions[0]['created_at'].year}-{number:06d}"
    connection.execute("SELECT setval('turn_numbers', %s)", [first + len(turns) - 1])


def _count_jobs(connection: psycopg.Connection, vendors: dict[str, Story], turns: list[Turn]) -> None:
    """What a company's page says it has done is what it has done here."""
    done: dict[object, int] = {}
    for turn in turns:
        if not turn.row["is_open"]:
            done[turn.row["vendor_id"]] = done.get(turn.row["vendor_id"], 0) + 1
    for story in vendors.values():
        for version in story.versions:
            version["total_jobs"] = done.get(story.row["id"], 0)
    company = seed_id("vendor", people.VENDOR)
    connection.execute("UPDATE vendors SET total_jobs = %s WHERE id = %s", [done.get(company, 0), company])
