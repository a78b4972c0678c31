"""/turns/<id>: what it shows, to whom, and what is done from it."""

import pytest

from tests.web.turn_pages import portfolio


@pytest.fixture(scope="module")
def all(database):
    with database.admin() as connection:
        yield portfolio(connection, turn_amount="3120.00", lock_box_location="Back gate", primary_lock_box_code="4711")


def test_a_manager_sees_their_turn_and_nobody_elses(person, all):
    client = person(all.manager.email)
    page = client.get(f"/turns/{all.turn.id}")
    assert page.status_code == 200
    assert f'data-turn="{all.turn.id}"' in page.text
    assert f'data-version="{all.turn.version}"' in page.text
    assert all.home.street_address in page.text
    assert client.get(f"/turns/{all.noise.id}").status_code == 404
