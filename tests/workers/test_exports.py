"""An export's life: asked for once, made whole or not at all, and ended with words whatever becomes of its worker."""

import csv
import errno
import subprocess
import threading
import time
from types import SimpleNamespace

import pytest
from psycopg.rows import namedtuple_row
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from tests.factories import make_property, make_user
from turns_web.accounts.queries import identity_by_id
from turns_web.core import db
from turns_web.core.errors import Invalid, NotFound, Senseless
from turns_web.core.identity import system_identity
from turns_web.core.outbox import emit
from turns_web.core.queue import EXPORTS
from turns_web.embedded.children import wait_until
from turns_web.exports import actions, files, life, making, queries, upkeep, workers
from turns_web.exports.formats import FORMATS
from turns_web.exports.formats import csv as csv_format
from turns_web.exports.heart import Heart
from workers import relay


@pytest.fixture(scope="module", autouse=True)
def configured(database):
    with pytest.MonkeyPatch.context() as environment:
        for name, value in database.environment.items():
            environment.setenv(name, value)
        db.configure(database.settings())
        # A database that was made a moment ago is on the replica a moment later.
        assert wait_until(db.replica_in_use, 20)
        yield
        db.dispose()


@pytest.fixture(scope="module")
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        yield connection


@pytest.fixture
def redis(database, monkeypatch):
    with Redis.from_url(database.redis_url) as client:
        client.flushall()
        monkeypatch.setattr(relay, "_redis", lambda: client)
        yield client


@pytest.fixture
def manager(admin):
    """Somebody with three homes, beside a home of somebody else's."""
    one = make_user(admin, "PROPERTY_MANAGER", first_name="Ana", last_name="Silva")
    for _ in range(3):
        make_property(admin, manager=one)
    make_property(admin)
    return one


def ask(person, query="", format="csv", type="properties"):
    who = identity_by_id(person.id)
    with db.write(who) as session:
        return actions.ask(session, who, type, format, query)


def load(export):
    with db.read(system_identity()) as session:
        return queries.load(session, export.id)


def lying(export):
    place = files.folder(export.id)
    return sorted(path.name for path in place.iterdir()) if place.exists() else []


def notices(admin, person):
    """What the person is told, once the relay has been."""
    admin.execute("UPDATE outbox SET created_at = created_at - interval '2 seconds' WHERE done_at IS NULL")
    relay.relay()
    rows = admin.execute("SELECT title, body FROM notifications WHERE user_id = %s AND kind = 'export'", [person.id])
    return [tuple(row) for row in rows]


def writer(monkeypatch, write):
    """A writer in place of that of CSV."""
    monkeypatch.setattr(csv_format, "write", write)


def test_a_file_holds_what_the_asker_sees_and_is_told_of_once(admin, redis, manager):
    export = ask(manager).export
    making.work(export.id)
    made = load(export)
    assert (made.status, made.done, made.total, made.source) == ("done", 3, 3, "replica")
    assert lying(export) == ["1.csv"]
    with files.path_of(made).open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 3
    assert made.size_bytes == files.path_of(made).stat().st_size
    assert files.path_of(made).stat().st_mode & 0o077 == 0
    assert made.file_name.startswith("Properties ") and made.file_name.endswith(".csv")
    left = admin.execute("SELECT * FROM audit_logs WHERE action = 'EXPORT' AND record_id = %s", [export.id]).fetchall()
    assert [(row.user_id, row.metadata["rows"]) for row in left] == [(manager.id, 3)]
    making.work(export.id)
    with db.write(system_identity()) as session:
        emit(session, life.ENDED, id=export.id)
    assert notices(admin, manager) == [("Your file of properties (CSV) is ready", "3 rows.")]


def test_the_same_asked_for_twice_is_one_while_it_is_under_way(admin, manager):
    first, second = ask(manager, "q=a"), ask(manager, "q=a")
    assert (first.is_new, second.is_new) == (True, False)
    assert second.export.id == first.export.id
    other = make_user(admin, "ADMIN")
    assert ask(other, "q=a").is_new
    with db.write(system_identity()) as session:
        actions.cancel(session, first.export.id)
    who = identity_by_id(manager.id)
    with db.write(who) as session:
        anew = actions.again(session, who, first.export.id)
    assert anew.is_new and (anew.export.type, anew.export.query) == ("properties", "q=a")


