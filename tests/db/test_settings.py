"""Settings that make no sense are refused by whatever writes them."""

import psycopg
import pytest

from tests.db.conftest import refused


@pytest.fixture
def write(acting, people):
    def act(name, value, market=None, by="ADMIN"):
        with acting(people[by]) as connection:
            if market:
                return connection.execute(
                    "INSERT INTO settings (name, market, value) VALUES (%s, %s, %s)", [name, market, value]
                ).rowcount
            return connection.execute(
                "UPDATE settings SET value = %s WHERE name = %s AND market IS NULL", [value, name]
            ).rowcount

    return act


def test_the_settings_are_seeded(admin):
    found = dict(tuple(row) for row in admin.execute("SELECT name, value FROM settings WHERE market IS NULL"))
    assert found == {
        "dfo_limit": "0.00", "ho_limit": "7500.00", "change_order_tolerance": "10", "bulk_approval_limit": "1000.00",
        "timezone": "America/Los_Angeles", "completed_days": "14",
    }  # fmt: skip


def test_a_markets_own_value_goes_before_the_general_one(admin, write):
    write("ho_limit", "9000", market="Reno")
    value = "SELECT setting('ho_limit', %s)"
    assert [admin.execute(value, [market]).fetchone()[0] for market in ("Reno", "Elko", None)] == [
        "9000", "7500.00", "7500.00",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["-1", "ten", "1e3", "NaN", "1.234", "", " 5"])
def test_a_limit_is_a_number(write, value):
    with refused("settings_value_number"):
        write("ho_limit", value)


def test_a_zone_is_one(write):
    with refused("settings_value_timezone"):
        write("timezone", "Mars/Olympus")
    assert write("timezone", "Europe/Vilnius") == 1


def test_the_dfo_limit_stays_below_the_ho_limit_in_every_market(write):
    with refused("settings_limits_in_order"):
        write("dfo_limit", "7500.01")
    write("dfo_limit", "7500")
    write("dfo_limit", "0")
    with refused("settings_limits_in_order"):
        write("dfo_limit", "8000", market="Napa")
    write("ho_limit", "100", market="Napa")
    with refused("settings_limits_in_order"):
        write("dfo_limit", "101")


def test_an_unknown_name_is_refused(write):
    with refused("settings_name_known"):
        write("colour", "blue", market="Reno")


def test_only_administrators_write_them(write):
    assert write("ho_limit", "1", by="PROPERTY_MANAGER") == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write("ho_limit", "1", market="Gilroy", by="DFO_APPROVER")


def test_what_holds_for_all_cannot_be_taken_away(acting, people):
    with acting(people["SUPER_ADMIN"]) as connection:
        assert connection.execute("DELETE FROM settings WHERE market IS NULL").rowcount == 0
