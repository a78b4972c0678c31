"""Jobs: a row of the outbox first, then RQ, then done as the person who asked, with the rights of that moment."""

import os
import signal
import sys

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from tests.factories import make_user
from turns_web.accounts.queries import identity_by_id
from turns_web.config import CHECKOUT
from turns_web.core import db
from turns_web.core.identity import SYSTEM_USER_ID, system_identity
from turns_web.core.queue import QUEUE, enqueue, hand_over
from turns_web.embedded import children
from workers.relay import tell_forgotten


@pytest.fixture(autouse=True)
def configured(database):
    db.configure(database.settings())
    yield
    db.dispose()


@pytest.fixture
def valkey(database):
    with redis.Redis.from_url(database.redis_url) as client:
        client.flushall()
        yield client


@pytest.fixture
def queue(valkey):
    return Queue(QUEUE, connection=valkey, serializer=JSONSerializer)


def relayed(database, valkey):
    """The relay's round, once the row is old enough to be its."""
    with database.admin() as connection:
        connection.execute("UPDATE outbox SET created_at = created_at - interval '2 seconds' WHERE done_at IS NULL")
    return tell_forgotten(valkey)


def test_a_job_of_a_transaction_that_was_rolled_back_is_none(database, valkey, queue):
    with pytest.raises(ZeroDivisionError), db.write(system_identity()) as session:
        enqueue(session, "import_file", system_identity())
        _ = 1 / 0
    assert relayed(database, valkey) == 0
    assert queue.count == 0


def test_a_job_handed_over_twice_is_one(valkey, queue):
    job = {"outbox_id": "one", "kind": "job", "name": "import_file", "user_id": str(SYSTEM_USER_ID), "ids": {}}
    hand_over(valkey, job)
    hand_over(valkey, job)
    assert queue.count == 1


def test_a_worker_does_what_was_asked_for(database, valkey, queue):
    with database.admin() as connection:
        (row_id,) = connection.execute(
            "INSERT INTO imports (user_id, table_name, file_name, status)"
            " VALUES (%s, 'vendors', 'gone.csv', 'queued') RETURNING id",
            [SYSTEM_USER_ID],
        ).fetchone()
    with db.write(system_identity()) as session:
        enqueue(session, "import_file", system_identity(), import_id=row_id)
    assert relayed(database, valkey) == 1
    log = database.home / "worker.log"
    environment = {**os.environ, **database.environment}
    worker = children.spawn([sys.executable, "-m", "workers.worker"], log, env=environment, cwd=CHECKOUT)
    try:
        with database.admin() as connection:
            found = "SELECT status FROM imports"
            done = children.wait_until(lambda: connection.execute(found).fetchone() == ("failed",), 60, every_s=0.2)
        assert done, log.read_text()
    finally:
        children.stop(worker, signal.SIGTERM, 5)


def test_a_job_runs_with_the_rights_of_that_moment(database):
    with database.admin() as connection:
        user = make_user(connection, "USER", markets=["Reno"])
        asked = identity_by_id(user.id)
        assert asked is not None
        assert (asked.role.value, asked.markets, asked.session_id) == ("USER", ("Reno",), None)
        connection.execute("UPDATE users SET is_active = false WHERE id = %s", [user.id])
    assert identity_by_id(user.id) is None
