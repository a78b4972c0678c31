"""One command raises a version by one; one that changes nothing raises nothing."""

import threading

import psycopg
import pytest

from tests.factories import make_property, make_turn, make_user, make_vendor, make_webhook

VERSIONED = (
    "users", "properties", "turns", "vendors", "turn_stages", "settings", "property_types", "utility_providers",
    "property_utilities", "comments", "saved_views", "webhooks", "notification_texts", "change_orders",
    "approval_delegations",
)  # fmt: skip


@pytest.fixture
def turn(admin, people):
    return make_turn(admin, make_property(admin, people["PROPERTY_MANAGER"]))


def audit_rows(admin, record):
    return admin.execute(
        "SELECT count(*) FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'", [record]
    ).fetchone()[0]


def test_an_update_raises_the_version_by_one_and_says_who_and_when(acting, people, turn):
    with acting(people["PROPERTY_MANAGER"]) as connection:
        row = connection.execute(
            "UPDATE turns SET wo_number = 'A', priority = 2 WHERE id = %s AND version = 1"
            " RETURNING version, updated_by, updated_at",
            [turn.id],
        ).fetchone()
    assert (row.version, row.updated_by) == (2, people["PROPERTY_MANAGER"].id)
    assert row.updated_at > turn.updated_at


def test_an_update_that_changes_nothing_comes_back_unraised(admin, acting, people, turn):
    with acting(people["PROPERTY_MANAGER"]) as connection:
        row = connection.execute(
            "UPDATE turns SET priority = NULL, move_out_date = %s, turn_amount = NULL WHERE id = %s"
            " RETURNING version, updated_by",
            [turn.move_out_date, turn.id],
        ).fetchone()
    assert (row.version, row.updated_by) == (1, turn.updated_by)
    assert audit_rows(admin, turn.id) == 0


@pytest.mark.parametrize("name", VERSIONED)
def test_every_business_table_keeps_versions_and_audit(admin, people, name):
    home = make_property(admin, people["PROPERTY_MANAGER"])
    make_turn(admin, home)
    provider = admin.execute(
        "INSERT INTO utility_providers (name, kind) VALUES (gen_random_uuid()::text, 'POWER') RETURNING id"
    ).fetchone()
    made = {
        "users": lambda: make_user(admin),
        "properties": lambda: home,
        "turns": lambda: make_turn(admin),
        "vendors": lambda: make_vendor(admin),
        "turn_stages": "INSERT INTO turn_stages (name, display_order) VALUES ('Punch list', 90) RETURNING id",
        "settings": "INSERT INTO settings (name, market, value) VALUES ('ho_limit', 'Reno', '9000') RETURNING id",
        "property_types": "INSERT INTO property_types (name) VALUES ('Loft') RETURNING id",
        "utility_providers": lambda: provider,
        "property_utilities": "INSERT INTO property_utilities (property_id, utility_provider_id)"
        f" VALUES ('{home.id}', '{provider.id}') RETURNING id",
        "comments": "INSERT INTO comments (turn_id, body) SELECT id, 'Hello' FROM turns LIMIT 1 RETURNING id",
        "saved_views": "INSERT INTO saved_views (owner_id, page, name, query)"
        f" VALUES ('{people['ADMIN'].id}', 'board', 'Late', 'overdue=1') RETURNING id",
        "webhooks": lambda: make_webhook(admin),
        "notification_texts": "INSERT INTO notification_texts (kind, subject, body) VALUES ('approved', 'A', 'B')"
        " RETURNING id",
        "change_orders": "INSERT INTO change_orders (turn_id, number, amount, reason, status)"
        " SELECT id, 1, 100, 'Roof', 'RECORDED' FROM turns LIMIT 1 RETURNING id",
        "approval_delegations": "INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on)"
        f" VALUES ('{people['DFO_APPROVER'].id}', '{people['USER'].id}', '2099-01-01', '2099-01-02') RETURNING id",
    }[name]
    row = admin.execute(made).fetchone() if isinstance(made, str) else made()
    column, value = {
        "users": ("phone", "1"), "turns": ("wo_number", "1"), "settings": ("value", "8000"),
        "property_utilities": ("account_number", "1"), "comments": ("body", "1"), "vendors": ("company_name", "1"),
        "webhooks": ("url", "1"), "notification_texts": ("subject", "1"), "change_orders": ("reason", "1"),
        "approval_delegations": ("ends_on", "2099-01-03"),
    }.get(name, ("name", "1"))  # fmt: skip
    raised = admin.execute(f"UPDATE {name} SET {column} = %s WHERE id = %s RETURNING version", [value, row.id])
    assert raised.fetchone().version == 2
    kept = admin.execute(f"UPDATE {name} SET {column} = %s WHERE id = %s RETURNING version", [value, row.id])
    assert kept.fetchone().version == 2
    left = admin.execute(
        "SELECT action::text, record_version FROM audit_logs WHERE table_name = %s AND record_id = %s ORDER BY 2",
        [name, row.id],
    ).fetchall()
    assert [tuple(found) for found in left] == [("CREATE", 1), ("UPDATE", 2)]


