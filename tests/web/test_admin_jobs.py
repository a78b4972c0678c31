"""/admin/jobs and /admin/health: what waits, what failed and why, once more; and how the parts are."""

from uuid import uuid4

import pytest
import redis
from psycopg.rows import namedtuple_row
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from tests.factories import make_user
from tests.web.turn_pages import PARTIAL, forms_to, post
from turns_web.core.identity import SYSTEM_USER_ID
from turns_web.core.queue import EXPORTS, QUEUE, hand_over

HERE = "/admin/jobs"


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        connection.execute("DELETE FROM outbox")
        yield connection


@pytest.fixture
def valkey(database):
    with redis.Redis.from_url(database.redis_url) as client:
        for key in client.scan_iter("rq:*"):
            client.delete(key)
        yield client


@pytest.fixture
def ana(person, admin):
    return person(make_user(admin, "ADMIN", first_name="Ana", last_name="Silva").email)


def failed(valkey, user_id):
    """A job that was tried as often as it may be: of a name that workers do not know."""
    job_id = str(uuid4())
    hand_over(valkey, {"outbox_id": job_id, "name": "no_such_job", "user_id": str(user_id), "ids": {}})
    queue = Queue(QUEUE, connection=valkey, serializer=JSONSerializer)
    while queue.count:
        SimpleWorker([queue], connection=valkey, serializer=JSONSerializer).work(burst=True, logging_level="CRITICAL")
    return job_id


def test_exports_are_counted_though_their_queue_is_another(ana, valkey):
    job = {"name": "make_export", "user_id": str(SYSTEM_USER_ID), "ids": {}, "queue": EXPORTS}
    hand_over(valkey, {**job, "outbox_id": "of-an-export"})
    hand_over(valkey, {**job, "outbox_id": "of-a-file", "name": "import_file", "queue": QUEUE})
    page = ana.get(HERE).text
    assert 'data-waiting="2"' in page
    assert 'data-job="of-an-export" data-status="waiting"><th scope="row">Export to a file</th>' in page


def test_a_failed_job_says_why_and_whose_it_was_and_is_tried_again(ana, admin, valkey):
    bob = make_user(admin, "PROPERTY_MANAGER", first_name="Bob", last_name="Day")
    job_id = failed(valkey, bob.id)
    page = ana.get(HERE).text
    assert f'data-job="{job_id}" data-status="failed"' in page
    assert "1 job failed." in ana.get("/admin").text
    assert "<p>ValueError: Invalid attribute name: no_such_job</p>" in page
    assert "Bob Day" in page and 'data-failed="1"' in page
    [form] = forms_to(page, f"{HERE}/{job_id}/retry")
    assert ana.post(f"{HERE}/{job_id}/retry", data=form).status_code == 303
    assert f'data-job="{job_id}" data-status="waiting"' in ana.get(HERE).text
    assert ana.post(f"{HERE}/{job_id}/retry", data=form).status_code == 303, "sent twice, it is tried once"
    refused = post(ana, f"{HERE}/{job_id}/retry")
    assert refused.status_code == 422 and "not among the failed ones" in refused.text


def test_what_waits_in_the_database_is_counted_by_kind(ana, admin, valkey):
    admin.execute("INSERT INTO outbox (kind, payload) VALUES ('turn', '{}'), ('job', '{}')")
    admin.execute("INSERT INTO outbox (kind, payload, attempts, error) VALUES ('webhook', '{}', 2, 'it answered 500')")
    page = ana.get(HERE, headers=PARTIAL).text
    assert page.lstrip().startswith('<div class="stack"') and "Nothing waits, runs or has failed." in page
    for kind, waits in (("event", 1), ("job", 1), ("webhook", 1), ("mail", 0)):
        row = page[page.index(f'data-backlog="{kind}"') :]
        assert f'data-value="{waits}"' in row[: row.index("</tr>")], kind


def test_what_is_done_every_so_often_says_when_it_was_and_why_it_failed(ana, admin, valkey):
    page = ana.get(HERE).text
    assert "No worker has run yet." in page
    admin.execute(
        "INSERT INTO chores (name, every_s, due_at, started_at, finished_at, failures, failed_at, error) VALUES"
        " ('file_turns', 600, now() + interval '570 s', now() - interval '30 s', now(), 0, NULL, NULL),"
        " ('forget', 600, now(), now() - interval '1 h', now() - interval '1 h', 2, now(), 'Lost: <it> is away')"
    )
    page = ana.get(HERE).text
    assert page.index('data-chore="forget" data-failures="2"') < page.index('data-chore="file_turns" data-failures="0"')
    assert "Lost: &lt;it&gt; is away" in page
    row = page[page.index('data-chore="file_turns"') :]
    assert ">in 9 min<" in row and "30.0 s" in row


def test_the_parts_are_said_in_words(ana, admin):
    page = ana.get("/admin/health").text
    for part in ("primary", "replica", "redis"):
        assert f'data-part="{part}" data-state="ok"' in page
    admin.execute(
        "INSERT INTO webhooks (url, secret, events, disabled_at, disabled_because)"
        " VALUES ('https://hooks.example.com/x', 'whsec_x', '{turn.created}', now(), 'it failed')"
    )
    fragment = ana.get("/admin/health", headers=PARTIAL).text
    assert fragment.lstrip().startswith("<section") and "Webhooks that were switched off" in fragment


def test_others_try_nothing_again(person, admin):
    other = person(make_user(admin, "SR_PROPERTY_MANAGER").email)
    assert post(other, f"{HERE}/{uuid4()}/retry").status_code == 403
