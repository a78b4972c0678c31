"""bin/turns users."""

import pytest

from tests.conftest import run_turns


@pytest.fixture(scope="module")
def somebody(database):
    """Another administrator, so that the commands under test never meet the last one by accident."""
    made = run_turns(database, "users", "add", "noise@example.test", "--role", "SUPER_ADMIN")
    assert made.returncode == 0, made.stderr


def test_a_one_time_password_signs_in(database, client, somebody):
    from tests.conftest import csrf_token

    made = run_turns(database, "users", "add", "Ana@Example.test", "--role", "admin", "--first-name", "Ana")
    assert made.returncode == 0, made.stderr
    password = made.stdout.split("Password: ")[1].strip()
    form = {"email": "ana@example.test", "password": password, "csrf_token": csrf_token(client.get("/login").text)}
    assert client.post("/login", data=form).status_code == 303


def test_a_password_from_standard_input_is_not_printed(database, somebody):
    made = run_turns(
        database, "users", "add", "ben@example.test", "--role", "USER", "--password-stdin", stdin="a long enough one\n"
    )
    assert made.returncode == 0, made.stderr
    assert "long enough" not in made.stdout + made.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["not-an-address", "--role", "USER"], "e-mail"),
        (["noise@example.test", "--role", "USER"], "already"),
        (["cy@example.test", "--role", "VENDOR"], "company"),
        (["cy@example.test", "--role", "KING"], "KING"),
    ],
)
def test_what_cannot_be_taken_is_status_2_and_changes_nothing(database, somebody, arguments, says):
    before = run_turns(database, "users", "list").stdout
    refused = run_turns(database, "users", "add", *arguments)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert run_turns(database, "users", "list").stdout == before


def test_role_and_disable_show_in_the_list(database, somebody):
    run_turns(database, "users", "add", "dee@example.test", "--role", "USER")
    assert run_turns(database, "users", "role", "dee@example.test", "INSPECTOR").returncode == 0
    assert run_turns(database, "users", "disable", "DEE@example.test").returncode == 0
    line = next(line for line in run_turns(database, "users", "list").stdout.splitlines() if line.startswith("dee@"))
    assert "INSPECTOR" in line and line.endswith("disabled")


def test_an_unknown_address_is_told(database, somebody):
    refused = run_turns(database, "users", "disable", "nobody@example.test")
    assert (refused.returncode, "nobody@example.test" in refused.stderr) == (2, True)


def test_the_system_user_is_in_no_list_and_cannot_be_disabled(database, somebody):
    assert "system@" not in run_turns(database, "users", "list").stdout
    assert run_turns(database, "users", "disable", "system@turns.invalid").returncode == 2


def test_the_last_super_administrator_cannot_be_lost(database, somebody):
    refused = run_turns(database, "users", "disable", "noise@example.test")
    assert refused.returncode == 2
    assert "last super administrator" in refused.stderr
