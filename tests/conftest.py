"""Real parts for every test: Postgres with its replica, Valkey, the application, a web server, a browser.

The stack is started once a session, in a folder of its own. Each module gets a fresh database, cloned from one that
was migrated once, and an emptied Valkey.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from click.testing import CliRunner
from psycopg import sql

from turns_web.cli.db import migrate
from turns_web.cli.main import turns
from turns_web.config import CHECKOUT, Addresses, Settings
from turns_web.core import db
from turns_web.embedded import children, ports
from turns_web.embedded.bootstrap import extend
from turns_web.embedded.stack import Stack

# What the factories give everybody, so that signing in needs no more than the address.
PASSWORD = "correct-horse-battery-staple"


@dataclass(frozen=True)
class Database:
    """A migrated, otherwise empty database of this module, on the primary and on the replica."""

    name: str
    addresses: Addresses
    home: Path

    @property
    def app_url(self) -> str:
        return self.addresses.app

    @property
    def admin_url(self) -> str:
        return self.addresses.owner

    @property
    def replica_url(self) -> str:
        return self.addresses.replica_app

    @property
    def redis_url(self) -> str:
        return self.addresses.redis

    @property
    def environment(self) -> dict[str, str]:
        """For a process of Turns that is to use this database."""
        return {
            "TURNS_HOME": str(self.home),
            "DATABASE_URL": self.admin_url,
            "DATABASE_POOLED_URL": self.app_url,
            "DATABASE_REPLICA_URL": self.replica_url,
            "REDIS_URL": self.redis_url,
            "RATE_LIMITS": "off",
            "SECRET_KEY": "of the tests",
        }

    def settings(self, **other: Any) -> Settings:
        return Settings(**{name.lower(): value for name, value in self.environment.items()} | other)

    def admin(self) -> psycopg.Connection:
        """A connection that sees all rows; each statement is its own transaction."""
        return psycopg.connect(self.admin_url, autocommit=True)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("turns home"), durable=False)  # a folder with a space in its name, always
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def template(stack: Stack) -> str:
    """The name of a migrated database that nobody connects to."""
    name = "template_turns"
    with stack.primary.superuser() as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER turns_owner")
    with stack.primary.superuser(name) as connection:
        extend(connection)
    migrate(stack.addresses_of(name).owner)
    return name


_numbers = count(1)


@pytest.fixture(scope="module")
def database(stack: Stack, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    name = f"turns_{next(_numbers)}"
    with stack.primary.superuser() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER turns_owner TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    with redis.Redis.from_url(stack.redis.url) as valkey:
        valkey.flushall()
    yield Database(name, stack.addresses_of(name), tmp_path_factory.mktemp("home"))
    with stack.primary.superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def settings(database: Database) -> Settings:
    """A module that tests other settings has its own fixture of this name."""
    return database.settings()


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Any]:
    from turns_web.application import create_app

    yield create_app(settings)
    db.dispose()


@pytest.fixture
def client(app: Any) -> Any:
    return app.test_client()


@pytest.fixture
def sign_in(database: Database) -> Callable[[Any, str], Any]:
    """sign_in(client, "manager@example.test") or sign_in(client, "PROPERTY_MANAGER"): by the form, as people do.

    A role signs in the first active person who has it, and makes one where there is none. Returns the client.
    """

    def act(client: Any, who: str) -> Any:
        answer = client.post(
            "/login",
            data={
                "email": _email_of(database, who),
                "password": PASSWORD,
                "csrf_token": csrf_token(client.get("/login").text),
            },
        )
        assert answer.status_code == 303, answer.text
        return client

    return act


@pytest.fixture
def person(app: Any, sign_in: Callable[[Any, str], Any]) -> Callable[[str], Any]:
    """person("manager@example.test"): a client of their own, signed in."""
    return lambda who: sign_in(app.test_client(), who)


def csrf_token(html: str) -> str:
    """The token of a page's first form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', html)
    assert found, "the page has no form with a csrf_token"
    return found[1]


def _email_of(database: Database, who: str) -> str:
    if "@" in who:
        return who
    from tests.factories import make_user

    with database.admin() as connection:
        row = connection.execute(
            "SELECT email FROM users WHERE role::text = %s AND is_active AND password_hash IS NOT NULL"
            " ORDER BY created_at, id LIMIT 1",
            [who],
        ).fetchone()
        return row[0] if row else make_user(connection, who).email


@pytest.fixture(scope="module")
def live_server(database: Database, settings: Settings) -> Iterator[str]:
    """The address of a real web server with this module's database and settings."""
    with served(database, settings) as (address, _):
        yield address


@contextmanager
def served(database: Database, settings: Settings) -> Iterator[tuple[str, subprocess.Popen]]:
    """A web server of one's own: its address and its process."""
    port = ports.choose(None)
    log = database.home / f"web.{port}.log"
    process = children.spawn(
        [
            sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--no-ws", "turns_web.asgi:app",
        ],
        log,
        env={**os.environ, **database.environment, "RATE_LIMITS": settings.rate_limits, "PORT": str(port)},
        cwd=CHECKOUT,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        started = children.wait_until(lambda: process.poll() is not None or answers(f"{address}/healthz"), 120)
        assert started and process.poll() is None, log.read_text()
        yield address, process
    finally:
        children.stop(process, signal.SIGTERM, 10)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium. Its sandbox does not start for root."""
    return {"executable_path": _browser(), "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


def _browser() -> str:
    """The first that starts: Ubuntu's chromium-browser may be there and do nothing."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        program = shutil.which(name)
        if program and subprocess.run([program, "--version"], capture_output=True).returncode == 0:
            return program
    pytest.exit("The browser tests need Chromium: apt-get install chromium", returncode=1)


@pytest.fixture
def browser_context_args(live_server: str) -> dict[str, Any]:
    return {"base_url": live_server, "locale": "en-US", "timezone_id": "America/Los_Angeles"}


@pytest.fixture
def sign_in_page(database: Database) -> Callable[[Any, str], Any]:
    """The same as sign_in, for a page of the browser."""

    def act(page: Any, who: str) -> Any:
        page.goto("/login")
        page.fill("input[name=email]", _email_of(database, who))
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) [type=submit]").click()
        page.wait_for_url(lambda address: "/login" not in address)
        return page

    return act


@dataclass(frozen=True)
class Said:
    returncode: int
    stdout: str
    stderr: str


def run_turns(database: Database, *arguments: str, stdin: str = "") -> Said:
    """bin/turns with this module's database, in this process: a new one takes a second each time."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in database.environment.items():
            patch.setenv(name, value)
        result = CliRunner().invoke(turns, arguments, input=stdin, prog_name="turns")
    # The command opened and closed the process's pools; an application of the same module goes on with its own.
    db.configure(database.settings())
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)
