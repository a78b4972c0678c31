"""/admin/settings, as administrators use it."""

import pytest
from psycopg.rows import namedtuple_row

from tests.factories import make_property, make_turn, make_user, waiting
from tests.web.turn_pages import forms_to, post

HERE = "/admin/settings"


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        connection.execute("DELETE FROM turns")
        connection.execute("DELETE FROM settings WHERE market IS NOT NULL")
        connection.execute(
            "UPDATE settings SET value = CASE name WHEN 'dfo_limit' THEN '0.00' ELSE '7500.00' END"
            " WHERE name IN ('dfo_limit', 'ho_limit')"
        )
        make_property(connection, market="Folsom")
        make_property(connection, market="Davis")
        yield connection


@pytest.fixture
def ana(person, admin):
    return person(make_user(admin, "ADMIN").email)


def value(admin, name, market=None):
    found = admin.execute(
        "SELECT value FROM settings WHERE name = %s AND market IS NOT DISTINCT FROM %s", [name, market]
    ).fetchone()
    return found and found.value


def form(ana, name, market="", *, new=False):
    """One of the forms of a setting: of all markets, of one, or the one that adds a market's own."""
    forms = forms_to(ana.get(HERE).text, f"{HERE}/{name}")
    return next(one for one in forms if one["market"] == market and ("new" in one) == new)


def save(ana, name, market="", *, new=False, **typed):
    return ana.post(
        f"{HERE}/{name}", data={**form(ana, name, "" if new else market, new=new), "market": market, **typed}
    )


def turn(admin, amount, level="DFO", market="Folsom", **columns):
    home = make_property(admin, market=market)
    return make_turn(admin, home, "Scope Approval", **waiting(amount, level), **columns)


def test_a_value_for_all_is_saved_and_audited_by_whom(ana, admin):
    assert save(ana, "change_order_tolerance", value="15").status_code == 303
    assert value(admin, "change_order_tolerance") == "15"
    assert "Change-order tolerance, percent is saved." in ana.get(HERE).text
    audit = "SELECT new_values FROM audit_logs WHERE table_name = 'settings' ORDER BY created_at DESC LIMIT 1"
    assert admin.execute(audit).fetchone().new_values == {"value": "15"}


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("ho_limit", "much", "Enter an amount"),
        ("dfo_limit", "8000", "cannot be above the HO limit"),
        ("timezone", "Mars/Olympus", "Enter a time zone like"),
        ("completed_days", "0", "Enter a whole number from 1 to 365."),
        ("ho_limit", "", "Enter a HO limit."),
    ],
)
def test_a_senseless_value_comes_back_as_it_was_typed(ana, admin, name, typed, said):
    before = value(admin, name)
    answer = save(ana, name, value=typed)
    assert answer.status_code == 422
    assert 'data-error-for="value"' in answer.text and said in answer.text
    assert f'name="value" value="{typed}"' in answer.text
    assert value(admin, name) == before


def test_a_market_gets_a_value_of_its_own_changes_it_and_gives_it_back(ana, admin):
    assert save(ana, "ho_limit", new=True, market="Folsom", value="$9,000").status_code == 303
    assert value(admin, "ho_limit", "Folsom") == "9000.00"
    assert save(ana, "ho_limit", "Folsom", value="9500").status_code == 303
    assert value(admin, "ho_limit", "Folsom") == "9500.00"
    [back] = forms_to(ana.get(HERE).text, f"{HERE}/ho_limit/remove")
    assert ana.post(f"{HERE}/ho_limit/remove", data=back).status_code == 303
    assert value(admin, "ho_limit", "Folsom") is None


@pytest.mark.parametrize(("name", "market"), [("ho_limit", "Nowhere"), ("timezone", "Folsom")])
def test_a_market_that_no_home_is_in_has_no_value_of_its_own(ana, admin, name, market):
    answer = post(ana, f"{HERE}/{name}", market=market, value="9000" if name == "ho_limit" else "Europe/Vilnius", new=1)
    assert answer.status_code == 422 and 'data-error-for="market"' in answer.text
    assert value(admin, name, market) is None


