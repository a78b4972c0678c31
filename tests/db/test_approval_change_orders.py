"""What is spent beyond what was approved: recorded within the tolerance, else approved anew, and never in between."""

import threading
from decimal import Decimal

import psycopg
import pytest

from tests.db.acts_of_approval import acts, change, decide, now, withdraw
from tests.db.conftest import forbidden, refused
from tests.factories import STAGES, approved, make_property, make_turn, make_user, waiting

stale = psycopg.errors.SerializationFailure


@pytest.fixture
def turn_of(admin, people):
    def make(amount=1000, stage="In Progress", **columns):
        home = make_property(admin, people["PROPERTY_MANAGER"], **columns.pop("home", {}))
        return make_turn(admin, home, stage, **{**approved(amount, by=people["DFO_APPROVER"].id), **columns})

    return make


@pytest.fixture
def recorded(acting, people):
    """Change orders of these amounts, one after the other; the turn's last version."""

    def record(turn, *amounts, version=1):
        for amount in amounts:
            with acting(people["PROPERTY_MANAGER"]) as connection:
                version = change(connection, turn, version, amount)
        return version

    return record


def orders(admin, turn):
    return [
        (row.number, row.amount, row.status)
        for row in admin.execute(
            "SELECT number, amount, status::text FROM change_orders WHERE turn_id = %s ORDER BY number", [turn.id]
        )
    ]


def standing(admin, turn):
    row = now(admin, turn)
    return row.scope_approval_status, row.change_order_amount


def test_up_to_the_tolerance_it_is_recorded_and_above_it_needed(admin, turn_of, recorded):
    exactly, above = turn_of(), turn_of()
    recorded(exactly, "60.00", "40.00")
    assert orders(admin, exactly) == [(1, 60, "RECORDED"), (2, 40, "RECORDED")]
    assert standing(admin, exactly) == ("DFO_APPROVED", 100)
    recorded(above, "60.00", "40.01")
    assert orders(admin, above) == [(1, 60, "RECORDED"), (2, Decimal("40.01"), "NEEDED")]
    assert standing(admin, above) == ("DFO_APPROVAL_NEEDED", 60)
    assert acts(admin, above) == [("SUBMIT", None)]


def test_one_change_order_is_one_version_and_one_audit_row_of_the_turn(admin, turn_of, recorded):
    turn = turn_of()
    assert recorded(turn, 10, 500) == 3
    audit = admin.execute("SELECT count(*) FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'", [turn.id])
    assert audit.fetchone()[0] == 2
    (own,) = admin.execute(
        "SELECT count(*) FROM audit_logs WHERE table_name = 'change_orders' AND turn_id = %s", [turn.id]
    ).fetchone()
    assert own == 2


def test_lowering_needs_nobody_and_makes_room(admin, turn_of, recorded):
    turn = turn_of()
    recorded(turn, -600, 650, 50)
    assert standing(admin, turn) == ("DFO_APPROVED", 100)
    assert [status for *_, status in orders(admin, turn)] == ["RECORDED"] * 3


def test_less_than_nothing_is_never_committed(admin, turn_of, recorded):
    turn = turn_of()
    with refused("change_orders_committed_not_negative"):
        recorded(turn, "-1000.01")
    recorded(turn, -1000)
    assert standing(admin, turn) == ("DFO_APPROVED", -1000)


def test_the_dfo_approves_the_new_total_and_the_tolerance_begins_anew(admin, acting, people, turn_of, recorded):
    turn = turn_of()
    version = recorded(turn, 100, 400)
    with acting(people["DFO_APPROVER"]) as connection:
        version = decide(connection, turn, version)
    assert standing(admin, turn) == ("DFO_APPROVED", 500)
    assert now(admin, turn).approved_turn_amount == 1000
    recorded(turn, 100, version=version)
    assert orders(admin, turn) == [(1, 100, "RECORDED"), (2, 400, "APPROVED"), (3, 100, "RECORDED")]
    asked = admin.execute(
        "SELECT DISTINCT amount FROM approval_decisions WHERE turn_id = %s AND change_order_id IS NOT NULL", [turn.id]
    )
    assert asked.fetchall() == [(1500,)]


def test_above_the_limit_head_office_decides_too(admin, acting, people, turn_of, recorded):
    turn = turn_of(7000)
    version = recorded(turn, "500.01")
    with acting(people["DFO_APPROVER"]) as connection:
        version = decide(connection, turn, version)
    assert standing(admin, turn) == ("HO_APPROVAL_NEEDED", None)
    with acting(people["HO_APPROVER"]) as connection:
        decide(connection, turn, version)
    assert standing(admin, turn) == ("HO_APPROVED", Decimal("500.01"))


