"""bin/turns settings."""

import pytest

from tests.conftest import run_turns
from tests.factories import make_property


def test_get_prints_the_value_alone(database):
    assert run_turns(database, "settings", "get", "ho_limit").stdout == "7500.00\n"


def test_a_market_has_its_own_value_and_the_others_keep_theirs(database):
    with database.admin() as connection:
        make_property(connection, market="Reno")
    assert run_turns(database, "settings", "set", "ho_limit", "9000", "--market", "Reno").returncode == 0
    assert run_turns(database, "settings", "get", "ho_limit", "--market", "Reno").stdout == "9000.00\n"
    assert run_turns(database, "settings", "get", "ho_limit", "--market", "Napa").stdout == "7500.00\n"
    assert "ho_limit [Reno]\t9000.00" in run_turns(database, "settings", "list").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["no_such_setting", "1"],
        ["ho_limit", "much"],
        ["ho_limit", "-1"],
        ["timezone", "Mars/Olympus"],
        ["dfo_limit", "8000"],
        ["timezone", "Europe/Berlin", "--market", "Reno"],
        ["ho_limit", "9000", "--market", "Nowhere"],
    ],
)
def test_an_unknown_name_or_a_senseless_value_is_status_2_and_changes_nothing(database, arguments):
    before = run_turns(database, "settings", "list").stdout
    refused = run_turns(database, "settings", "set", *arguments)
    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert run_turns(database, "settings", "list").stdout == before


def test_an_unknown_name_has_no_value(database):
    assert run_turns(database, "settings", "get", "no_such_setting").returncode == 2
