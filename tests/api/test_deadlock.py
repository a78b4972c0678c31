"""A batch that is in a deadlock with somebody who takes its rows the other way round, at the database itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import sql

from tests.api.programs import signed_in
from tests.factories import make_property, make_turn, make_user
from turns_web.embedded import children

TAKE = "SELECT FROM turns WHERE id = %s FOR UPDATE"
IS_WAITING = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'turns_app' AND wait_event_type = 'Lock')
"""


@pytest.fixture(scope="module")
def other(stack, database):
    """Somebody who never gives in. Who does looks for a deadlock only once, so it waits until there must be one,
    which is sooner than anybody gives up waiting for a lock."""
    with stack.primary.superuser(database.name) as other:
        timeout = "ALTER DATABASE {} SET deadlock_timeout = '2s'"
        other.execute(sql.SQL(timeout).format(sql.Identifier(database.name)))
        other.execute("SET deadlock_timeout = '60s'")
        yield other


def test_who_gives_in_tries_again(other, app, connection, people):
    admin = signed_in(app, make_user(connection, "ADMIN"))
    homes = [make_property(connection, people["OTHER"]) for _ in range(2)]
    first, second = sorted(str(make_turn(connection, home).id) for home in homes)
    operations = [
        {"table": "turns", "operation": "update", "id": id, "version": 1, "data": {"wo_number": "1"}}
        for id in (first, second)
    ]
    with ThreadPoolExecutor(1) as pool:
        with other.transaction():
            other.execute(TAKE, [second])
            waiting = pool.submit(admin.post, "/api/write/batch", {"operations": operations})
            assert children.wait_until(lambda: connection.execute(IS_WAITING).fetchone()[0], 20)
            other.execute(TAKE, [first])
        answer = waiting.result()
    assert answer.status_code == 200, answer.text
    assert [result["turn"]["version"] for result in answer.json["results"]] == [2, 2]