def test_a_limit_is_passed_only_by_who_decides_above_it(admin, turn_of, recorded):
    within, beyond = turn_of(7000), turn_of(7400)
    recorded(within, 500)
    assert standing(admin, within) == ("DFO_APPROVED", 500)
    recorded(beyond, "100.01")
    assert standing(admin, beyond)[0] == "DFO_APPROVAL_NEEDED"


def test_what_head_office_approved_may_go_on_within_the_tolerance(admin, turn_of, recorded, people):
    turn = turn_of(
        9000, scope_approval_status="HO_APPROVED", ho_approval_user_id=people["HO_APPROVER"].id,
        ho_approval_datetime="now",
    )  # fmt: skip
    recorded(turn, 900)
    assert standing(admin, turn) == ("HO_APPROVED", 900)


def test_what_the_rule_approved_is_not_spent_above_the_dfos_limit_by_nobody(admin, turn_of, recorded):
    admin.execute("INSERT INTO settings (name, market, value) VALUES ('dfo_limit', 'Ruled', '500')")
    by_rule = {"dfo_approval_user_id": None, "home": {"market": "Ruled"}}
    within, beyond = turn_of(480, **by_rule), turn_of(480, **by_rule)
    recorded(within, 20)
    assert standing(admin, within) == ("DFO_APPROVED", 20)
    recorded(beyond, "20.01")
    assert standing(admin, beyond) == ("DFO_APPROVAL_NEEDED", None)


def test_nothing_approved_by_rule_has_no_tolerance(admin, turn_of, recorded):
    turn = turn_of(0, dfo_approval_user_id=None)
    recorded(turn, "0.01")
    assert standing(admin, turn)[0] == "DFO_APPROVAL_NEEDED"


@pytest.mark.parametrize("refuse", ["reject", "withdraw"])
def test_rejected_or_withdrawn_the_approval_is_exactly_what_it_was(admin, acting, people, turn_of, recorded, refuse):
    turn = turn_of(
        9000, scope_approval_status="HO_APPROVED", ho_approval_user_id=people["HO_APPROVER"].id,
        ho_approval_datetime="2026-03-01 12:00:00.123456", submitted_by=people["ADMIN"].id,
    )  # fmt: skip
    version = recorded(turn, 100, 5000)
    if refuse == "withdraw":
        with acting(people["PROPERTY_MANAGER"]) as connection:
            withdraw(connection, turn, version)
    else:
        with acting(people["DFO_APPROVER"]) as connection:
            version = decide(connection, turn, version)
        with acting(people["HO_APPROVER"]) as connection:
            decide(connection, turn, version, "reject", "Too dear")
    row = now(admin, turn)
    kept = [name for name in turn._fields if "approv" in name or "submitted" in name or "reject" in name]
    assert {name: getattr(row, name) for name in kept} == {name: getattr(turn, name) for name in kept}
    assert row.change_order_amount == 100
    assert orders(admin, turn)[1] == (2, 5000, "REJECTED")


def test_only_one_waits_at_a_time_and_none_before_the_first_approval(admin, turn_of, recorded, people):
    turn = turn_of()
    recorded(turn, 500)
    for amount in (1, -1):
        with refused("change_orders_after_approval"):
            recorded(turn, amount, version=2)
    for columns in (waiting(900), {"scope_approval_status": "PENDING"}, {"scope_approval_status": "REJECTED"}):
        home = make_property(admin, people["PROPERTY_MANAGER"])
        with refused("change_orders_after_approval"):
            recorded(make_turn(admin, home, **columns), 1)


@pytest.mark.parametrize(
    ("amount", "constraint"),
    [
        ("0", "change_orders_amount_not_zero"), (None, "change_orders_amount_not_zero"),
        ("0.001", "change_orders_amount_form"), ("NaN", "change_orders_amount_form"),
        ("100000000", "change_orders_amount_form"), ("99999999.99", "change_orders_amount_form"),
        ("Infinity", "change_orders_amount_form"), ("-Infinity", "change_orders_amount_form"),
    ],
)  # fmt: skip
def test_an_amount_is_a_difference_in_cents(turn_of, recorded, amount, constraint):
    with refused(constraint):
        recorded(turn_of(), amount)


@pytest.mark.parametrize("reason", [None, "", "  ", "x" * 501])
def test_a_change_order_says_why(acting, people, turn_of, reason):
    with refused("change_orders_reason"), acting(people["PROPERTY_MANAGER"]) as connection:
        change(connection, turn_of(), 1, 10, reason)


def test_only_who_holds_the_turn_records_one(acting, people, turn_of):
    turn = turn_of()
    for role in ("DFO_APPROVER", "HO_APPROVER"):
        with forbidden("turns_not_yours"), acting(people[role]) as connection:
            change(connection, turn, 1, 10)
    for role in ("OTHER_MANAGER", "SR_PROPERTY_MANAGER", "USER", "VENDOR", "INSPECTOR"):
        with pytest.raises(psycopg.errors.NoDataFound), acting(people[role]) as connection:
            change(connection, turn, 1, 10)
    with refused("turns_version", stale), acting(people["PROPERTY_MANAGER"]) as connection:
        change(connection, turn, 2, 10)


