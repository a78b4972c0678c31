"""Money is approved by the right people, on both sides of every limit, and on no way around."""

import threading
from decimal import Decimal

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.db.acts_of_approval import acts, decide, now, submit, withdraw
from tests.db.conftest import forbidden, refused
from tests.factories import approved, make_property, make_turn, make_user, waiting

stale = psycopg.errors.SerializationFailure
HO_LIMIT = Decimal("7500.00")
AMOUNTS = st.decimals(0, Decimal("99999999.99"), places=2) | st.sampled_from(
    [Decimal("0.00"), Decimal("0.01"), HO_LIMIT - Decimal("0.01"), HO_LIMIT, HO_LIMIT + Decimal("0.01")]
)


@pytest.fixture
def turn_of(admin, people):
    def make(amount=None, **columns):
        home = make_property(admin, people["PROPERTY_MANAGER"], **columns.pop("home", {}))
        return make_turn(admin, home, **{"turn_amount": amount, **columns})

    return make


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=AMOUNTS)
def test_the_limits_say_who_has_to_approve(admin, acting, people, turn_of, amount):
    turn = turn_of(amount)
    with acting(people["PROPERTY_MANAGER"]) as connection:
        version = submit(connection, turn)
    if amount == 0:
        assert now(admin, turn).scope_approval_status == "DFO_APPROVED"
        assert now(admin, turn).dfo_approval_user_id is None
        assert acts(admin, turn) == [("SUBMIT", None), ("RULE", "DFO")]
        return
    assert now(admin, turn).scope_approval_status == "DFO_APPROVAL_NEEDED"
    with acting(people["DFO_APPROVER"]) as connection:
        version = decide(connection, turn, version)
    if amount > HO_LIMIT:
        assert now(admin, turn).scope_approval_status == "HO_APPROVAL_NEEDED"
        assert now(admin, turn).approved_turn_amount is None
        with acting(people["HO_APPROVER"]) as connection:
            decide(connection, turn, version)
    row = now(admin, turn)
    assert row.scope_approval_status == ("HO_APPROVED" if amount > HO_LIMIT else "DFO_APPROVED")
    assert row.approved_turn_amount == amount
    assert row.scope_approved_date is not None


def test_a_market_can_have_its_own_limits(admin, acting, people, turn_of):
    admin.execute(
        "INSERT INTO settings (name, market, value) VALUES ('dfo_limit', 'Tahoe', '100'), ('ho_limit', 'Tahoe', '500')"
    )
    by_rule, by_dfo, by_ho = (turn_of(amount, home={"market": "Tahoe"}) for amount in ("100", "100.01", "500.01"))
    with acting(people["PROPERTY_MANAGER"]) as connection:
        for turn in (by_rule, by_dfo, by_ho):
            submit(connection, turn)
    with acting(people["DFO_APPROVER"]) as connection:
        decide(connection, by_dfo, 2)
        decide(connection, by_ho, 2)
    assert [now(admin, turn).scope_approval_status for turn in (by_rule, by_dfo, by_ho)] == [
        "DFO_APPROVED", "DFO_APPROVED", "HO_APPROVAL_NEEDED",
    ]  # fmt: skip


def test_one_submission_is_one_version_one_audit_row_and_one_decision(admin, acting, people, turn_of):
    turn = turn_of(900, expected_completion_date="2026-12-01")
    with acting(people["PROPERTY_MANAGER"]) as connection:
        assert submit(connection, turn, note="Three rooms") == 2
    row = now(admin, turn)
    assert (row.submitted_by, row.version) == (people["PROPERTY_MANAGER"].id, 2)
    assert str(row.first_expected_completion_date) == "2026-12-01"
    audit = admin.execute("SELECT count(*) FROM audit_logs WHERE record_id = %s AND action = 'UPDATE'", [turn.id])
    assert audit.fetchone()[0] == 1
    decision = admin.execute("SELECT * FROM approval_decisions WHERE turn_id = %s", [turn.id]).fetchone()
    assert (decision.turn_version, decision.amount, decision.reason) == (1, 900, "Three rooms")


