"""Which rows each role sees and writes: its own, and somebody else's as noise."""

import uuid

import psycopg
import pytest

from tests.factories import make_property, make_turn, make_user, make_vendor
from turns_web.core.identity import SEE_ALL

# Which turns and properties, by the names of `rows` below.
EVERYTHING = {"mine", "senior's", "foreign", "overseen", "vendor's", "market's"}
SEES = {
    "SUPER_ADMIN": EVERYTHING,
    "ADMIN": EVERYTHING,
    "DFO_APPROVER": EVERYTHING,
    "HO_APPROVER": EVERYTHING,
    "PROPERTY_MANAGER": {"mine"},
    "SR_PROPERTY_MANAGER": {"senior's"},
    "INSPECTOR": {"overseen"},
    "VENDOR": {"vendor's"},
    "USER": {"market's"},
    None: set(),
}
# Inspectors see the homes of their markets, too; vendors none but through the portal.
SEES_HOMES = {**SEES, "INSPECTOR": {"overseen", "market's"}, "VENDOR": set()}
HOLDS = {**SEES, "DFO_APPROVER": set(), "HO_APPROVER": set(), "INSPECTOR": set(), "VENDOR": set(), "USER": set()}
CHANGES_TURNS = {**HOLDS, "INSPECTOR": {"overseen"}}
HANGING = ("comments", "turn_stage_log", "approval_decisions", "change_orders")
WHO = list(SEES)


@pytest.fixture(scope="module")
def cast(admin):
    """One person a role, each with what gives them sight of one turn."""
    company = make_vendor(admin)
    given = {"VENDOR": {"vendor_id": company.id}, "USER": {"markets": ["Reno"]}, "INSPECTOR": {"markets": ["Reno"]}}
    made = {role: make_user(admin, role, **given.get(role, {})) for role in SEES if role}
    return {**made, None: None, "company": company}


@pytest.fixture(scope="module")
def rows(admin, cast):
    """Turns by the name of who sees them; nobody but those who see all sees `foreign`."""
    other = make_user(admin, "PROPERTY_MANAGER")

    def turn(manager=other, market="Elko", sr_manager=None, **columns):
        made = make_turn(admin, make_property(admin, manager, sr_manager, market=market), **columns)
        admin.execute("INSERT INTO comments (turn_id, body) VALUES (%s, 'Hello')", [made.id])
        admin.execute(
            "INSERT INTO approval_decisions (turn_id, turn_version, decision) VALUES (%s, 1, 'ASK')", [made.id]
        )
        admin.execute(
            "INSERT INTO change_orders (turn_id, number, amount, reason, status) VALUES (%s, 1, 5, 'x', 'RECORDED')",
            [made.id],
        )
        return made

    return {
        "mine": turn(cast["PROPERTY_MANAGER"]),
        "senior's": turn(sr_manager=cast["SR_PROPERTY_MANAGER"]),
        "foreign": turn(),
        "overseen": turn(turns_superintendent_id=cast["INSPECTOR"].id),
        "vendor's": turn(flooring_vendor_id=cast["company"].id),
        "market's": turn(market="Reno"),
    }


def named(rows, ids, of="id"):
    return {name for name, row in rows.items() if getattr(row, of) in ids}


def ids_of(connection, statement):
    return {row[0] for row in connection.execute(statement)}


@pytest.mark.parametrize("role", WHO)
def test_who_sees_all_homes_counts_them_at_once_and_nobody_else_does(acting, cast, rows, role):
    with acting(cast[role]) as connection:
        (at_once,) = connection.execute("SELECT count_of_properties()").fetchone()
        (one_by_one,) = connection.execute("SELECT count(*) FROM properties WHERE NOT is_archived").fetchone()
    assert at_once == (one_by_one if role in SEE_ALL else None)


@pytest.mark.parametrize("role", WHO)
def test_who_sees_which_turns_and_what_hangs_on_them(acting, cast, rows, role):
    with acting(cast[role]) as connection:
        assert named(rows, ids_of(connection, "SELECT id FROM turns")) == SEES[role]
        for table in HANGING:
            assert named(rows, ids_of(connection, f"SELECT turn_id FROM {table}")) == SEES[role], table


