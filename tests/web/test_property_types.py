"""/admin/property-types, as administrators use it."""

import re

import pytest
from psycopg.rows import namedtuple_row

from tests.factories import make_property, make_user
from tests.web.turn_pages import form_of, post

HERE = "/admin/property-types"


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        yield connection


@pytest.fixture
def ana(person, admin):
    return person(make_user(admin, "ADMIN").email)


def make(ana, name):
    return ana.post(HERE, data={**form_of(ana.get(HERE).text, HERE), "name": name})


def named(admin, name):
    return admin.execute("SELECT * FROM property_types WHERE name = %s", [name]).fetchone()


def test_one_is_added_and_offered_for_homes(ana, admin):
    assert make(ana, "Duplex").status_code == 303
    assert named(admin, "Duplex").is_active
    assert "Duplex" in ana.get("/properties/new").text


def test_the_homes_of_each_are_counted(ana, admin):
    condo = named(admin, "Condo")
    make_property(admin, property_type_id=condo.id)
    make_property(admin, property_type_id=condo.id, is_archived=True)
    page = ana.get(HERE).text
    assert re.search(rf'{HERE}/{condo.id}".*?data-count="1">1 home<', page, re.DOTALL)


@pytest.mark.parametrize("name", ["", "townhouse", "x" * 101])
def test_a_name_is_needed_and_no_other_types(ana, name):
    refused = make(ana, name)
    assert refused.status_code == 422 and 'data-error-for="name"' in refused.text
    if name:
        assert f'value="{name}"' in refused.text


def test_one_is_renamed_and_offered_no_more_but_stays_with_its_homes(ana, admin):
    make(ana, "Barn")
    barn = named(admin, "Barn")
    home = make_property(admin, property_type_id=barn.id)
    form = form_of(ana.get(HERE).text, f"{HERE}/{barn.id}")
    form.pop("is_active")
    assert ana.post(f"{HERE}/{barn.id}", data={**form, "name": "Stable"}).status_code == 303
    row = named(admin, "Stable")
    assert (row.is_active, row.version) == (False, 2)
    assert "Stable" not in ana.get("/properties/new").text
    assert "Stable" in ana.get(f"/properties/{home.id}").text
    stale = ana.post(f"{HERE}/{barn.id}", data={**form, "name": "Shed", "write_id": "another"})
    assert stale.status_code == 409 and 'data-conflict="name"' in stale.text


def test_a_manager_changes_none(person, admin):
    other = person(make_user(admin, "SR_PROPERTY_MANAGER").email)
    assert post(other, HERE, name="Castle").status_code == 403
    assert named(admin, "Castle") is None
