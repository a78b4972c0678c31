"""The description against the API itself: schemathesis with all its checks, as an administrator, a manager, a company.

That a well-formed request is refused by a rule of the domain is right; anything else that differs is a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings

from tests.api.programs import api_token
from tests.factories import make_property, make_turn, make_user, make_vendor
from turns_web.api.openapi.document import document

ROLES = ("ADMIN", "PROPERTY_MANAGER", "VENDOR")

DESCRIPTION = json.loads(json.dumps(document()))
IS_LIST = "^list_"


def described(**more: Any) -> Any:
    config = {
        "seed": 20261121,
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "4xx"]}},
        **more,
    }
    return schemathesis.openapi.from_dict(DESCRIPTION, config=schemathesis.Config.from_dict(config))


# Every value of every filter, one after the other, is two thousand requests: once, for who sees all rows.
everything = described(operations=[{"include-operation-id-regex": IS_LIST, "phases": {"coverage": {"enabled": False}}}])
lists = described().include(operation_id_regex=IS_LIST)
few = settings(max_examples=10, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def tokens(database) -> dict[str, str]:
    """By role, the token of somebody who has a home, its turn and a company to read and write."""
    with database.admin() as connection:
        vendor = make_vendor(connection)
        people = {
            role: make_user(connection, role, vendor_id=vendor.id if role == "VENDOR" else None) for role in ROLES
        }
        make_turn(connection, make_property(connection, people["PROPERTY_MANAGER"]), vendor_id=vendor.id)
        return {role: api_token(connection, person) for role, person in people.items()}


@pytest.fixture(scope="module")
def connection() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize("role", ROLES)
@everything.parametrize()
@few
def test_the_api_is_as_it_is_described(case, role, tokens, live_server, connection):
    check(case, live_server, connection, tokens[role])


@lists.parametrize()
@few
def test_every_filter_is_as_it_is_described(case, tokens, live_server, connection):
    check(case, live_server, connection, tokens["ADMIN"])


def check(case: Any, live_server: str, connection: requests.Session, token: str) -> None:
    case.call_and_validate(base_url=live_server, session=connection, headers={"Authorization": f"Bearer {token}"})