@pytest.mark.parametrize("role", WHO)
def test_who_sees_which_properties(acting, cast, rows, role):
    with acting(cast[role]) as connection:
        seen = ids_of(connection, "SELECT id FROM properties")
        portal = ids_of(connection, "SELECT id FROM portal_properties")
    assert named(rows, seen, "property_id") == SEES_HOMES[role]
    assert named(rows, portal, "property_id") == (SEES[role] if role == "VENDOR" else set())


@pytest.mark.parametrize("role", WHO)
def test_of_what_is_summed_up_each_sees_their_part(admin, acting, cast, rows, role):
    admin.execute("SELECT refresh_property_summary()")
    admin.execute(
        "UPDATE turn_stage_log SET left_at = entered_at + interval '1 day'"
        " WHERE left_at IS NULL AND turn_id = ANY (%s)",
        [[row.id for row in rows.values()]],
    )
    with acting(cast[role]) as connection:
        homes = ids_of(connection, "SELECT id FROM property_turns WHERE total_turns = 1")
        days = connection.execute(
            "SELECT turns, mean_days FROM stage_days(%s)", [[row.id for row in rows.values()]]
        ).fetchall()
    assert named(rows, homes, "property_id") == SEES_HOMES[role]
    assert [tuple(row) for row in days] == ([(len(SEES[role]), 1.0)] if SEES[role] else [])


@pytest.mark.parametrize("role", WHO)
def test_who_sees_a_turn_sees_its_home(acting, cast, rows, role):
    with acting(cast[role]) as connection:
        homes = ids_of(connection, "SELECT id FROM properties UNION SELECT id FROM portal_properties")
    assert SEES[role] <= named(rows, homes, "property_id")


@pytest.mark.parametrize("role", WHO)
def test_who_changes_which_turns(admin, acting, cast, rows, role):
    with acting(cast[role]) as connection:
        # A column that inspectors may set, too.
        changed = ids_of(connection, "UPDATE turns SET scan_360_date = current_date RETURNING id")
    assert named(rows, changed) == CHANGES_TURNS[role]
    admin.execute("UPDATE turns SET scan_360_date = NULL")


@pytest.mark.parametrize("role", WHO)
def test_who_changes_which_properties(acting, cast, rows, role):
    with acting(cast[role]) as connection:
        changed = ids_of(connection, "UPDATE properties SET bedrooms = coalesce(bedrooms, 0) + 1 RETURNING id")
    assert named(rows, changed, "property_id") == HOLDS[role]


@pytest.mark.parametrize("role", WHO)
def test_nobody_deletes_what_the_business_keeps(acting, cast, rows, role):
    for table in ("turns", "properties", "vendors", "users", "comments", "turn_stages", *HANGING):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(cast[role]) as connection:
            connection.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("role", WHO)
def test_who_starts_a_turn_on_whose_home(admin, acting, cast, rows, role):
    admin.execute("UPDATE turns SET is_archived = true")
    started = set()
    for name, row in rows.items():
        try:
            with acting(cast[role]) as connection:
                connection.execute(
                    "INSERT INTO turns (property_id, stage_id) VALUES (%s, %s)", [row.property_id, row.stage_id]
                )
                started.add(name)
                raise psycopg.Rollback
        except psycopg.errors.InsufficientPrivilege:
            continue
    admin.execute("UPDATE turns SET is_archived = false")
    assert started == HOLDS[role]


