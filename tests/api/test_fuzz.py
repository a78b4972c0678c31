"""The description against the running API: schemathesis with all its checks, as an administrator, a manager, a company.

That a well-formed request is refused by a rule of the domain is right; anything else that differs is a fault.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode

from tests.api.aiming import Rows, aim, rows_of
from tests.api.programs import api_token
from tests.factories import make_user, make_vendor
from turns_web.api.openapi.document import document

ROLES = ("ADMIN", "PROPERTY_MANAGER", "VENDOR")
# Every value of every field on its own makes thousands of requests of some operations: so many of each are sent.
MOST_OF_ONE = 150

few = settings(max_examples=15, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def described(phase: str) -> Any:
    config = schemathesis.Config.from_dict(
        {
            "seed": 20261121,
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "4xx"]}},
            "phases": {name: {"enabled": name == phase} for name in ("examples", "coverage", "fuzzing")},
        }
    )
    return schemathesis.openapi.from_dict(json.loads(json.dumps(document())), config=config)


fuzzed = described("fuzzing")
# It takes ten commands, of which a few requests would miss some.
commands = described("fuzzing").include(operation_id="write_turn")
# A batch is made of what the other addresses take.
covered = described("coverage").exclude(operation_id="write_batch")


@pytest.fixture(scope="module")
def rows(database) -> Rows:
    with database.admin() as connection:
        manager, vendor = make_user(connection, "PROPERTY_MANAGER"), make_vendor(connection)
        for role in {*ROLES} - {"PROPERTY_MANAGER"}:
            make_user(connection, role, vendor_id=vendor.id if role == "VENDOR" else None)
        return rows_of(connection, manager, vendor)


@pytest.fixture(scope="module")
def token(database, rows) -> Callable[[str], str]:
    """token(role): a new one of somebody of that role."""

    def made(role: str) -> str:
        with database.admin() as connection:
            id = connection.execute("SELECT id FROM users WHERE role::text = %s", [role]).fetchone()[0]
            return api_token(connection, id)

    return made


@pytest.fixture(scope="module")
def call(live_server, token) -> Iterator[Callable[[Any, str], None]]:
    lasting = cache(token)

    def act(case: Any, role: str) -> None:
        # Whoever signs out is out.
        shown = token(role) if case.path == "/api/auth/logout" else lasting(role)
        answer = case.call_and_validate(
            base_url=live_server, session=session, headers={"Authorization": f"Bearer {shown}"}
        )
        assert answer.status_code != 401 or case.path == "/api/auth/login", "the token is dead: nothing was tried"

    with requests.Session() as session:
        yield act


@pytest.mark.parametrize("role", ROLES)
@fuzzed.parametrize()
@few
def test_the_api_is_as_it_is_described(case, role, call, rows, database):
    aimed(case, rows, database)
    call(case, role)


@commands.parametrize()
@settings(few, max_examples=60)
def test_every_command_of_a_turn_is_as_it_is_described(case, call, rows, database):
    aimed(case, rows, database)
    call(case, "PROPERTY_MANAGER")


def aimed(case, rows, database) -> None:
    if case.meta.generation.mode is GenerationMode.POSITIVE:
        aim(case, rows, database)


seen: Counter[str] = Counter()


@covered.parametrize()
@few
def test_every_field_is_as_it_is_described(case, call):
    """As an administrator, who may try everything."""
    seen[case.operation.label] += 1
    if _is_chosen(seen[case.operation.label]):
        call(case, "ADMIN")


def _is_chosen(number: int) -> bool:
    """The first ones, then fewer and fewer."""
    return number <= MOST_OF_ONE // 2 or number % (1 + number // (MOST_OF_ONE // 6)) == 0
