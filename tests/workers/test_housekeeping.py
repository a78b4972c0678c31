"""What the worker does every so often."""

import pytest

from tests.factories import make_user
from turns_web.core import db
from workers import housekeeping


@pytest.fixture
def house(database):
    db.configure(database.settings())
    yield
    db.dispose()


def test_partitions_are_made_two_months_ahead(database, house):
    housekeeping.keep_house()
    housekeeping.keep_house()
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


def test_months_run_over_the_turn_of_the_year():
    from datetime import date

    assert housekeeping.months_from(date(2026, 11, 30), 2) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
