"""Days in each stage are known for ever: every stretch of time in a stage, or on hold in it, is a row."""

import pytest

from tests.factories import STAGES, approved, make_property, make_turn

NAMES = {id: name for name, id in STAGES.items()}


@pytest.fixture
def turn(admin, people):
    return make_turn(admin, make_property(admin, people["PROPERTY_MANAGER"]), "In Progress", **approved(900))


@pytest.fixture
def write(acting, people, turn):
    def act(kind="", note="", **columns):
        sets = ", ".join(f"{name} = %({name})s" for name in columns)
        with acting(people["PROPERTY_MANAGER"], stage_kind=kind, stage_note=note) as connection:
            connection.execute(f"UPDATE turns SET {sets} WHERE id = %(id)s", {"id": turn.id, **columns})

    return act


def stretches(admin, turn):
    """Kind, stage and whether it goes on, in the order they began."""
    rows = admin.execute(
        "SELECT kind::text, stage_id, left_at FROM turn_stage_log WHERE turn_id = %s ORDER BY entered_at, left_at",
        [turn.id],
    )
    return [(row.kind, NAMES[row.stage_id], row.left_at is None) for row in rows]


def test_a_new_turn_begins_its_first_stretch(admin, people):
    turn = make_turn(admin, make_property(admin, people["PROPERTY_MANAGER"]))
    assert stretches(admin, turn) == [("create", "Draft", True)]


def test_an_import_says_so(admin, turn):
    assert stretches(admin, turn) == [("import", "In Progress", True)]


def test_a_move_closes_one_stretch_and_opens_the_next_with_its_note(admin, people, turn, write):
    write(note="Done early", stage_id=STAGES["Final Walk"])
    assert stretches(admin, turn) == [("import", "In Progress", False), ("move", "Final Walk", True)]
    row = admin.execute("SELECT * FROM turn_stage_log WHERE turn_id = %s AND left_at IS NULL", [turn.id]).fetchone()
    assert (row.note, row.user_id, row.from_stage_id) == (
        "Done early", people["PROPERTY_MANAGER"].id, STAGES["In Progress"],
    )  # fmt: skip
    gap = admin.execute("SELECT count(DISTINCT left_at) FROM turn_stage_log WHERE turn_id = %s", [turn.id])
    assert gap.fetchone()[0] == 1


def test_the_direction_tells_a_move_from_a_move_back_unless_it_is_an_undo(admin, turn, write):
    write(stage_id=STAGES["Final Walk"])
    write(note="Paint is wet", stage_id=STAGES["In Progress"])
    write(kind="undo", stage_id=STAGES["Final Walk"])
    assert [kind for kind, _, _ in stretches(admin, turn)] == ["import", "move", "back", "undo"]


def test_a_manager_cannot_call_a_move_an_import(admin, turn, write):
    write(kind="import", stage_id=STAGES["Final Walk"])
    assert stretches(admin, turn)[-1] == ("move", "Final Walk", True)


def test_a_move_by_plain_sql_leaves_its_row(admin, turn):
    admin.execute("UPDATE turns SET stage_id = %s WHERE id = %s", [STAGES["Final Walk"], turn.id])
    assert stretches(admin, turn)[-1] == ("move", "Final Walk", True)


def test_a_hold_and_its_release_are_stretches_of_the_same_stage(admin, turn, write):
    write(hold_reason="Insurance claim")
    write(hold_reason="Insurance claim, adjuster comes")
    write(note="Settled", hold_reason=None)
    assert stretches(admin, turn) == [
        ("import", "In Progress", False), ("hold", "In Progress", False), ("release", "In Progress", True),
    ]  # fmt: skip


def test_a_turn_moved_on_hold_stays_on_hold(admin, turn, write):
    write(hold_reason="Squatters")
    write(stage_id=STAGES["Final Walk"])
    assert stretches(admin, turn)[-2:] == [("move", "Final Walk", False), ("hold", "Final Walk", True)]
    on_stage = admin.execute(
        "SELECT left_at - entered_at FROM turn_stage_log WHERE turn_id = %s AND kind = 'move'", [turn.id]
    )
    assert on_stage.fetchone()[0].total_seconds() == 0


def test_what_changes_no_stage_leaves_no_stretch(admin, turn, write):
    write(wo_number="W-9")
    write(stage_id=STAGES["In Progress"])
    assert len(stretches(admin, turn)) == 1


def test_a_turn_has_one_stretch_that_goes_on(admin, turn):
    insert = "INSERT INTO turn_stage_log (turn_id, stage_id, kind) VALUES (%s, %s, 'move')"
    with pytest.raises(Exception, match="turn_stage_log_one_open_a_turn"):
        admin.execute(insert, [turn.id, turn.stage_id])
