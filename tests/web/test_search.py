"""/palette: what a few letters find, for whom."""

import pytest

from tests.factories import make_property, make_turn, make_user, make_vendor
from tests.web.turn_pages import PARTIAL, form_of


@pytest.fixture(scope="module")
def rows(database):
    """One home and turn of this manager, one of somebody else, and a company."""
    with database.admin() as connection:
        mine = make_user(connection, "PROPERTY_MANAGER", email="mine@example.test")
        other = make_user(connection, "PROPERTY_MANAGER", email="other@example.test")
        home = make_property(connection, property_manager_id=mine.id, street_address="9507 Sea Cliff Way")
        foreign = make_property(connection, property_manager_id=other.id, street_address="22 Sea Crest Dr")
        turn = make_turn(connection, home)
        make_turn(connection, foreign)
        vendor = make_vendor(connection, company_name="Seaside Painting")
    return {"home": home, "foreign": foreign, "turn": turn, "vendor": vendor}


def test_a_few_letters_find_turns_homes_and_companies_in_sight(client, sign_in, rows):
    answer = sign_in(client, "mine@example.test").get("/palette?q=sea", headers=PARTIAL)
    assert f"/turns/{rows['turn'].id}" in answer.text
    assert f"/properties/{rows['home'].id}" in answer.text
    assert f"/vendors/{rows['vendor'].id}" in answer.text
    assert "<mark>Sea</mark>" in answer.text
    assert "<html" not in answer.text


def test_what_belongs_to_another_manager_is_not_found(client, sign_in, rows):
    answer = sign_in(client, "mine@example.test").get("/palette?q=sea", headers=PARTIAL)
    assert "Crest" not in answer.text


def test_a_number_in_the_middle_finds_its_turn(client, sign_in, rows):
    part = rows["turn"].turn_id[5:]
    assert f"/turns/{rows['turn'].id}" in sign_in(client, "mine@example.test").get(f"/palette?q={part}").text


@pytest.mark.parametrize("typed", ["", "s", "%", "' OR 1=1 --", "x" * 5000])
def test_what_finds_nothing_is_said_and_breaks_nothing(client, sign_in, rows, typed):
    answer = sign_in(client, "mine@example.test").get("/palette", query_string={"q": typed})
    assert answer.status_code == 200
    assert "palette__option" not in answer.text


def test_without_a_script_it_is_a_page_with_links(client, sign_in, rows):
    answer = sign_in(client, "mine@example.test").get("/palette?q=Cliff")
    assert "<html" in answer.text
    assert f'<a class="clip" href="/turns/{rows["turn"].id}">' in answer.text


def test_a_search_is_two_statements_beside_the_session(client, sign_in, rows):
    answer = sign_in(client, "mine@example.test").get("/palette?q=sea", headers=PARTIAL)
    assert 'sql;desc="3"' in answer.headers["Server-Timing"]


def test_a_vendor_does_not_search_the_portfolio(client, sign_in, database):
    with database.admin() as connection:
        company = make_vendor(connection)
        make_user(connection, "VENDOR", email="painter@example.test", vendor_id=company.id)
    assert sign_in(client, "painter@example.test").get("/palette?q=sea").status_code in (303, 404)


def test_past_turns_are_found_where_few_under_way_are(client, sign_in, database):
    with database.admin() as connection:
        manager = make_user(connection, "PROPERTY_MANAGER", email="past@example.test")
        home = make_property(connection, property_manager_id=manager.id, street_address="77 Quail Hollow Ct")
        past = make_turn(connection, home, "Complete", is_active=False)
        now = make_turn(connection, home)
    found = sign_in(client, "past@example.test").get("/palette?q=quail", headers=PARTIAL).text
    assert found.index(str(now.id)) < found.index(str(past.id))


def test_what_one_wrote_is_found_at_once_though_the_replica_stands_still(client, sign_in, rows, app, stack):
    sign_in(client, "mine@example.test")
    with stack.replica.superuser() as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        try:
            here = f"/properties/{rows['home'].id}/edit"
            form = form_of(client.get(here).text, here)
            assert client.post(here, data={**form, "street_address": "9507 Walrus Way"}).status_code == 303
            assert "<mark>Walrus</mark> Way" in client.get("/palette?q=walrus", headers=PARTIAL).text
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")
