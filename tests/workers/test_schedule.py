"""Chores: done when they are due, once however many keepers there are, and taken up where their keeper is gone."""

import threading

import pytest

from tests.working import working
from turns_web.core import chores, db
from turns_web.core.identity import system_identity
from turns_web.embedded import children
from workers.schedule import SCHEDULE, Due, Scheduler


@pytest.fixture
def admin(database):
    db.configure(database.settings())
    with database.admin() as connection:
        connection.execute("DELETE FROM chores")
        yield connection
    db.dispose()


def claimed(*names):
    with db.write(system_identity()) as session:
        return chores.claim(session, names)


def planned(**every_s):
    with db.write(system_identity()) as session:
        chores.plan(session, every_s)


def noted(admin, name):
    with db.read(system_identity()) as session:
        return chores.known(session)[name]


def test_several_keepers_do_a_chore_once_and_a_failed_one_says_why(admin):
    done, free = [], threading.Event()

    def sweep():
        done.append(threading.get_ident())
        free.wait(30)
        raise ValueError("no broom")

    keepers = [Scheduler({"sweep": Due(sweep, 3600)}) for _ in range(5)]
    at_once = [threading.Thread(target=keeper.begin_due) for keeper in keepers]
    for each in at_once:
        each.start()
    for each in at_once:
        each.join()
    assert children.wait_until(lambda: len(done) > 0, 10)
    assert noted(admin, "sweep").is_under_way
    free.set()
    assert children.wait_until(lambda: noted(admin, "sweep").finished_at, 10, every_s=0.05)
    for keeper in keepers:
        keeper.begin_due()
    chore = noted(admin, "sweep")
    assert len(done) == 1 and (chore.failures, chore.error) == (1, "ValueError: no broom")
    assert 0 < (chore.due_at - chore.finished_at).total_seconds() <= 60, "what failed does not wait for an hour"


def test_what_a_killed_keeper_was_at_is_taken_up_and_its_own_end_changes_nothing(admin):
    planned(sweep=3600)
    first = claimed("sweep")
    assert first and claimed("sweep") is None, "somebody is at it"
    admin.execute("UPDATE chores SET lease_until = now() - interval '1 second'")
    second = claimed("sweep")
    assert second and second.run == first.run + 1
    with db.write(system_identity()) as session:
        chores.end(session, first)
    assert noted(admin, "sweep").is_under_way
    with db.write(system_identity()) as session:
        chores.end(session, second)
    assert not noted(admin, "sweep").is_under_way and claimed("sweep") is None, "due in an hour"


def test_a_claim_that_is_held_stays_and_one_given_back_is_free_at_once(admin):
    planned(sweep=3600, dust=3600)
    claims = [claimed("sweep"), claimed("dust")]
    admin.execute("UPDATE chores SET lease_until = now() + interval '1 second'")
    with db.write(system_identity()) as session:
        chores.hold(session, claims[:1])
        chores.hold(session, claims[1:], lease_s=0)
    assert claimed("sweep", "dust").name == "dust"
    assert claimed("sweep", "dust") is None


def test_what_is_done_more_often_from_now_on_is_due_sooner(admin):
    planned(sweep=3600)
    claimed("sweep")
    planned(sweep=5)
    chore = noted(admin, "sweep")
    assert chore.every_s == 5 and (chore.due_at - chore.started_at).total_seconds() < 60


def test_two_keepers_do_all_of_it_and_what_is_due_each_hour_once(admin, database):
    with working(database), working(database):
        ended = "SELECT count(*) FROM chores WHERE finished_at IS NOT NULL"
        all_done = children.wait_until(lambda: admin.execute(ended).fetchone() == (len(SCHEDULE),), 60, every_s=0.2)
    with db.read(system_identity()) as session:
        known = chores.known(session)
    assert all_done and {chore.name: chore.error for chore in known.values() if chore.error} == {}
    hourly = [name for name, due in SCHEDULE.items() if due.every_s >= 3600]
    runs = admin.execute("SELECT DISTINCT run FROM chores WHERE name = ANY(%s)", [hourly]).fetchall()
    assert runs == [(1,)]
