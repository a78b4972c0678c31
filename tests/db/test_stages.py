"""Stages that administrators keep: what must be left of them, and that a retired one takes in nothing, in any race."""

from threading import Thread

import psycopg
import pytest

from tests.db.conftest import refused
from tests.factories import STAGES, make_property, make_turn
from turns_web.embedded import children

unique = psycopg.errors.UniqueViolation


@pytest.fixture
def punch_list(admin):
    """A further stage under way, retired by nobody yet."""
    made = admin.execute(
        "INSERT INTO turn_stages (name, display_order) VALUES ('Punch list', -1) RETURNING id"
    ).fetchone()
    yield made.id
    admin.execute("DELETE FROM turns WHERE stage_id = %s", [made.id])
    admin.execute("DELETE FROM turn_stage_log WHERE stage_id = %s", [made.id])
    admin.execute("DELETE FROM turn_stages WHERE id = %s", [made.id])


def retire(connection, *names):
    connection.execute("UPDATE turn_stages SET is_active = false WHERE name = ANY(%s)", [list(names)])


def test_one_that_completes_and_one_under_way_are_left(acting, people):
    with refused("turn_stages_one_completes"), acting(people["ADMIN"]) as connection:
        retire(connection, "Complete")
    with refused("turn_stages_one_under_way"), acting(people["ADMIN"]) as connection:
        retire(connection, "Draft", "Scope Approval", "In Progress", "Final Walk")
    with refused("turn_stages_one_completes"), acting(people["ADMIN"]) as connection:
        connection.execute("UPDATE turn_stages SET is_complete_stage = false WHERE name = 'Complete'")


def test_the_last_two_cannot_be_retired_at_once(database, admin):
    admin.execute(
        "INSERT INTO turn_stages (name, display_order, is_complete_stage) VALUES ('Sent to leasing', 90, true)"
    )
    with psycopg.connect(database.admin_url) as one, psycopg.connect(database.admin_url) as other:
        retire(one, "Complete")
        failed = []

        def act():
            try:
                retire(other, "Sent to leasing")
            except psycopg.errors.CheckViolation as error:
                failed.append(error.diag.constraint_name)

        second = Thread(target=act)
        second.start()
        _until_waiting(admin)
        one.commit()
        second.join()
        assert failed == ["turn_stages_one_completes"]
    admin.execute("UPDATE turn_stages SET is_active = true WHERE name = 'Complete'")
    admin.execute("DELETE FROM turn_stages WHERE name = 'Sent to leasing'")


@pytest.mark.parametrize(
    ("values", "constraint", "error"),
    [
        ("('', 80, false, false)", "turn_stages_name_not_blank", psycopg.errors.CheckViolation),
        ("('final walk', 80, false, false)", "turn_stages_name_key", unique),
        ("('Sold', 80, true, true)", "turn_stages_complete_asks_no_approval", psycopg.errors.CheckViolation),
    ],
)
def test_a_stage_that_makes_no_sense_is_refused(acting, people, values, constraint, error):
    with refused(constraint, error), acting(people["ADMIN"]) as connection:
        connection.execute(
            f"INSERT INTO turn_stages (name, display_order, is_complete_stage, requires_approval) VALUES {values}"
        )


def test_a_retired_stage_takes_in_no_turn(admin, acting, people, punch_list):
    turn = make_turn(admin, make_property(admin, people["PROPERTY_MANAGER"]))
    empty = make_property(admin, people["PROPERTY_MANAGER"])
    retire(admin, "Punch list")
    with refused("turn_stages_retired"), acting(people["PROPERTY_MANAGER"], stage_note="why") as connection:
        connection.execute("UPDATE turns SET stage_id = %s WHERE id = %s", [punch_list, turn.id])
    with refused("turn_stages_retired"), acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute("INSERT INTO turns (property_id, stage_id) VALUES (%s, %s)", [empty.id, punch_list])
    with acting(people["ADMIN"], stage_kind="import") as connection:
        connection.execute("INSERT INTO turns (property_id, stage_id) VALUES (%s, %s)", [empty.id, punch_list])


def test_a_turn_that_moves_while_its_stage_is_being_retired_does_not_slip_in(database, admin, people, punch_list):
    turn = make_turn(admin, make_property(admin, people["PROPERTY_MANAGER"]), "Final Walk")
    failed = []

    def move():
        with psycopg.connect(database.app_url) as connection:
            connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(people["ADMIN"].id)])
            connection.execute("SELECT set_config('app.stage_note', 'why', true)")
            try:
                connection.execute("UPDATE turns SET stage_id = %s WHERE id = %s", [punch_list, turn.id])
            except psycopg.errors.CheckViolation as error:
                failed.append(error.diag.constraint_name)

    with psycopg.connect(database.admin_url) as retiring:
        retiring.execute("SELECT FROM turn_stages WHERE id = %s FOR UPDATE", [punch_list])
        retire(retiring, "Punch list")
        mover = Thread(target=move)
        mover.start()
        _until_waiting(admin)
        retiring.commit()
    mover.join()
    assert failed == ["turn_stages_retired"]
    assert admin.execute("SELECT stage_id FROM turns WHERE id = %s", [turn.id]).fetchone() == (STAGES["Final Walk"],)


def _until_waiting(admin):
    """Until some connection waits for another's lock."""
    waits = "SELECT FROM pg_locks WHERE NOT granted"
    assert children.wait_until(lambda: admin.execute(waits).fetchone() is not None, 20)
