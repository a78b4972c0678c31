"""What the worker does every so often."""

from datetime import date, timedelta

import pytest

from tests.factories import make_turn, make_user
from turns_web.core import db
from workers import housekeeping


@pytest.fixture
def house(database):
    db.configure(database.settings())
    yield
    db.dispose()


def test_partitions_are_made_two_months_ahead(database, house):
    housekeeping.keep_partitions()
    housekeeping.keep_partitions()
    ahead = housekeeping.months_from(housekeeping.now().date(), 2)[1:]
    with database.admin() as connection:
        found = {name for (name,) in connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")}
    assert {f"audit_logs_{month:%Y_%m}" for month in ahead} <= found


def test_old_receipts_and_ended_sessions_are_forgotten_and_others_kept(database, house):
    with database.admin() as connection:
        user = make_user(connection)
        for write_id, age in (("old", 31), ("new", 29)):
            connection.execute(
                "INSERT INTO write_receipts (user_id, write_id, body_hash, status, answer, created_at)"
                " VALUES (%s, %s, 'x', 200, '{}', now() - make_interval(days => %s))",
                [user.id, write_id, age],
            )
        for token, ends in (("ended", "-1 minute"), ("live", "1 day")):
            connection.execute(
                "INSERT INTO sessions (user_id, token, expires_at) VALUES (%s, %s, now() + %s::interval)",
                [user.id, token, ends],
            )
    housekeeping.forget()
    with database.admin() as connection:
        assert connection.execute("SELECT array_agg(write_id) FROM write_receipts").fetchone() == (["new"],)
        assert connection.execute("SELECT array_agg(token) FROM sessions").fetchone() == (["live"],)


def test_events_that_were_told_are_forgotten_after_two_days(database, house):
    with database.admin() as connection:
        for days in (1, 4):
            connection.execute(
                "INSERT INTO outbox (kind, payload, done_at) VALUES ('turn', '{}', now() - make_interval(days => %s))",
                [days],
            )
        housekeeping.forget()
        found = connection.execute("SELECT count(*) FROM outbox WHERE done_at IS NOT NULL").fetchone()
    assert found == (1,)


def test_turns_completed_long_enough_ago_leave_the_board(database, house):
    today = date.today()  # noqa: DTZ011
    moved_out = today - timedelta(days=60)
    with database.admin() as connection:
        old, fresh = (
            make_turn(connection, stage="Complete", move_out_date=moved_out, turn_completion_date=today - ago)
            for ago in (timedelta(days=16), timedelta(days=10))
        )
        under_way = make_turn(connection, move_out_date=moved_out)
        housekeeping.file_turns()
        housekeeping.file_turns()
        active = {row[0]: row[1:] for row in connection.execute("SELECT id, is_active, version FROM turns").fetchall()}
    assert active[old.id] == (False, old.version + 1)
    assert active[fresh.id] == (True, fresh.version)
    assert active[under_way.id] == (True, under_way.version)


def test_months_run_over_the_turn_of_the_year():
    assert housekeeping.months_from(date(2026, 11, 30), 2) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