def test_many_who_ask_for_the_same_at_once_get_one(manager):
    ids, ready = [], threading.Barrier(4)

    def at_once():
        ready.wait()
        ids.append(ask(manager, "q=once").export.id)

    threads = [threading.Thread(target=at_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4 and len(set(ids)) == 1


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"type": "secrets"}, Invalid),
        ({"format": "exe"}, Invalid),
        ({"query": "columns=none_such"}, Senseless),
        ({"query": "q=" + "a" * 9000}, Invalid),
    ],
)
def test_nonsense_is_refused_when_it_is_asked_for(manager, asked, refusal):
    with pytest.raises(refusal):
        ask(manager, **asked)


def test_somebody_elses_is_not_there(admin, manager):
    export = ask(manager, "q=mine").export
    other = identity_by_id(make_user(admin, "PROPERTY_MANAGER").id)
    for act in (queries.load, actions.cancel, lambda session, id: actions.again(session, other, id)):
        with pytest.raises(NotFound), db.write(other) as session:
            act(session, export.id)


def test_a_closed_account_leaves_words_and_no_file(admin, redis, manager):
    export = ask(manager, "q=closed").export
    admin.execute("UPDATE users SET is_active = false WHERE id = %s", [manager.id])
    making.work(export.id)
    assert (load(export).status, lying(export)) == ("failed", [])
    assert "account was closed" in load(export).error


def test_rights_are_those_of_the_moment_when_it_is_made(admin, manager):
    export = ask(manager, "q=rights").export
    admin.execute("UPDATE users SET role = 'VENDOR', vendor_id = NULL WHERE id = %s", [manager.id])
    making.work(export.id)
    assert load(export).error == "Your role takes no files any more."


def test_a_full_disk_is_said_and_leaves_nothing(admin, redis, manager, monkeypatch):
    def write(out, source, about, connection, tell):
        out.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    writer(monkeypatch, write)
    export = ask(manager, "q=full").export
    making.work(export.id)
    assert "no room left" in load(export).error and lying(export) == []
    assert [title for title, _ in notices(admin, manager)] == ["Your file of properties (CSV) could not be made"]


def test_a_cancelled_one_stops_at_once_even_where_no_row_comes(manager, monkeypatch):
    broken_off = []

    def write(out, source, about, connection, tell):
        out.write(b"half")
        try:
            connection.execute("SELECT pg_sleep(60)")
        finally:
            broken_off.append(time.monotonic())

    writer(monkeypatch, write)
    export = ask(manager, "q=cancel").export
    work = threading.Thread(target=making.work, args=[export.id])
    work.start()
    assert wait_until(lambda: load(export).total is not None, 30)
    with db.write(system_identity()) as session:
        actions.cancel(session, export.id)
    cancelled_at = time.monotonic()
    work.join()
    assert broken_off[0] - cancelled_at < 5
    assert (load(export).status, lying(export)) == ("cancelled", [])


def test_a_connection_is_kept_until_its_statement_has_been_cancelled(manager):
    """Given back sooner, the cancel would meet what the next one asks over it."""
    cancelling, cancelled = threading.Event(), threading.Event()

    class Reading:
        def cancel_safe(self, *, timeout):
            cancelling.set()
            assert cancelled.wait(30)

    export = ask(manager, "q=late").export
    claim = life.begin(export.id, "somebody:1")
    with db.write(system_identity()) as session:
        actions.cancel(session, export.id)
    with Heart(claim) as heart:
        heart.reads(Reading(), export.created_at, "primary")
        assert cancelling.wait(30)
        giving_back = threading.Thread(target=heart.reads_no_more)
        giving_back.start()
        giving_back.join(0.2)
        assert giving_back.is_alive()
        cancelled.set()
        giving_back.join(30)
        assert not giving_back.is_alive()


def test_progress_is_told_while_rows_are_written(manager, monkeypatch):
    goes_on = threading.Event()

    def write(out, source, about, connection, tell):
        tell(2)
        goes_on.wait(60)

    writer(monkeypatch, write)
    export = ask(manager, "q=progress&columns=id").export
    work = threading.Thread(target=making.work, args=[export.id])
    work.start()
    told = wait_until(lambda: load(export).done == 2, 30)
    goes_on.set()
    work.join()
    assert told and load(export).status == "done"


