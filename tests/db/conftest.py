"""Through SQL as the application's role, in somebody's name; nothing of the application in between."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from tests.conftest import Database
from tests.factories import make_user

As = Callable[..., AbstractContextManager[psycopg.Connection]]
ROLES = (
    "SUPER_ADMIN", "ADMIN", "PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "VENDOR", "INSPECTOR", "DFO_APPROVER",
    "HO_APPROVER", "USER",
)  # fmt: skip


@pytest.fixture(scope="module")
def admin(database: Database) -> Iterator[psycopg.Connection]:
    """The tables' owner; each statement is its own transaction."""
    with psycopg.connect(database.admin_url, autocommit=True, row_factory=namedtuple_row) as connection:
        yield connection


@pytest.fixture(scope="module")
def acting(database: Database) -> Iterator[As]:
    """`with acting(person) as connection`: one transaction of the application in that person's name, or in nobody's.

    person: a row of make_user, or None. Other settings by name: acting(person, stage_note="…").
    """
    with psycopg.connect(database.app_url, row_factory=namedtuple_row) as connection:

        @contextmanager
        def act(person: Any, **settings: str) -> Iterator[psycopg.Connection]:
            with connection.transaction():
                for name, value in {"current_user_id": str(person.id) if person else "", **settings}.items():
                    connection.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", value])
                yield connection

        yield act


@pytest.fixture(scope="module")
def people(admin: psycopg.Connection) -> dict[str, Any]:
    """One of each role, and a second manager of somebody else's homes."""
    made = {role: make_user(admin, role) for role in ROLES}
    return {**made, "OTHER_MANAGER": make_user(admin, "PROPERTY_MANAGER")}


def refused(constraint: str, by: type[psycopg.Error] = psycopg.errors.CheckViolation) -> Any:
    """The refusal of that name: `with refused("turns_amount_waits"): …`."""

    @contextmanager
    def expect() -> Iterator[None]:
        with pytest.raises(by) as caught:
            yield
        assert caught.value.diag.constraint_name == constraint, caught.value

    return expect()


def forbidden(constraint: str) -> Any:
    return refused(constraint, psycopg.errors.InsufficientPrivilege)
