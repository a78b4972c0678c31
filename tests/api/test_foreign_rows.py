"""Every route of the API × every role × somebody else's row: 404, with the same bytes as a row that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from tests.api.programs import Program, api_token
from tests.factories import make_property, make_turn, make_user, make_vendor
from turns_web.api.collections import COLLECTIONS
from turns_web.api.openapi.document import document
from turns_web.api.writes.registry import RESOURCES

# Roles that see only what is theirs; the others see every row.
BOUND = ("PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "INSPECTOR", "USER", "VENDOR")
# Whoever writes properties sees all suppliers.
SEEN_BY_ALL_STAFF = {"utility_providers"}


class Ask(NamedTuple):
    """One request about the row `id`."""

    method: str
    path: str
    body: Any = None


@pytest.fixture(scope="module")
def foreign(database) -> dict[str, UUID]:
    """By table, a row of another manager in another market."""
    with database.admin() as connection:
        home = make_property(connection, make_user(connection, "PROPERTY_MANAGER"), market="Fresno")
        vendor = make_vendor(connection, is_approved=False)
        turn = make_turn(connection, home, vendor_id=vendor.id)
        provider = connection.execute(
            "INSERT INTO utility_providers (name, kind) VALUES ('SMUD', 'POWER') RETURNING id"
        ).fetchone()
        export = connection.execute(
            "INSERT INTO exports (user_id, type, format) VALUES (%s, 'turns', 'csv') RETURNING id",
            [make_user(connection, "ADMIN").id],
        ).fetchone()
    return {
        "turns": turn.id,
        "properties": home.id,
        "vendors": vendor.id,
        "utility_providers": provider[0],
        "exports": export[0],
    }


@pytest.fixture(scope="module")
def program(app, database, foreign):
    """program(role): of somebody of that role who has rows of their own, and none of those."""

    def made(role: str) -> Program:
        with database.admin() as connection:
            manager = make_user(connection, "PROPERTY_MANAGER")
            vendor = make_vendor(connection)
            make_turn(connection, make_property(connection, manager, market="Sacramento"), vendor_id=vendor.id)
            more = {"vendor_id": vendor.id} if role == "VENDOR" else {"markets": ["Sacramento"]}
            person = manager if role == "PROPERTY_MANAGER" else make_user(connection, role, **more)
            return Program(app, api_token(connection, person))

    return made


def hidden_from(role: str) -> set[str]:
    tables = {collection.name for collection in COLLECTIONS} | {"exports"}
    if role != "VENDOR":
        tables -= SEEN_BY_ALL_STAFF
    # Senior managers see every vendor.
    return tables - ({"vendors"} if role == "SR_PROPERTY_MANAGER" else set())


def asks(table: str, id: UUID) -> Iterator[Ask]:
    """Each way to name a row of this table."""
    if table == "exports":
        yield Ask("GET", f"/api/reports/exports/{id}")
        yield Ask("GET", f"/api/reports/exports/{id}/file")
        return
    yield Ask("GET", f"/api/{table}/{id}")
    yield Ask("PUT", f"/api/write/{table}/{id}", {"version": 1, "data": {}})
    for name, operation in RESOURCES[table].operations.items():
        if not operation.makes:
            body = {"operation": name, "id": str(id), "version": 1, "data": {}}
            yield Ask("POST", f"/api/write/{table}", body)
            yield Ask("POST", "/api/write/batch", {"operations": [{"table": table, **body}]})


def send(program: Program, ask: Ask) -> Any:
    return program.client.open(ask.path, method=ask.method, headers=program.headers, json=ask.body)


@pytest.mark.parametrize("role", BOUND)
def test_somebody_elses_row_is_not_there(program, foreign, role):
    mine = program(role)
    for table in hidden_from(role):
        for there, nowhere in zip(asks(table, foreign[table]), asks(table, uuid4()), strict=True):
            answers = [send(mine, there), send(mine, nowhere)]
            assert [answer.status_code for answer in answers] == [404, 404], (there, answers[0].text)
            assert answers[0].data == answers[1].data, there


@pytest.mark.parametrize("role", BOUND)
def test_somebody_elses_row_is_found_by_no_filter(program, foreign, role):
    mine = program(role)
    for collection in COLLECTIONS:
        for name, kind in collection.filters.items():
            table = getattr(kind, "to", None)
            if table in hidden_from(role):
                there, nowhere = (mine.get(f"/api/{collection.name}?{name}={id}") for id in (foreign[table], uuid4()))
                assert there.data == nowhere.data, (collection.name, name)


@pytest.mark.parametrize("role", BOUND)
def test_no_turn_is_started_on_somebody_elses_home(program, foreign, role):
    mine = program(role)
    answers = [
        mine.post("/api/write/turns", {"operation": "create", "data": {"property_id": str(home)}})
        for home in (foreign["properties"], uuid4())
    ]
    assert answers[0].status_code in (403, 404, 422)
    assert answers[0].data == answers[1].data


def test_the_matrix_knows_every_route_that_names_a_row():
    asked = {
        (ask.method, re.sub("[0-9a-f-]{36}", "{}", ask.path))
        for table in (*RESOURCES, "exports")
        for ask in asks(table, uuid4())
    }
    routes = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, item in document()["paths"].items()
        for method in item.keys() & {"get", "post", "put"}
        if "{" in path or "/write/" in path
    }
    assert asked == routes
