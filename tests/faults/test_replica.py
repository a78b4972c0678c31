"""The replica stands still, loses its slot or its files: pages go on, it is told, and all comes back by itself."""

import json
import shutil
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.conftest import PASSWORD, csrf_token
from tests.factories import make_property, make_user
from turns_web.embedded import children
from turns_web.embedded.secrets import secrets_of


@pytest.fixture(scope="module")
def reader(running):
    """Somebody whose pages come from the replica."""
    with psycopg.connect(running.addresses().owner, autocommit=True) as connection:
        email = make_user(connection, "ADMIN").email
    with httpx.Client(base_url=running.address, timeout=30, trust_env=False) as client:
        form = {"email": email, "password": PASSWORD, "csrf_token": csrf_token(client.get("/login").text)}
        assert client.post("/login", data=form).status_code == 303
        client.cookies.delete("turns_wrote")
        yield client


def as_superuser(running, url):
    password = secrets_of(running.home).superuser
    return psycopg.connect(make_conninfo(url, user="postgres", password=password), autocommit=True)


def told(reader):
    return reader.get("/readyz").json()["replica"]


def is_well(reader):
    now = told(reader)
    return now["ok"] and now["in_use"]


def made_and_found(running, reader):
    """A home that is written now is on the page that shows who wrote what."""
    with psycopg.connect(running.addresses().owner, autocommit=True) as connection:
        made = make_property(connection)
    page = reader.get(f"/audit?record_id={made.id}")
    assert page.status_code == 200
    return "data-audit=" in page.text


@contextmanager
def replay_paused(running):
    with as_superuser(running, running.addresses().replica_owner) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")


def test_a_replica_that_stands_still_is_told_and_left_until_it_is_well(running, reader):
    assert children.wait_until(lambda: is_well(reader), 20, every_s=0.1)
    with replay_paused(running):
        # A read may be a second old; after that it comes from the primary.
        assert children.wait_until(lambda: made_and_found(running, reader), 10, every_s=0.1)
        assert children.wait_until(lambda: not told(reader)["in_use"], 10, every_s=0.1)
        now = told(reader)
        assert now["ok"] is False and now["lag_s"] > 1
        assert reader.get("/readyz").status_code == 200
        assert "turns_replica_in_use 0.0" in reader.get("/metrics").text
        assert made_and_found(running, reader)
    assert children.wait_until(lambda: is_well(reader), 20, every_s=0.1)
    assert "turns_replica_lag_seconds 0.0" in reader.get("/metrics").text
    events = [json.loads(line)["event"] for line in (running.home / "logs" / "web.log").open() if line.startswith("{")]
    assert "reads go to the primary instead of the replica" in events and "reads go to the replica again" in events


def lose_slot(running):
    with as_superuser(running, running.addresses().owner) as connection:
        connection.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active")

        def dropped():
            try:
                connection.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
            except psycopg.errors.ObjectInUse:  # the replica was faster
                connection.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active")
                return False
            return True

        assert children.wait_until(dropped, 20, every_s=0.05)


def lose_files(running):
    shutil.rmtree(running.home / "postgres" / "replica", ignore_errors=True)


@pytest.mark.parametrize("lose", [lose_slot, lose_files])
def test_a_replica_that_lost_what_it_needs_is_copied_anew_while_pages_go_on(running, reader, lose):
    assert children.wait_until(lambda: is_well(reader), 20, every_s=0.1)
    before = running.status()["replica"]["pid"]
    lose(running)
    seen = []

    def is_back():
        seen.append(reader.get("/audit").status_code)
        return running.status()["replica"]["pid"] != before and is_well(reader)

    assert children.wait_until(is_back, 60, every_s=0.2), (running.status(), told(reader))
    assert set(seen) == {200}
    assert children.wait_until(lambda: made_and_found(running, reader), 10, every_s=0.1)