@pytest.mark.parametrize("role", WHO)
def test_who_creates_properties_and_gets_them(acting, cast, role):
    new = f"N-{uuid.uuid4()}"
    statement = "INSERT INTO properties (property_id, name, street_address) VALUES (%s, 'New', '1 New Street')"
    if role not in {"SUPER_ADMIN", "ADMIN", "PROPERTY_MANAGER", "SR_PROPERTY_MANAGER"}:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(cast[role]) as connection:
            connection.execute(statement, [new])
        return
    with acting(cast[role]) as connection:
        connection.execute(statement, [new])
        row = connection.execute(
            "SELECT * FROM (SELECT property_manager_id, sr_property_manager_id FROM properties"
            " WHERE property_id = %s) AS new",
            [new],
        ).fetchone()
    assert row.property_manager_id == (cast[role].id if role == "PROPERTY_MANAGER" else None)
    assert row.sr_property_manager_id == (cast[role].id if role == "SR_PROPERTY_MANAGER" else None)


def test_a_manager_gives_no_home_away_by_a_plain_update(acting, cast, rows):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(cast["PROPERTY_MANAGER"]) as connection:
        connection.execute("UPDATE properties SET property_manager_id = NULL")


def test_an_inspector_sets_the_dates_of_visits_and_nothing_else(acting, cast, rows):
    turn = rows["overseen"]
    visits = "occupancy_check_date = current_date, scan_360_date = current_date, final_walk_date = current_date"
    with acting(cast["INSPECTOR"]) as connection:
        assert connection.execute(f"UPDATE turns SET {visits} WHERE id = %s", [turn.id]).rowcount == 1
    for change in (
        "turn_amount = 1",
        "wo_number = 'x'",
        "is_archived = true",
        "hold_reason = 'x'",
        "move_out_date = now()",
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="Inspectors set"),
            acting(cast["INSPECTOR"]) as connection,
        ):
            connection.execute(f"UPDATE turns SET {change} WHERE id = %s", [turn.id])


@pytest.mark.parametrize("role", WHO)
def test_who_comments(acting, cast, rows, role):
    seen = SEES[role] - ({"vendor's"} if role == "VENDOR" else set())
    for name, row in rows.items():
        try:
            with acting(cast[role]) as connection:
                connection.execute("INSERT INTO comments (turn_id, body) VALUES (%s, 'Hm')", [row.id])
                assert name in seen
        except psycopg.errors.InsufficientPrivilege:
            assert name not in seen


@pytest.mark.parametrize("role", WHO)
def test_own_things_are_seen_by_their_owner(admin, acting, cast, role):
    if role is None:
        return
    person = cast[role]
    stranger = make_user(admin)
    for owner in (person, stranger):
        admin.execute(
            "INSERT INTO write_receipts (user_id, write_id, body_hash) VALUES (%s, gen_random_uuid()::text, '')",
            [owner.id],
        )
        admin.execute(
            "INSERT INTO sessions (user_id, token, expires_at) VALUES (%s, gen_random_uuid()::text, now())", [owner.id]
        )
        admin.execute(
            "INSERT INTO saved_views (owner_id, page, name, query) VALUES (%s, 'board', gen_random_uuid()::text, '')",
            [owner.id],
        )
        admin.execute(
            "INSERT INTO api_tokens (user_id, name, token, scope)"
            " VALUES (%s, 'Report', gen_random_uuid()::text, 'read')",
            [owner.id],
        )
        admin.execute(
            "INSERT INTO notifications (user_id, kind, title, link, key) VALUES (%s, 'approved', 'A', '/board',"
            " gen_random_uuid()::text)",
            [owner.id],
        )
    owners = {
        "write_receipts": "user_id", "sessions": "user_id", "saved_views": "owner_id", "api_tokens": "user_id",
        "notifications": "user_id",
    }  # fmt: skip
    with acting(person) as connection:
        for table, owner in owners.items():
            assert ids_of(connection, f"SELECT {owner} FROM {table}") == {person.id}


