"""People of each role with a program of their own, and rows of one manager beside those of another."""

import pytest

from tests.api.programs import signed_in
from tests.factories import make_property, make_turn, make_user, make_vendor


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def people(connection):
    people = {
        role: make_user(connection, role)
        for role in ("ADMIN", "PROPERTY_MANAGER", "SR_PROPERTY_MANAGER", "DFO_APPROVER", "INSPECTOR", "USER")
    }
    return {**people, "OTHER": make_user(connection, "PROPERTY_MANAGER")}


@pytest.fixture(scope="module")
def programs(app, people, connection):
    vendor = make_vendor(connection)
    people = {**people, "VENDOR": make_user(connection, "VENDOR", vendor_id=vendor.id)}
    return {role: signed_in(app, person) for role, person in people.items()}


@pytest.fixture
def manager(programs):
    return programs["PROPERTY_MANAGER"]


@pytest.fixture
def home(connection, people):
    make_property(connection, people["OTHER"])
    return make_property(connection, people["PROPERTY_MANAGER"])


@pytest.fixture
def turn(connection, home, people):
    make_turn(connection, make_property(connection, people["OTHER"]))
    return make_turn(connection, home)