def test_submitting_needs_an_amount_and_a_turn_that_does_not_wait(acting, people, turn_of):
    with refused("turns_amount_to_approve"), acting(people["PROPERTY_MANAGER"]) as connection:
        submit(connection, turn_of())
    with refused("turns_submitted_already"), acting(people["PROPERTY_MANAGER"]) as connection:
        submit(connection, turn_of(**waiting(5)))
    with refused("turns_submitted_already"), acting(people["PROPERTY_MANAGER"]) as connection:
        submit(connection, turn_of(**approved(5)))


def test_only_those_who_hold_the_turn_send_and_withdraw_it(acting, people, turn_of):
    turn, sent = turn_of(900), turn_of(**waiting(900))
    for role in ("DFO_APPROVER", "HO_APPROVER"):
        with forbidden("turns_not_yours"), acting(people[role]) as connection:
            submit(connection, turn)
        with forbidden("turns_not_yours"), acting(people[role]) as connection:
            withdraw(connection, sent, 1)
    for role in ("OTHER_MANAGER", "SR_PROPERTY_MANAGER", "USER", "VENDOR", "INSPECTOR"):
        with pytest.raises(psycopg.errors.NoDataFound), acting(people[role]) as connection:
            submit(connection, turn)


def test_who_sees_no_turn_learns_nothing_from_deciding(acting, people, turn_of):
    sent = turn_of(**waiting(900))
    for role in ("OTHER_MANAGER", "USER", "VENDOR", "INSPECTOR"):
        with pytest.raises(psycopg.errors.NoDataFound), acting(people[role]) as connection:
            decide(connection, sent, 1)
    for role in ("PROPERTY_MANAGER", "ADMIN"):
        with forbidden("approval_role"), acting(people[role]) as connection:
            decide(connection, sent, 1)


def test_each_level_is_decided_by_its_own_approver(acting, people, turn_of):
    with refused("turns_not_waiting", stale), acting(people["HO_APPROVER"]) as connection:
        decide(connection, turn_of(**waiting(900)), 1)
    with refused("turns_not_waiting", stale), acting(people["DFO_APPROVER"]) as connection:
        decide(connection, turn_of(**waiting(9000, "HO")), 1)
    with refused("turns_not_waiting", stale), acting(people["DFO_APPROVER"]) as connection:
        decide(connection, turn_of(900), 1)


def test_a_newer_version_is_a_conflict(acting, people, turn_of, admin):
    turn = turn_of(**waiting(900))
    admin.execute("UPDATE turns SET wo_number = 'new' WHERE id = %s", [turn.id])
    with refused("turns_version", stale), acting(people["DFO_APPROVER"]) as connection:
        decide(connection, turn, 1)


def test_nobody_approves_what_they_sent_or_priced(admin, acting, people, turn_of):
    dfo = people["DFO_APPROVER"]
    for columns in (waiting(900, submitted_by=dfo.id), waiting(900)):
        turn = turn_of(**columns)
        if columns["submitted_by"] != dfo.id:
            admin.execute("UPDATE turns SET amount_set_by = %s WHERE id = %s", [dfo.id, turn.id])
        version = now(admin, turn).version
        with forbidden("approval_own"), acting(dfo) as connection:
            decide(connection, turn, version)
        assert now(admin, turn).scope_approval_status == "DFO_APPROVAL_NEEDED"


def test_nobody_approves_both_levels_of_one_turn(admin, acting, people, turn_of):
    turn = turn_of(**waiting(9000))
    super_admin = people["SUPER_ADMIN"]
    with acting(super_admin) as connection:
        version = decide(connection, turn, 1)
    with forbidden("approval_both_levels"), acting(super_admin) as connection:
        decide(connection, turn, version)
    promoted = make_user(admin, "DFO_APPROVER")
    other = turn_of(**waiting(9000))
    with acting(promoted) as connection:
        version = decide(connection, other, 1)
    admin.execute("UPDATE users SET role = 'HO_APPROVER' WHERE id = %s", [promoted.id])
    with forbidden("approval_both_levels"), acting(promoted) as connection:
        decide(connection, other, version)