def test_a_token_is_made_for_oneself_and_changed_in_nothing_but_that_it_is_revoked(admin, acting, cast):
    manager, super_admin = cast["PROPERTY_MANAGER"], cast["SUPER_ADMIN"]
    make = "INSERT INTO api_tokens (user_id, name, token, scope) VALUES (%s, 'Report', gen_random_uuid()::text, 'read')"
    with acting(manager) as connection:
        connection.execute(make, [manager.id])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(super_admin) as connection:
        connection.execute(make, [manager.id])
    for change in ("scope = 'write'", "expires_at = NULL", "last_used_at = NULL", "user_id = gen_random_uuid()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(manager) as connection:
            connection.execute(f"UPDATE api_tokens SET {change}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(manager) as connection:
        connection.execute("SELECT token FROM api_tokens")
    for person in (super_admin, manager):
        with acting(person) as connection:
            revoked = ids_of(connection, "UPDATE api_tokens SET revoked_at = now() RETURNING user_id")
        assert revoked <= {person.id}
    assert revoked


@pytest.mark.parametrize("role", WHO)
def test_webhooks_are_the_administrators_and_their_secrets_nobodys(admin, acting, cast, role):
    admin.execute("INSERT INTO webhooks (url, secret, events) VALUES ('https://a.example', 's', '{turn.created}')")
    with acting(role and cast[role]) as connection:
        seen = connection.execute("SELECT count(*) FROM webhooks").fetchone()[0]
        changed = connection.execute("UPDATE webhooks SET failures = 1").rowcount
    assert (seen > 0, changed > 0) == (role in {"SUPER_ADMIN", "ADMIN"},) * 2
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(role and cast[role]) as connection:
        connection.execute("SELECT secret FROM webhooks")


def test_a_view_shared_with_a_role_is_seen_by_it_and_changed_by_its_owner(admin, acting, cast):
    owner = make_user(admin, "ADMIN")
    shared = admin.execute(
        "INSERT INTO saved_views (owner_id, page, name, query, shared_with_role)"
        " VALUES (%s, 'board', 'Late', 'overdue=1', 'PROPERTY_MANAGER') RETURNING id",
        [owner.id],
    ).fetchone()
    with acting(cast["PROPERTY_MANAGER"]) as connection:
        assert shared.id in ids_of(connection, "SELECT id FROM saved_views")
        assert connection.execute("UPDATE saved_views SET name = 'x' WHERE id = %s", [shared.id]).rowcount == 0
    with acting(cast["USER"]) as connection:
        assert shared.id not in ids_of(connection, "SELECT id FROM saved_views")


@pytest.mark.parametrize("role", WHO)
def test_who_sees_whose_acts(admin, acting, cast, rows, role):
    if role is None:
        return
    with acting(cast[role]) as connection:
        connection.execute("UPDATE users SET timezone = gen_random_uuid()::text WHERE id = %s", [cast[role].id])
    with acting(cast[role]) as connection:
        actors = ids_of(connection, "SELECT user_id FROM audit_logs")
    if role in {"SUPER_ADMIN", "ADMIN"}:
        assert len(actors) > 1
    else:
        assert actors == {cast[role].id}


@pytest.mark.parametrize("role", WHO)
def test_who_keeps_the_stages(acting, cast, role):
    with acting(cast[role]) as connection:
        changed = connection.execute("UPDATE turn_stages SET target_days = coalesce(target_days, 0) + 1").rowcount
    assert bool(changed) == (role in {"SUPER_ADMIN", "ADMIN"})


def test_what_was_told_of_a_turn_is_shown_as_long_as_one_sees_it(admin, acting, rows):
    manager = make_user(admin, "PROPERTY_MANAGER")
    home = make_property(admin, manager)
    for turn in (make_turn(admin, home), rows["foreign"]):
        admin.execute(
            "INSERT INTO notifications (user_id, turn_id, kind, title, link, key)"
            " VALUES (%s, %s, 'approved', 'A', '/', %s)",
            [manager.id, turn.id, str(turn.id)],
        )
    with acting(manager) as connection:
        assert len(ids_of(connection, "SELECT id FROM notifications")) == 1
    admin.execute("UPDATE properties SET property_manager_id = NULL WHERE id = %s", [home.id])
    with acting(manager) as connection:
        assert ids_of(connection, "SELECT id FROM notifications") == set()
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(manager) as connection:
        connection.execute("UPDATE notifications SET title = 'mine'")