def test_who_was_overtaken_writes_nothing(admin, manager, monkeypatch):
    """As a process does that was frozen until its lease was over, and wakes up when its file is all but whole."""

    def write(out, source, about, connection, tell):
        out.write(b"of the first attempt")
        admin.execute("UPDATE exports SET lease_until = now() - interval '1 second' WHERE id = %s", [export.id])
        upkeep.reap()
        claim = life.begin(export.id, "another:1")
        assert claim is not None and claim.attempt == 2

    writer(monkeypatch, write)
    export = ask(manager, "q=frozen").export
    making.work(export.id)
    row = admin.execute("SELECT status, attempt, worker FROM exports WHERE id = %s", [export.id]).fetchone()
    assert tuple(row) == ("running", 2, "another:1")
    assert lying(export) == []


def test_what_was_left_off_is_handed_over_again_and_the_third_time_given_up(admin, redis, manager):
    export = ask(manager, "q=killed").export
    for attempt in (1, 2, 3):
        claim = life.begin(export.id, "gone:1")
        assert claim is not None and claim.attempt == attempt
        assert life.begin(export.id, "other:1") is None, "somebody works on it"
        files.folder(export.id).mkdir(parents=True, exist_ok=True)
        (files.folder(export.id) / f"{attempt}.part").write_bytes(b"half")
        admin.execute("UPDATE exports SET lease_until = now() - interval '1 second' WHERE id = %s", [export.id])
        upkeep.reap()
        assert lying(export) == []
    assert (load(export).status, load(export).error) == ("failed", life.INTERRUPTED)
    assert [body for _, body in notices(admin, manager)] == [life.INTERRUPTED]


def test_what_redis_has_lost_is_handed_over_again_and_what_waits_is_not(admin, redis, manager):
    export = ask(manager, "q=lost").export
    queue = Queue(EXPORTS, connection=redis, serializer=JSONSerializer)
    relay.relay()
    assert waiting(queue, export) == 1
    admin.execute("UPDATE exports SET queued_at = now() - interval '1 minute'")
    upkeep.reap()
    relay.relay()
    assert waiting(queue, export) == 1
    redis.flushall()
    upkeep.reap()
    relay.relay()
    assert waiting(queue, export) == 1


def test_what_a_dead_process_of_this_machine_was_at_is_taken_up_at_once(manager):
    export = ask(manager, "q=dead").export
    process = subprocess.Popen(["/bin/true"])
    assert life.begin(export.id, workers.name_of(process.pid)) is not None
    assert workers.is_at_work(process.pid)
    process.wait()
    workers.give_up_dead()
    assert not workers.is_at_work(process.pid)
    upkeep.reap()
    assert load(export).status == "queued"


def waiting(queue, export):
    return sum(job.kwargs["export_id"] == str(export.id) for job in queue.get_jobs())


def test_a_lost_connection_begins_again_and_ends_well(admin, manager, monkeypatch):
    write = csv_format.write

    def lost_at_first(out, source, about, connection, tell):
        monkeypatch.setattr(csv_format, "write", write)
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    writer(monkeypatch, lost_at_first)
    export = ask(manager, "q=").export
    making.work(export.id)
    assert (load(export).status, lying(export)) == ("queued", [])
    making.work(export.id)
    assert (load(export).status, lying(export)) == ("done", ["2.csv"])


def test_old_files_go_and_files_that_no_row_names(admin, manager):
    old, kept, stray = (
        ask(manager, "sort=name").export,
        ask(manager, "sort=-name").export,
        SimpleNamespace(id=manager.id),
    )
    making.work(old.id)
    making.work(kept.id)
    admin.execute("UPDATE exports SET expires_at = now() - interval '1 second' WHERE id = %s", [old.id])
    for export in (stray, kept):
        files.folder(export.id).mkdir(exist_ok=True)
        (files.folder(export.id) / "0.part").write_bytes(b"half")
    upkeep.expire()
    assert (load(old).status, lying(old), lying(stray)) == ("expired", [], [])
    assert (load(kept).status, lying(kept)) == ("done", ["1.csv"])
    admin.execute("UPDATE exports SET created_at = now() - interval '91 days' WHERE id = %s", [old.id])
    upkeep.expire()
    with pytest.raises(NotFound):
        load(old)


def test_every_format_names_a_suffix():
    assert all(format.suffix.startswith(".") for format in FORMATS.values())