def test_a_rejection_has_a_reason_and_is_kept_until_it_is_sent_again(admin, acting, people, turn_of):
    turn = turn_of(**waiting(900))
    for reason in (None, "  ", "x" * 501):
        with refused("approval_reason"), acting(people["DFO_APPROVER"]) as connection:
            decide(connection, turn, 1, "reject", reason)
    with acting(people["DFO_APPROVER"]) as connection:
        version = decide(connection, turn, 1, "reject", " Too dear ")
    row = now(admin, turn)
    assert (row.scope_approval_status, row.reject_reason) == ("REJECTED", "Too dear")
    assert row.reject_user_id == people["DFO_APPROVER"].id
    with acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute("UPDATE turns SET turn_amount = 700 WHERE id = %s", [turn.id])
        submit(connection, turn, version + 1)
    row = now(admin, turn)
    assert (row.scope_approval_status, row.reject_reason, row.reject_user_id) == ("DFO_APPROVAL_NEEDED", None, None)
    assert acts(admin, turn) == [("REJECT", "DFO"), ("SUBMIT", None)]


def test_rejecting_ones_own_is_withdrawing_it(admin, acting, people, turn_of):
    turn = turn_of(900)
    with acting(people["SUPER_ADMIN"]) as connection:
        version = submit(connection, turn)
        decide(connection, turn, version, "reject", "Wrong home")
    assert now(admin, turn).scope_approval_status == "PENDING"
    assert acts(admin, turn)[-1][0] == "WITHDRAW"


def test_withdrawn_is_pending_and_can_be_priced_anew(admin, acting, people, turn_of):
    turn = turn_of(**waiting(900))
    with acting(people["PROPERTY_MANAGER"]) as connection:
        withdraw(connection, turn, 1, "Forgot the floor")
        connection.execute("UPDATE turns SET turn_amount = 1200 WHERE id = %s", [turn.id])
    row = now(admin, turn)
    assert (row.scope_approval_status, row.turn_amount, row.submitted_by) == ("PENDING", 1200, None)
    with refused("turns_nothing_to_withdraw"), acting(people["PROPERTY_MANAGER"]) as connection:
        withdraw(connection, turn, row.version)


def test_an_override_is_the_super_administrators_own_act(admin, acting, people, turn_of):
    turn = turn_of(**waiting(9000))
    with forbidden("approval_role"), acting(people["DFO_APPROVER"]) as connection:
        decide(connection, turn, 1, "override", "Burst pipe")
    with refused("approval_reason"), acting(people["SUPER_ADMIN"]) as connection:
        decide(connection, turn, 1, "override")
    with acting(people["SUPER_ADMIN"]) as connection:
        decide(connection, turn, 1, "override", "Burst pipe")
    assert (now(admin, turn).scope_approval_status, now(admin, turn).approved_turn_amount) == ("HO_APPROVED", 9000)
    assert acts(admin, turn) == [("OVERRIDE", "DFO")]


@pytest.mark.parametrize(
    ("columns", "constraint", "message"),
    [
        (waiting(900), "turns_amount_waits", "Waiting for approval: withdraw it first."),
        (waiting(9000, "HO"), "turns_amount_waits", "Waiting for approval: withdraw it first."),
        (approved(3120), "turns_amount_approved", "Approved at $3,120: record a change order."),
        (approved("3120.50"), "turns_amount_approved", "Approved at $3,120.50: record a change order."),
    ],
)
def test_an_amount_that_waits_or_is_approved_is_read_only(admin, acting, people, turn_of, columns, constraint, message):
    turn = turn_of(**columns)
    for person in (people["PROPERTY_MANAGER"], people["SUPER_ADMIN"]):
        with refused(constraint), acting(person) as connection:
            connection.execute("UPDATE turns SET turn_amount = 1 WHERE id = %s", [turn.id])
    with pytest.raises(psycopg.errors.CheckViolation, match=message.replace("$", r"\$")):
        admin.execute("UPDATE turns SET turn_amount = 1 WHERE id = %s", [turn.id])


def test_what_is_no_number_is_no_amount(acting, people, turn_of):
    turn = turn_of(100)
    with refused("turns_amount_number"), acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute("UPDATE turns SET turn_amount = 'NaN' WHERE id = %s", [turn.id])


def test_nobody_puts_what_waits_under_the_limits_of_another_market(admin, acting, people, turn_of):
    waits = turn_of(**waiting(9000), home={"market": "Folsom"})
    free = turn_of(9000, home={"market": "Folsom"})
    move = "UPDATE properties SET market = 'Davis' WHERE id = %s"
    with refused("turns_market_waits"), acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute(move, [waits.property_id])
    assert now(admin, waits).market == "Folsom"
    with acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute(move, [free.property_id])
        connection.execute("UPDATE properties SET name = 'Other' WHERE id = %s", [waits.property_id])
    with acting(people["ADMIN"]) as connection:
        connection.execute(move, [waits.property_id])
    assert [now(admin, turn).market for turn in (waits, free)] == ["Davis", "Davis"]


