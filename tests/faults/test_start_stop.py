"""Starting, stopping, starting again; what a refused start says."""

import os
import signal
import socket
import subprocess

import psycopg
import pytest

from tests.faults.running import Running
from turns_web.embedded import children


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("starts") / "a home")
    running.start()
    yield running
    running.kill_all()


def said(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit status and the error output of a start that is refused."""
    _, errors = process.communicate(timeout=30)
    return process.returncode, errors


def refused_in_a_line(process, *words):
    status, errors = said(process)
    assert status not in (0, None)
    assert len(errors.strip().splitlines()) == 1, errors
    assert "Traceback" not in errors
    for word in words:
        assert word in errors


def test_a_second_start_from_one_home_is_refused(running):
    other = Running(running.home)
    refused_in_a_line(other.launch(), "already running", str(running.process.pid))
    assert running.all_ok()


def test_a_taken_port_is_told_and_nothing_is_left_running(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = Running(tmp_path / "home", port=port)
        refused_in_a_line(running.launch(), f"Port {port} is taken", "PORT=")
    assert running.processes() == []


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda home: home.write_text("a file"), "Name another folder"),
        (lambda home: spoilt(home / "secrets.json", "no json"), "secrets.json"),
        (lambda home: spoilt(home / "postgres" / "primary" / "PG_VERSION", "9.6"), "no readable database"),
        (lambda home: spoilt(home / "postgres" / "primary" / "PG_VERSION", "12"), "PostgreSQL 12"),
    ],
)
def test_state_that_cannot_be_used_is_told_in_a_line(tmp_path, spoil, says):
    spoil(tmp_path / "home")
    running = Running(tmp_path / "home")
    refused_in_a_line(running.launch(), says)
    assert running.processes() == []


def spoilt(path, text):
    path.parent.mkdir(parents=True)
    path.write_text(text)
    if path.name == "PG_VERSION":
        (path.parents[2] / "secrets.json").write_text("{}")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PORT", "many"), ("TURNS_ENV", "staging"), ("DATABASE_URL", "mysql://x"), ("RATE_LIMITS", "writes=often")],
)
def test_a_wrong_variable_is_named(tmp_path, variable, value):
    refused_in_a_line(Running(tmp_path / "home", {variable: value}).launch(), variable)


def test_every_process_names_its_home_and_the_status_names_the_processes(running):
    everybody = running.processes()
    for part in running.status().values():
        assert part["pid"] in everybody
        assert set(part.get("workers", [])) <= set(everybody)


def test_the_supervisor_killed_takes_everything_with_it_and_the_next_start_works(running):
    with psycopg.connect(running.addresses().owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait(10)
    assert children.wait_until(lambda: running.processes() == [], 15), running.processes()
    running.start()
    with psycopg.connect(running.addresses().owner) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_everything_killed_at_once_is_no_obstacle(running):
    running.kill_all()
    running.start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_all_of_it_with_status_0(running, number):
    if running.process.poll() is not None:
        running.start()
    assert running.stop(number) == 0
    assert running.processes() == []


def test_a_stop_in_the_middle_of_a_start_leaves_nothing(tmp_path):
    running = Running(tmp_path / "home")
    process = running.launch()
    assert children.wait_until(lambda: (running.home / "postgres" / "primary").exists(), 20)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert running.processes() == []
