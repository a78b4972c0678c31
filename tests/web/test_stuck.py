"""What is in the way for too long costs one request its answer, and nobody else theirs."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from tests.factories import make_user
from turns_web.core import db
from turns_web.core.errors import Busy, Unavailable
from turns_web.core.identity import Identity, Role
from turns_web.core.pools import FOR_PAGES, OVERFLOW, POOL_SIZE
from turns_web.embedded import children
from turns_web.web.threads import Threads


@pytest.fixture
def hurried(app, settings):
    db.configure(settings, replace(FOR_PAGES, statement_s=0.5, lock_s=0.3, pool_s=0.3))
    yield
    db.configure(settings, FOR_PAGES)


@pytest.fixture
def who(database):
    with database.admin() as connection:
        return Identity(user_id=make_user(connection, "ADMIN").id, role=Role.ADMIN)


@contextmanager
def locked(database, table):
    with database.admin() as connection, connection.transaction():
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def test_who_meets_a_lock_is_told_to_come_again_and_others_go_on(database, person, hurried):
    client = person("ADMIN")
    with locked(database, "vendors"):
        stuck = client.get("/vendors")
        assert (stuck.status_code, stuck.headers["Retry-After"]) == (503, "2")
        assert "That took too long and was broken off" in stuck.text
        told = client.get("/api/vendors")
        assert (told.status_code, told.headers["Retry-After"]) == (503, "2")
        assert told.json["error"]["type"] == "UNAVAILABLE" and "took too long" in told.json["error"]["message"]
        assert client.get("/account").status_code == 200
    assert client.get("/vendors").status_code == 200


def test_a_server_that_was_restarted_costs_nobody_their_request(database, person):
    """What the pool had kept has ended: on the page that is asked for next, and at the sign-in."""
    client = person("ADMIN")
    for ask in (lambda: client.get("/account").status_code == 200, lambda: person("ADMIN")):
        with database.admin() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE usename = 'turns_app' AND datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert ask()


def test_nobody_waits_for_ever_to_be_recognised(database, person):
    client = person("ADMIN")
    with locked(database, "sessions"):
        assert client.get("/account").status_code == 503
    assert client.get("/account").status_code == 200


def test_a_statement_that_takes_too_long_is_broken_off_and_its_connection_goes_back_whole(who, hurried):
    for _ in range(POOL_SIZE + OVERFLOW + 1):
        with pytest.raises(Busy), db.write(who) as session:
            session.execute(text("SELECT set_config('statement_timeout', '10', true)"))
            session.execute(text("SELECT pg_sleep(30)"))
    with db.read(who) as session:
        assert session.execute(text("SELECT current_setting('statement_timeout')")).scalar_one() == "500ms"
    with db.write(who, longest_s=300) as session:
        assert session.execute(text("SELECT current_setting('statement_timeout')")).scalar_one() == "5min"


def test_work_outside_of_pages_takes_as_long_as_it_takes(who, settings, app):
    db.configure(settings)
    with db.read(who) as session:
        told = session.execute(text("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"))
        assert told.one() == ("0", "0")
    db.configure(settings, FOR_PAGES)


def test_connections_that_are_all_in_use_make_503_at_once_and_come_back(person, who, hurried):
    client = person("ADMIN")
    free, taken = threading.Event(), threading.Semaphore(0)

    def hold():
        with db.read(who):
            taken.release()
            free.wait(30)

    holders = [threading.Thread(target=hold) for _ in range(POOL_SIZE + OVERFLOW)]
    for holder in holders:
        holder.start()
    assert all(taken.acquire(timeout=10) for _ in holders)
    answer = client.get("/account")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    free.set()
    for holder in holders:
        holder.join()
    assert client.get("/account").status_code == 200


def test_threads_that_are_all_at_something_hold_nobody_up(app):
    """Neither who comes meanwhile, who is refused, nor who asks how the server is."""
    free = threading.Event()

    def pages(environ, start_response):
        if environ["PATH_INFO"] == "/stuck":
            free.wait(30)
        start_response("200 OK", [])
        return [b""]

    threads = Threads(pages, app, number=2, patience_s=0.2)

    async def ask(path):
        said = []

        async def send(message):
            said.append(message)

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "http_version": "1.1",
            "headers": [],
        }
        await threads(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
        return said[0]["status"], headers, b"".join(part["body"] for part in said[1:]).decode()

    async def all_of_it():
        stuck = [asyncio.create_task(ask("/stuck")) for _ in range(2)]
        await asyncio.sleep(0)  # both have begun, which takes no time
        status, headers, page = await ask("/board")
        assert (status, headers["retry-after"]) == (503, "2") and "took too long" in page
        assert headers["content-security-policy"] and "no-store" in headers["cache-control"]
        assert (await ask("/api/turns"))[2].startswith('{"error":{"message":"That took too long')
        assert (await ask("/readyz"))[0] == 200
        waits = asyncio.create_task(ask("/board"))
        free.set()
        assert [(await one)[0] for one in (*stuck, waits)] == [200, 200, 200]

    with ThreadPoolExecutor(1) as aside:  # in this thread the browser of another test may have its loop
        aside.submit(asyncio.run, all_of_it()).result()


def test_a_transaction_whose_owner_sleeps_lets_go_of_its_locks(database, settings, who, app):
    db.configure(settings, replace(FOR_PAGES, idle_s=0.2))
    gone = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
    with database.admin() as connection, pytest.raises(Unavailable), db.write(who) as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        assert children.wait_until(lambda: connection.execute(gone, [pid]).fetchone() == (0,), 10)
        session.execute(text("SELECT 1"))
    db.configure(settings, FOR_PAGES)


def test_more_stuck_requests_than_there_are_threads_end_and_the_site_goes_on(app, live_server, sign_in, database):
    cookies = sign_in(app.test_client(), "ADMIN")._cookies
    jar = {cookie.key: cookie.value for cookie in cookies.values()}
    with (
        httpx.Client(base_url=live_server, cookies=jar, timeout=60, trust_env=False) as client,
        ThreadPoolExecutor(POOL_SIZE + OVERFLOW) as people,
    ):
        with locked(database, "vendors"):
            stuck = [people.submit(client.get, "/vendors") for _ in range(POOL_SIZE + OVERFLOW)]
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'turns_app'"
            with database.admin() as connection:
                all_held = children.wait_until(lambda: connection.execute(waiting).fetchone()[0] >= POOL_SIZE, 20)
            assert all_held and client.get("/readyz").status_code == 200
            assert {one.result().status_code for one in stuck} == {503}
            assert client.get("/account").status_code == 200
        assert client.get("/vendors").status_code == 200
