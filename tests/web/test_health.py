"""What machines ask: /healthz, /readyz, /metrics, and the id on every answer."""

import json
import re
import urllib.request

import httpx
import psycopg
import pytest

from tests.factories import make_webhook
from turns_web.core import replica
from turns_web.embedded import children

# As /readyz says it of a replica that has replayed all.
CAUGHT_UP = {"ok": True, "in_use": True, "lag_s": 0.0}


@pytest.fixture(scope="module", autouse=True)
def replica_has_the_database(database):
    """It was made a moment ago, and on a busy machine the replica takes its time."""
    assert children.wait_until(lambda: connects(database.replica_url), 120, every_s=0.2)


def connects(url):
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def ready(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.json


def lags(told):
    return told["ok"] is False and told["lag_s"] is not None and told["lag_s"] > replica.MOST_LAG_S


def test_alive_asks_nothing_of_the_database(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert 'sql;desc="0"' in answer.headers["Server-Timing"]


def test_ready_tells_each_part(client):
    assert children.wait_until(lambda: ready(client)[1]["replica"]["ok"], 60, every_s=0.2)
    status, told = ready(client)
    assert status == 200
    assert told["ready"] is True
    assert told["primary"] == {"ok": True}
    assert children.wait_until(lambda: ready(client)[1]["replica"] == CAUGHT_UP, 20, every_s=0.2)
    assert told["redis"] == {"ok": True}
    assert told["warnings"] == []
    assert told["workers"]["web"] is None  # the test client has no server behind it


def test_a_replica_that_does_not_replay_is_behind(client, database, stack):
    with stack.replica.superuser() as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        try:
            with database.admin() as primary:
                primary.execute("CREATE TABLE ahead (n integer)")
            assert children.wait_until(lambda: lags(ready(client)[1]["replica"]), 10, every_s=0.2)
            assert ready(client)[0] == 200  # pages are served by the primary
            assert metric(client.get("/metrics").text, "turns_replica_up") == 0
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")
    assert children.wait_until(lambda: ready(client)[1]["replica"]["ok"] is True, 10, every_s=0.2)


def test_an_idle_primary_does_not_make_the_replica_look_behind(client, stack):
    idle = "SELECT clock_timestamp() - pg_last_xact_replay_timestamp() > '1.2 s'"
    with stack.replica.superuser() as connection:
        assert children.wait_until(lambda: connection.execute(idle).fetchone() == (True,), 30)
    assert children.wait_until(lambda: ready(client)[1]["replica"] == {"ok": True, "in_use": True, "lag_s": 0.0}, 30)


def test_audit_rows_without_their_partition_are_warned_of(client, database):
    with database.admin() as connection:
        month = "date_trunc('month', now()) + interval '11 months'"
        connection.execute(
            "INSERT INTO audit_logs"
            " (table_name, record_id, action, user_id, user_email, user_name, user_role, created_at)"
            f" SELECT 'turns', gen_random_uuid(), 'VIEW', id, email, email, role, {month} FROM users LIMIT 1"
        )
    assert "partition" in " ".join(ready(client)[1]["warnings"])


def test_a_webhook_that_was_switched_off_by_itself_is_warned_of_until_it_is_on_again(client, database):
    with database.admin() as connection:
        make_webhook(connection, disabled_at="2026-03-01T12:00:00Z")
        assert "Webhooks" not in " ".join(ready(client)[1]["warnings"]), "it was switched off by hand"
        gone = make_webhook(connection, disabled_at="2026-03-01T12:00:00Z", disabled_because="it answered 410")
        assert "receivers failed: 1. " in " ".join(ready(client)[1]["warnings"])
        assert gone.url not in " ".join(ready(client)[1]["warnings"])
        connection.execute("UPDATE webhooks SET disabled_at = NULL, disabled_because = NULL")
    assert "Webhooks" not in " ".join(ready(client)[1]["warnings"])


def test_an_application_that_signs_in_as_somebody_else_is_warned_of(app, client, settings, monkeypatch):
    owner = settings.model_copy(update={"database_pooled_url": None})
    monkeypatch.setitem(app.extensions, "health", owner)
    assert "DATABASE_POOLED_URL" in " ".join(ready(client)[1]["warnings"])


def test_without_the_primary_pages_cannot_be_served(app, client, settings, monkeypatch):
    gone = settings.model_copy(update={"database_pooled_url": "postgresql://turns_app:x@127.0.0.1:1/turns"})
    monkeypatch.setitem(app.extensions, "health", gone)
    status, told = ready(client)
    assert (status, told["ready"], told["primary"]) == (503, False, {"ok": False})


def test_without_redis_pages_are_served(app, client, settings, monkeypatch):
    gone = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    monkeypatch.setitem(app.extensions, "health", gone)
    status, told = ready(client)
    assert (status, told["ready"], told["redis"]) == (200, True, {"ok": False})


def test_metrics_are_counted_by_rule_and_never_by_path(client):
    client.get("/no/such/page")
    client.get("/healthz")
    text = client.get("/metrics").text
    assert 'route="/healthz"' in text
    assert "no/such/page" not in text
    assert metric(text, "turns_replica_in_use") == 1
    assert metric(text, "turns_replica_lag_seconds") < 1


@pytest.fixture
def in_production(app, monkeypatch):
    monkeypatch.setitem(app.config, "PRODUCTION", True)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("203.0.113.9", {}, 404),
        ("203.0.113.9", {"Authorization": "Bearer wrong"}, 404),
    ],
)
def test_in_production_metrics_are_for_this_machine(client, in_production, address, headers, status):
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_in_production_a_token_opens_metrics(client, in_production, settings):
    headers = {"Authorization": f"Bearer {settings.metrics_token}"}
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 200


def test_every_answer_has_an_id_and_keeps_a_good_one(live_server):
    for path in ("/healthz", "/no/such/page", "/events", "/login"):
        own = httpx.get(live_server + path, headers={"X-Request-ID": "abc-1"})
        assert "sql;desc=" in own.headers["Server-Timing"]
        assert own.headers["X-Request-ID"] == "abc-1"
        made = httpx.get(live_server + path, headers={"X-Request-ID": "a b;c" * 30})
        assert re.fullmatch(r"[0-9a-f]{32}", made.headers["X-Request-ID"])


def test_the_server_counts_its_workers(live_server):
    with urllib.request.urlopen(f"{live_server}/readyz") as answer:
        assert json.load(answer)["workers"]["web"] == 1


def metric(text: str, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found, f"no {name} among the metrics"
    return float(found[1])