def test_a_table_with_versions_is_among_these(admin):
    found = admin.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'updated_by'"
    )
    assert {row.table_name for row in found} == set(VERSIONED)


def test_a_sign_in_raises_no_version(admin, acting):
    person = make_user(admin)
    with acting(None) as connection:
        connection.execute("SELECT start_session(%s, 'aa', NULL, NULL, '7 days')", [person.id])
    row = admin.execute("SELECT version, last_login FROM users WHERE id = %s", [person.id]).fetchone()
    assert row.version == 1
    assert row.last_login is not None
    assert audit_rows(admin, person.id) == 0


def test_archiving_says_when_and_by_whom_and_restoring_forgets_it(acting, people, turn):
    manager = people["PROPERTY_MANAGER"]
    archive = "UPDATE turns SET is_archived = %s WHERE id = %s RETURNING archived_by, archived_at, is_open"
    with acting(manager) as connection:
        put_away = connection.execute(archive, [True, turn.id]).fetchone()
        assert (put_away.archived_by, put_away.is_open) == (manager.id, False)
        assert put_away.archived_at is not None
        assert tuple(connection.execute(archive, [False, turn.id]).fetchone()) == (None, None, True)


def test_twenty_writers_of_one_version_one_wins(admin, database, people, turn):
    manager = people["PROPERTY_MANAGER"]
    ready, written = threading.Barrier(20), []

    def write(number):
        with psycopg.connect(database.app_url) as connection:
            connection.execute("SELECT set_config('app.current_user_id', %s, false)", [str(manager.id)])
            ready.wait()
            statement = "UPDATE turns SET wo_number = %s WHERE id = %s AND version = 1"
            written.append(connection.execute(statement, [str(number), turn.id]).rowcount)

    writers = [threading.Thread(target=write, args=[number]) for number in range(20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(written) == [0] * 19 + [1]
    assert admin.execute("SELECT version FROM turns WHERE id = %s", [turn.id]).fetchone().version == 2
    assert audit_rows(admin, turn.id) == 1


def test_failed_attempts_at_a_webhook_raise_no_version(admin):
    webhook = make_webhook(admin)
    admin.execute(
        "UPDATE webhooks SET failures = failures + 1, resume_at = now() + interval '1 hour' WHERE id = %s", [webhook.id]
    )
    assert audit_rows(admin, webhook.id) == 0
    off = admin.execute("UPDATE webhooks SET disabled_at = now() WHERE id = %s RETURNING version", [webhook.id])
    assert off.fetchone().version == 2
    assert audit_rows(admin, webhook.id) == 1
    on = "UPDATE webhooks SET disabled_at = NULL, failures = 0, resume_at = now() WHERE id = %s"
    admin.execute(on, [webhook.id])
    told = admin.execute(
        "SELECT changed_fields FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'", [webhook.id]
    )
    assert [row.changed_fields for row in told] == [["disabled_at"]] * 2