def test_who_recorded_it_does_not_approve_it(admin, acting, people, turn_of):
    turn, chief = turn_of(), people["SUPER_ADMIN"]
    with acting(chief) as connection:
        version = change(connection, turn, 1, 500)
    with forbidden("approval_own"), acting(chief) as connection:
        decide(connection, turn, version)
    with acting(chief) as connection:
        decide(connection, turn, version, "reject", "Mistyped")
    assert acts(admin, turn)[-1] == ("WITHDRAW", "DFO")


def test_nobody_approves_the_other_level_in_a_later_round(admin, acting, people, turn_of, recorded):
    turn = turn_of(9000, scope_approval_status="PENDING", approved_turn_amount=None, dfo_approval_user_id=None)
    promoted, other_dfo = make_user(admin, "DFO_APPROVER"), make_user(admin, "DFO_APPROVER")
    with acting(people["PROPERTY_MANAGER"]) as connection:
        version = connection.execute("SELECT submit_approval(%s, 1, NULL)", [turn.id]).fetchone()[0]
    for person in (promoted, people["HO_APPROVER"]):
        with acting(person) as connection:
            version = decide(connection, turn, version)
    version = recorded(turn, 5000, version=version)
    with acting(other_dfo) as connection:
        version = decide(connection, turn, version)
    admin.execute("UPDATE users SET role = 'HO_APPROVER' WHERE id = %s", [promoted.id])
    with forbidden("approval_both_levels"), acting(promoted) as connection:
        decide(connection, turn, version)


def test_an_override_ends_in_head_offices_approval(admin, acting, people, turn_of, recorded):
    turn = turn_of()
    version = recorded(turn, 500)
    with acting(people["SUPER_ADMIN"]) as connection:
        decide(connection, turn, version, "override", "Burst pipe")
    assert standing(admin, turn) == ("HO_APPROVED", 500)
    assert orders(admin, turn) == [(1, 500, "APPROVED")]


def test_no_move_takes_back_a_change_order_or_what_was_approved(admin, acting, people, turn_of, recorded):
    turn = turn_of()
    recorded(turn, 500)
    for stage, kind in (("Scope Approval", "undo"), ("Draft", "")):
        with acting(people["PROPERTY_MANAGER"], stage_kind=kind, stage_note="because") as connection:
            connection.execute("UPDATE turns SET stage_id = %s WHERE id = %s", [STAGES[stage], turn.id])
        assert standing(admin, turn)[0] == "DFO_APPROVAL_NEEDED"
        assert now(admin, turn).approved_turn_amount == 1000
    assert orders(admin, turn) == [(1, 500, "NEEDED")]


def test_an_archived_turn_is_restored_first(admin, acting, people, turn_of, recorded):
    turn, asked = turn_of(is_archived=True), turn_of()
    with refused("turns_archived"):
        recorded(turn, 10)
    version = recorded(asked, 500)
    with acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute("UPDATE turns SET is_archived = true WHERE id = %s", [asked.id])
    for person, act in ((people["DFO_APPROVER"], decide), (people["PROPERTY_MANAGER"], withdraw)):
        with refused("turns_archived"), acting(person) as connection:
            act(connection, asked, version + 1)


@pytest.mark.parametrize("race", ["two recorded", "approved and withdrawn"])
def test_of_two_acts_at_once_one_counts(database, admin, people, turn_of, recorded, race):
    turn = turn_of()
    if race == "two recorded":
        version, rivals = 1, [(people["PROPERTY_MANAGER"], change, ["70"]), (people["ADMIN"], change, ["80"])]
    else:
        version = recorded(turn, 500)
        rivals = [(people["DFO_APPROVER"], decide, []), (people["PROPERTY_MANAGER"], withdraw, [])]
    ready, outcome = threading.Barrier(2), []

    def act(person, what, values):
        with psycopg.connect(database.app_url) as connection:
            connection.execute("SELECT set_config('app.current_user_id', %s, false)", [str(person.id)])
            ready.wait()
            try:
                outcome.append(what(connection, turn, version, *values))
            except stale:
                outcome.append("stale")

    acting_at_once = [threading.Thread(target=act, args=rival) for rival in rivals]
    for thread in acting_at_once:
        thread.start()
    for thread in acting_at_once:
        thread.join()
    assert sorted(map(str, outcome)) == [str(version + 1), "stale"]
    assert len(orders(admin, turn)) == 1
    status, amount = standing(admin, turn)
    assert status == "DFO_APPROVED"
    assert amount in (None, 70, 80, 500)