def test_a_market_of_control_characters_is_none(ana, admin):
    for path in (f"{HERE}/ho_limit", f"{HERE}/ho_limit/remove"):
        answer = post(ana, path, market="Fol\x00som", value="9000", version=1)
        assert answer.status_code == 422
        assert 'data-error-for="market"' in answer.text


def test_a_limit_says_whom_it_would_touch_before_it_is_saved(ana, admin):
    near, far, elsewhere = turn(admin, 8000), turn(admin, 20000), turn(admin, 8000, "HO")
    answer = save(ana, "ho_limit", value="9000")
    assert answer.status_code == 200 and value(admin, "ho_limit") == "7500.00"
    assert 'data-touched="2"' in answer.text
    assert near.turn_id in answer.text and "the DFO’s word will be final" in answer.text
    assert elsewhere.turn_id in answer.text and "stays there" in answer.text
    assert far.turn_id not in answer.text
    [asked] = forms_to(answer.text, f"{HERE}/ho_limit")
    assert ana.post(f"{HERE}/ho_limit", data=asked).status_code == 303
    assert value(admin, "ho_limit") == "9000.00"
    status = "SELECT scope_approval_status::text FROM turns WHERE id = %s"
    assert admin.execute(status, [near.id]).fetchone() == ("DFO_APPROVAL_NEEDED",), "it decides nothing by itself"


def test_a_market_with_a_limit_of_its_own_is_not_touched_by_the_one_for_all(ana, admin):
    save(ana, "ho_limit", new=True, market="Davis", value="7000")
    turn(admin, 8000, market="Davis")
    assert save(ana, "ho_limit", value="9000").status_code == 303
    [back] = forms_to(ana.get(HERE).text, f"{HERE}/ho_limit/remove")
    answer = ana.post(f"{HERE}/ho_limit/remove", data=back)
    assert answer.status_code == 200 and 'data-touched="1"' in answer.text
    assert value(admin, "ho_limit", "Davis") == "7000.00"
    [asked] = forms_to(answer.text, f"{HERE}/ho_limit/remove")
    assert ana.post(f"{HERE}/ho_limit/remove", data=asked).status_code == 303
    assert value(admin, "ho_limit", "Davis") is None


def test_a_change_order_waits_with_all_that_would_be_committed(ana, admin):
    one = turn(admin, 7000, approved_turn_amount=7000)
    admin.execute(
        "INSERT INTO change_orders (turn_id, number, amount, reason, status) VALUES (%s, 1, 1000, 'Roof', 'NEEDED')",
        [one.id],
    )
    answer = save(ana, "ho_limit", value="9000")
    assert one.turn_id in answer.text and "$8,000" in answer.text


def test_two_who_set_one_to_different_values_are_told(ana, admin):
    seen = form(ana, "completed_days")
    admin.execute("UPDATE settings SET value = '21' WHERE name = 'completed_days'")
    answer = ana.post(f"{HERE}/completed_days", data={**seen, "value": "30"})
    assert answer.status_code == 409 and 'data-conflict="value"' in answer.text
    [resolve] = forms_to(answer.text, f"{HERE}/completed_days")
    taken = ana.post(f"{HERE}/completed_days", data={**resolve, "resolve.value": "server"})
    assert taken.status_code == 303 and value(admin, "completed_days") == "21"
    taken = ana.post(f"{HERE}/completed_days", data={**resolve, "resolve.value": "local", "write_id": "another"})
    assert taken.status_code == 303 and value(admin, "completed_days") == "30"


def test_a_name_that_is_none_is_not_found_and_others_are_refused(ana, person, admin):
    assert post(ana, f"{HERE}/colour", value="blue").status_code == 404
    manager = person(make_user(admin, "PROPERTY_MANAGER").email)
    assert post(manager, f"{HERE}/ho_limit", value="1").status_code == 403
    assert value(admin, "ho_limit") == "7500.00"
