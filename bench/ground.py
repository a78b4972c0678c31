"""The ground that is measured on: a portfolio of its own, kept between runs, the product and its floors beside it."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import psycopg

from bench.client import Client
from turns_web.cli.db import migrate
from turns_web.cli.parts import Rq, Web
from turns_web.config import CHECKOUT, Addresses
from turns_web.embedded import ports
from turns_web.embedded.stack import Stack

HOME = CHECKOUT / "var" / "bench"
SIZE = {"properties": 100_000, "history": 250_000, "turns": 2_400, "audit": 5_000_000}


class Floors(Web):
    """The bare handlers, on the same kind of server."""

    name = "floors"
    application = "bench.floors:app"


@dataclass
class Ground:
    addresses: Addresses
    product: str
    floors: str

    @cached_property
    def admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.addresses.owner, autocommit=True)

    def one(self, statement: str, *values: Any) -> Any:
        found = self.admin.execute(statement, values).fetchone()
        return found and found[0]

    @cached_property
    def administrator(self) -> UUID:
        return self.one("SELECT id FROM users WHERE email = 'admin@demo.example'")

    @cached_property
    def manager_of_a_fifth(self) -> UUID:
        """The manager with the most homes."""
        return self.one(
            "SELECT property_manager_id FROM properties WHERE property_manager_id IS NOT NULL"
            " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )

    def manager_of_about(self, turns: int) -> UUID:
        """The manager whose turns under way are nearest to so many."""
        return self.one(
            "SELECT property_manager_id FROM turns WHERE is_active AND NOT is_archived"
            " AND property_manager_id IS NOT NULL GROUP BY 1 ORDER BY abs(count(*) - %s), 1 LIMIT 1",
            turns,
        )

    def sign_in(self, person: UUID) -> str:
        """The token of a session of theirs."""
        token = secrets.token_urlsafe(32)
        self.admin.execute(
            "SELECT start_session(%s, %s, '127.0.0.1', 'bench', interval '1 day')",
            [person, hashlib.sha256(token.encode()).hexdigest()],
        )
        return token

    def client(self, person: UUID) -> Client:
        return Client(self.product, self.sign_in(person))

    def as_person(self, person: UUID) -> psycopg.Connection[Any]:
        """Bare SQL in their name: one open transaction that reads."""
        connection = psycopg.connect(self.addresses.app, autocommit=False)
        connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(person)])
        return connection


@contextmanager
def ground() -> Iterator[Ground]:
    """Everything up and full; down again afterwards, what is in the database kept for the next run."""
    os.environ["TURNS_HOME"] = str(HOME)
    for name in ("DATABASE_URL", "DATABASE_POOLED_URL", "DATABASE_REPLICA_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {"RATE_LIMITS": "off", "PYTHONPATH": str(CHECKOUT)}
    HOME.mkdir(parents=True, exist_ok=True)
    stack = Stack(HOME)
    stack.start()
    started: list[Any] = []
    try:
        migrate(stack.addresses.owner)
        _seed()
        web = Web(HOME, "127.0.0.1", ports.choose(None))
        floors = Floors(HOME, "127.0.0.1", ports.choose(None))
        floors.log = HOME / "logs" / "floors.log"
        for part in (web, floors, Rq(HOME)):
            started.append(part)
            part.bring_up()
        yield Ground(stack.addresses, web.address, floors.address)
    finally:
        for part in reversed(started):
            part.stop()
        stack.stop()


def _seed() -> None:
    arguments = [word for name, number in SIZE.items() for word in (f"--{name}", str(number))]
    print("Filling the portfolio (the first time this takes a few minutes)", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "turns_web.cli.main", "seed", *arguments], cwd=CHECKOUT, check=True)
    _settle()


def _settle() -> None:
    """As autovacuum leaves it after a while: statistics and visibility, not the moment after a load."""
    with psycopg.connect(Addresses.read(HOME).owner, autocommit=True) as connection:
        settled = connection.execute(
            "SELECT relallvisible > relpages / 2 FROM pg_class WHERE oid = 'properties'::regclass"
        ).fetchone()
        if settled and settled[0]:
            return
        connection.execute("VACUUM (ANALYZE) properties, turns, turn_stage_log, vendors, users, sessions")
