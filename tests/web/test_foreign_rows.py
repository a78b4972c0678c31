"""Every route × every role × somebody else's row: 404, with the same bytes as a row that is not there."""

from itertools import product
from uuid import UUID, uuid4

import pytest

from tests.conftest import csrf_token
from tests.factories import make_property, make_turn, make_user, make_vendor

# Roles that see only what is theirs; the others see every row, and are the matrix of rights' business.
BOUND = ("PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "INSPECTOR", "USER", "VENDOR")
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(scope="module")
def foreign(database) -> dict[str, UUID]:
    """A turn, its home and its company, all of another manager in another market."""
    with database.admin() as connection:
        manager = make_user(connection, "PROPERTY_MANAGER")
        home = make_property(connection, manager=manager, market="Fresno")
        vendor = make_vendor(connection, is_approved=False)
        turn = make_turn(connection, home, vendor_id=vendor.id)
        for role in BOUND:
            more = {"vendor_id": make_vendor(connection).id} if role == "VENDOR" else {"markets": ["Sacramento"]}
            make_user(connection, role, email=f"{role.lower()}@bound.example", **more)
    return {"turn_id": turn.id, "property_id": home.id, "vendor_id": vendor.id}


def routes_of_rows(app, foreign, role):
    """(method, address of the foreign row, the same of no row) of every route that a row stands in."""
    for rule in app.url_map.iter_rules():
        # Senior managers see every vendor.
        named = rule.arguments & (set(foreign) - ({"vendor_id"} if role == "SR_PROPERTY_MANAGER" else set()))
        if not named:
            continue
        others = {name: uuid4() for name in rule.arguments - named}
        _, there = rule.build({**others, **{name: foreign[name] for name in named}}, append_unknown=False)
        _, nowhere = rule.build({**others, **{name: uuid4() for name in named}}, append_unknown=False)
        yield from ((method, there, nowhere) for method in rule.methods & {"GET", "POST"})


@pytest.mark.parametrize("role", BOUND)
def test_somebody_elses_row_is_not_there(app, client, sign_in, foreign, role):
    sign_in(client, f"{role.lower()}@bound.example")
    # The form a token is taken from is on a page that everybody has.
    token = csrf_token(client.get("/account").text)
    routes = list(routes_of_rows(app, foreign, role))
    assert routes
    for (method, there, nowhere), headers in product(routes, ({}, PARTIAL)):
        data = {"csrf_token": token, "version": "1"} if method == "POST" else None
        answers = [client.open(path, method=method, data=data, headers=headers) for path in (there, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404], (method, there, headers)
        assert answers[0].data == answers[1].data, (method, there, headers)


@pytest.mark.parametrize("role", BOUND)
def test_a_turn_is_not_started_on_somebody_elses_home(client, sign_in, foreign, role):
    sign_in(client, f"{role.lower()}@bound.example")
    answers = [client.get(f"/turns/new?property_id={home}") for home in (foreign["property_id"], uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