def test_nobody_approves_by_the_limits_of_another_market_and_comes_back(admin, acting, people, turn_of):
    for name, value in (("ho_limit", 20000), ("dfo_limit", 8000)):
        admin.execute("INSERT INTO settings (name, market, value) VALUES (%s, 'Generous', %s)", [name, value])
    move = "UPDATE properties SET market = %s WHERE id = %s"
    turn = turn_of(7900, home={"market": "Folsom"})
    with acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute(move, ["Generous", turn.property_id])
        submit(connection, turn)
    assert now(admin, turn).scope_approval_status == "DFO_APPROVED"
    with refused("turns_market_approved"), acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute(move, ["Folsom", turn.property_id])
    with acting(people["ADMIN"]) as connection:
        connection.execute(move, ["Folsom", turn.property_id])
    asked = turn_of(**approved(9000, by=people["DFO_APPROVER"].id), home={"market": "Generous"})
    with refused("turns_market_approved"), acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute(move, ["Folsom", asked.property_id])
    small = turn_of(**approved(100, by=people["DFO_APPROVER"].id), home={"market": "Generous"})
    with acting(people["PROPERTY_MANAGER"]) as connection:
        connection.execute(move, ["Folsom", small.property_id])


@pytest.mark.parametrize(
    "column",
    [
        "scope_approval_status = 'DFO_APPROVED'", "approved_turn_amount = 1", "change_order_amount = 1",
        "dfo_approval_user_id = NULL", "ho_approval_datetime = now()", "reject_reason = ''", "submitted_by = NULL",
        "scope_approved_date = now()", "amount_set_by = NULL", "is_open = false", "property_manager_id = NULL",
        "version = 9", "expected_completion_is_computed = true",
    ],
)  # fmt: skip
def test_no_statement_of_the_application_writes_what_the_database_keeps(acting, people, turn_of, column):
    turn = turn_of(900)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute(f"UPDATE turns SET {column} WHERE id = %s", [turn.id])


def test_no_statement_of_the_application_writes_a_decision(acting, people, turn_of):
    turn = turn_of(900)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute(
            "INSERT INTO approval_decisions (turn_id, turn_version, decision) VALUES (%s, 1, 'APPROVE')", [turn.id]
        )
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people["SUPER_ADMIN"]) as connection:
        connection.execute(
            "INSERT INTO turns (property_id, stage_id, scope_approval_status) VALUES (%s, %s, 'HO_APPROVED')",
            [turn.property_id, turn.stage_id],
        )


def test_two_approvers_at_once_one_decides(database, people, turn_of, admin):
    turn = turn_of(**waiting(900))
    others = [people["DFO_APPROVER"], make_user(admin, "DFO_APPROVER")]
    ready, outcome = threading.Barrier(2), []

    def press(person):
        with psycopg.connect(database.app_url) as connection:
            connection.execute("SELECT set_config('app.current_user_id', %s, false)", [str(person.id)])
            ready.wait()
            try:
                outcome.append(decide(connection, turn, 1))
            except stale:
                outcome.append("stale")

    pressing = [threading.Thread(target=press, args=[person]) for person in others]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    assert sorted(map(str, outcome)) == ["2", "stale"]
    assert acts(admin, turn) == [("APPROVE", "DFO")]


def test_a_changed_limit_decides_nothing_by_itself(admin, acting, people, turn_of):
    turn = turn_of(**waiting(9000, "HO"))
    admin.execute("UPDATE settings SET value = '20000' WHERE name = 'ho_limit' AND market IS NULL")
    try:
        assert now(admin, turn).scope_approval_status == "HO_APPROVAL_NEEDED"
        with acting(people["HO_APPROVER"]) as connection:
            decide(connection, turn, 1)
        assert now(admin, turn).scope_approval_status == "HO_APPROVED"
    finally:
        admin.execute("UPDATE settings SET value = '7500.00' WHERE name = 'ho_limit' AND market IS NULL")
