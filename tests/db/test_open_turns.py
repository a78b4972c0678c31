"""A property has at most one open turn, whichever way the second one comes."""

import psycopg
import pytest

from tests.db.conftest import refused
from tests.factories import STAGES, make_property, make_turn

unique = psycopg.errors.UniqueViolation


@pytest.fixture
def home(admin, people):
    return make_property(admin, people["PROPERTY_MANAGER"], market="North")


def set_(connection, turn, **columns):
    sets = ", ".join(f"{name} = %({name})s" for name in columns)
    return connection.execute(
        f"UPDATE turns SET {sets} WHERE id = %(id)s RETURNING is_open", {"id": turn.id, **columns}
    ).fetchone()


def test_a_new_turn_carries_its_propertys_managers_and_market(admin, people, home):
    turn = make_turn(admin, home)
    assert (turn.property_manager_id, turn.sr_property_manager_id, turn.market, turn.is_open) == (
        people["PROPERTY_MANAGER"].id, None, "North", True,
    )  # fmt: skip


def test_a_second_one_is_refused(admin, home):
    make_turn(admin, home)
    with refused("turns_one_open_a_property", unique):
        make_turn(admin, home)


@pytest.mark.parametrize("columns", [{"is_archived": True}, {"is_active": False}])
def test_one_put_away_or_filed_makes_room_and_cannot_come_back_beside_another(admin, home, columns):
    first = make_turn(admin, home)
    assert not set_(admin, first, **columns).is_open
    make_turn(admin, home)
    with refused("turns_one_open_a_property", unique):
        set_(admin, first, **{name: not value for name, value in columns.items()})


def test_a_completed_one_cannot_be_moved_back_beside_another(admin, acting, people, home):
    done = make_turn(admin, home, "Complete")
    assert not done.is_open
    make_turn(admin, home)
    with refused("turns_one_open_a_property", unique), acting(people["PROPERTY_MANAGER"]) as connection:
        set_(connection, done, stage_id=STAGES["Final Walk"])


def test_a_stage_in_use_does_not_change_whether_it_completes(admin, acting, people, home):
    make_turn(admin, home, "Final Walk")
    change = "UPDATE turn_stages SET is_complete_stage = true WHERE id = %s"
    with refused("turn_stages_complete_in_use"), acting(people["ADMIN"]) as connection:
        connection.execute(change, [STAGES["Final Walk"]])


def test_stages_can_be_put_in_another_order_in_one_go(admin, acting, people):
    with acting(people["ADMIN"]) as connection:
        connection.execute("UPDATE turn_stages SET display_order = 7 - display_order WHERE display_order IN (3, 4)")
        names = connection.execute("SELECT name FROM turn_stages ORDER BY display_order").fetchall()
        assert [row.name for row in names][2:4] == ["Final Walk", "In Progress"]
        connection.execute("UPDATE turn_stages SET display_order = 7 - display_order WHERE display_order IN (3, 4)")
