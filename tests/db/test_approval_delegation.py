"""Whoever is away names somebody: for a span of days, for their own right alone, and nobody decides twice by it."""

import psycopg
import pytest

from tests.db.acts_of_approval import acts, answer, ask, change, decide, delegate, now
from tests.db.conftest import forbidden, refused
from tests.factories import approved, make_property, make_turn, make_user, waiting


@pytest.fixture
def turn_of(admin, people):
    def make(amount=900, level="DFO", **columns):
        return make_turn(admin, make_property(admin, people["PROPERTY_MANAGER"]), **waiting(amount, level, **columns))

    return make


@pytest.fixture
def crew(admin):
    """People of this test alone, so that no delegation of another test reaches them."""
    return {role: make_user(admin, role) for role in ("DFO_APPROVER", "HO_APPROVER", "SUPER_ADMIN", "USER", "ADMIN")}


def loaded(admin, approver, person, first="portfolio_today()", last="portfolio_today()", **columns):
    """A delegation as no function makes it any more: begun or over on other days."""
    names = "".join(f", {name}" for name in columns)
    values = "".join(f", {value}" for value in columns.values())
    return admin.execute(
        f"INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on{names})"
        f" VALUES (%s, %s, {first}, {last}{values}) RETURNING *",
        [approver.id, person.id],
    ).fetchone()


def rights(connection):
    return sorted(
        (level, decided_for)
        for level, decided_for in connection.execute("SELECT level::text, decided_for_id FROM approval_rights()")
    )


def test_what_a_delegate_decides_is_decided_for_the_other(admin, acting, crew, turn_of):
    turn, dfo, user = turn_of(), crew["DFO_APPROVER"], crew["USER"]
    with acting(user) as connection:
        assert connection.execute("SELECT FROM turns WHERE id = %s", [turn.id]).rowcount == 0
    with acting(dfo) as connection:
        delegate(connection, user)
    with acting(user) as connection:
        assert rights(connection) == [("DFO", dfo.id)]
        assert connection.execute("SELECT FROM turns WHERE id = %s", [turn.id]).rowcount == 1
        decide(connection, turn, 1)
    made = admin.execute("SELECT * FROM approval_decisions WHERE turn_id = %s", [turn.id]).fetchone()
    assert (made.decision, made.approver_id, made.decided_for_id) == ("APPROVE", user.id, dfo.id)
    assert now(admin, turn).dfo_approval_user_id == user.id


def test_who_decides_by_their_own_role_decides_for_themselves(admin, acting, crew, turn_of):
    turn, chief = turn_of(), crew["SUPER_ADMIN"]
    loaded(admin, crew["DFO_APPROVER"], chief)
    with acting(chief) as connection:
        decide(connection, turn, 1)
    made = admin.execute("SELECT decided_for_id FROM approval_decisions WHERE turn_id = %s", [turn.id]).fetchone()
    assert made.decided_for_id is None


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        ("portfolio_today()", "portfolio_today()", True),
        ("portfolio_today() - 5", "portfolio_today()", True),
        ("portfolio_today()", "portfolio_today() + 5", True),
        ("portfolio_today() - 5", "portfolio_today() - 1", False),
        ("portfolio_today() + 1", "portfolio_today() + 5", False),
    ],
)
def test_both_days_belong_to_it_and_no_other(admin, acting, crew, first, last, holds):
    loaded(admin, crew["HO_APPROVER"], crew["USER"], first, last)
    with acting(crew["USER"]) as connection:
        assert rights(connection) == ([("HO", crew["HO_APPROVER"].id)] if holds else [])
        assert connection.execute("SELECT app_sees_all()").fetchone()[0] == holds


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE users SET is_active = false WHERE id = %(approver)s",
        "UPDATE users SET role = 'PROPERTY_MANAGER' WHERE id = %(approver)s",
        "UPDATE users SET role = 'VENDOR', vendor_id = (SELECT id FROM vendors LIMIT 1) WHERE id = %(delegate)s",
        "UPDATE users SET is_active = false WHERE id = %(delegate)s",
        "UPDATE approval_delegations SET ended_at = now() WHERE approver_id = %(approver)s",
    ],
)
def test_it_is_void_with_either_of_the_two(admin, acting, crew, turn_of, ending):
    dfo, user = crew["DFO_APPROVER"], crew["USER"]
    loaded(admin, dfo, user)
    turn = turn_of()
    admin.execute(ending, {"approver": dfo.id, "delegate": user.id})
    with acting(user) as connection:
        assert rights(connection) == []
    with pytest.raises(psycopg.errors.NoDataFound), acting(user) as connection:
        decide(connection, turn, 1)


def test_it_passes_no_further_and_round_no_loop(admin, acting, crew):
    dfo, ho, user = crew["DFO_APPROVER"], crew["HO_APPROVER"], crew["USER"]
    for approver, person in ((dfo, ho), (ho, dfo), (dfo, user)):
        loaded(admin, approver, person)
    with forbidden("approval_delegations_role"), acting(user) as connection:
        delegate(connection, crew["ADMIN"])
    # As if somebody had found a way to write it: a delegate's delegate has nothing.
    loaded(admin, user, crew["ADMIN"])
    with acting(crew["ADMIN"]) as connection:
        assert rights(connection) == []
    with acting(dfo) as connection:
        assert rights(connection) == sorted([("DFO", None), ("HO", ho.id)], key=str)
    with acting(user) as connection:
        assert rights(connection) == [("DFO", dfo.id)]


def test_two_who_name_each_other_do_not_decide_both_levels(admin, acting, crew, turn_of):
    dfo, ho = crew["DFO_APPROVER"], crew["HO_APPROVER"]
    loaded(admin, dfo, ho)
    loaded(admin, ho, dfo)
    turn = turn_of(9000)
    with acting(ho) as connection:
        version = decide(connection, turn, 1)
    # Head office's approver gave the DFO's word, in the DFO's name: neither gives head office's.
    for person in (ho, dfo):
        with forbidden("approval_both_levels"), acting(person) as connection:
            decide(connection, turn, version)
    assert now(admin, turn).scope_approval_status == "HO_APPROVAL_NEEDED"


def test_one_who_stands_in_for_both_levels_decides_one_of_them(admin, acting, crew, turn_of):
    user, others = crew["USER"], make_user(admin, "HO_APPROVER")
    for approver in (crew["DFO_APPROVER"], crew["HO_APPROVER"], others):
        loaded(admin, approver, user)
    turn = turn_of(9000)
    with acting(user) as connection:
        version = decide(connection, turn, 1)
    with forbidden("approval_both_levels"), acting(user) as connection:
        decide(connection, turn, version)
    with acting(user) as connection:
        decide(connection, turn, version, "reject", "Too dear")
    assert acts(admin, turn) == [("APPROVE", "DFO"), ("REJECT", "HO")]


def test_nobody_approves_their_own_by_standing_in_nor_has_it_approved_in_their_name(admin, acting, crew, turn_of):
    manager, chief, other = make_user(admin, "PROPERTY_MANAGER"), crew["SUPER_ADMIN"], crew["DFO_APPROVER"]
    loaded(admin, chief, manager)
    by_manager, by_chief = turn_of(submitted_by=manager.id), turn_of(submitted_by=chief.id)
    priced = turn_of()
    admin.execute("UPDATE turns SET amount_set_by = %s WHERE id = %s", [chief.id, priced.id])
    for turn in (by_manager, by_chief, priced):
        version = now(admin, turn).version
        with forbidden("approval_own"), acting(manager) as connection:
            decide(connection, turn, version)
    # For another approver it is nobody's own.
    loaded(admin, other, manager)
    with acting(manager) as connection:
        decide(connection, by_chief, 1)
    made = admin.execute("SELECT decided_for_id FROM approval_decisions WHERE turn_id = %s", [by_chief.id]).fetchone()
    assert made.decided_for_id == other.id


def test_who_recorded_a_change_order_does_not_approve_it_for_somebody(admin, acting, crew):
    manager = make_user(admin, "PROPERTY_MANAGER")
    loaded(admin, crew["DFO_APPROVER"], manager)
    turn = make_turn(admin, make_property(admin, manager), "In Progress", **approved(1000))
    with acting(manager) as connection:
        version = change(connection, turn, 1, 500)
    with forbidden("approval_own"), acting(manager) as connection:
        decide(connection, turn, version)


def test_an_override_is_in_person(admin, acting, crew, turn_of):
    loaded(admin, crew["SUPER_ADMIN"], crew["USER"])
    with forbidden("approval_role"), acting(crew["USER"]) as connection:
        decide(connection, turn_of(), 1, "override", "Burst pipe")


def test_a_delegate_holds_no_turn_by_it(acting, admin, crew, turn_of):
    loaded(admin, crew["DFO_APPROVER"], crew["USER"])
    turn = turn_of()
    with acting(crew["USER"]) as connection:
        written = connection.execute("UPDATE turns SET wo_number = 'x' WHERE id = %s", [turn.id])
        assert written.rowcount == 0
    for secret in ("lock_box_code", "withdraw_approval"):
        values = [turn.id] if secret == "lock_box_code" else [turn.id, 1, None]
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(crew["USER"]) as connection:
            connection.execute(f"SELECT {secret}({', '.join(['%s'] * len(values))})", values)


def test_a_manager_who_stands_in_opens_no_other_managers_lock_box(acting, admin, crew, turn_of):
    manager = make_user(admin, "PROPERTY_MANAGER")
    loaded(admin, crew["DFO_APPROVER"], manager)
    with forbidden("turns_lock_box"), acting(manager) as connection:
        connection.execute("SELECT lock_box_code(%s)", [turn_of().id])


@pytest.mark.parametrize(
    ("person", "first", "last", "constraint"),
    [
        ("SUPER_ADMIN", "today", "-1", "approval_delegations_in_order"),
        ("SUPER_ADMIN", "-5", "-1", "approval_delegations_past"),
        ("SUPER_ADMIN", "today", "+366", "approval_delegations_a_year"),
        ("DFO_APPROVER", "today", "today", "approval_delegations_to_another"),
        ("VENDOR", "today", "today", "approval_delegations_delegate"),
        ("CLOSED", "today", "today", "approval_delegations_delegate"),
    ],
)
def test_what_no_delegation_may_be(admin, acting, crew, person, first, last, constraint):
    people = {**crew, "VENDOR": make_user(admin, "VENDOR"), "CLOSED": make_user(admin, "USER", is_active=False)}
    with refused(constraint), acting(crew["DFO_APPROVER"]) as connection:
        delegate(connection, people[person], first, last)


def test_a_whole_leap_year_is_not_too_long(acting, crew):
    with acting(crew["DFO_APPROVER"]) as connection:
        assert delegate(connection, crew["USER"], "today", "+365")


def test_both_sides_and_administrators_see_it_and_end_it_once(admin, acting, crew):
    made = loaded(admin, crew["DFO_APPROVER"], crew["USER"])
    for person, sees in (("DFO_APPROVER", 1), ("USER", 1), ("ADMIN", 1), ("HO_APPROVER", 0)):
        with acting(crew[person]) as connection:
            found = connection.execute("SELECT FROM approval_delegations WHERE id = %s", [made.id]).rowcount
        assert found == sees
    end = "SELECT end_delegation(%s, %s)"
    with pytest.raises(psycopg.errors.NoDataFound), acting(crew["HO_APPROVER"]) as connection:
        connection.execute(end, [made.id, 1])
    stale = psycopg.errors.SerializationFailure
    with refused("approval_delegations_version", stale), acting(crew["USER"]) as connection:
        connection.execute(end, [made.id, 2])
    with acting(crew["DFO_APPROVER"]) as connection:
        assert connection.execute(end, [made.id, 1]).fetchone()[0] == 2
    with acting(crew["USER"]) as connection:
        assert rights(connection) == []
    with refused("approval_delegations_over"), acting(crew["USER"]) as connection:
        connection.execute(end, [made.id, 2])


def test_a_session_says_for_which_levels_somebody_stands_in(admin, crew):
    loaded(admin, crew["SUPER_ADMIN"], crew["USER"])
    assert admin.execute("SELECT stands_in(%s)", [crew["USER"].id]).fetchone()[0] == ["DFO", "HO"]
    assert admin.execute("SELECT stands_in(%s)", [crew["SUPER_ADMIN"].id]).fetchone()[0] == []


def test_a_question_stops_the_clock_until_the_next_act_and_raises_no_version(admin, acting, people, crew, turn_of):
    turn = turn_of()
    loaded(admin, crew["DFO_APPROVER"], crew["USER"])
    held = "SELECT held > interval '0' AS held, asked_at IS NOT NULL AS asked FROM approval_held(%s, '-infinity')"

    def clock():
        return tuple(admin.execute(held, [turn.id]).fetchone())

    assert clock() == (False, False)
    with refused("approval_not_asked"), acting(people["PROPERTY_MANAGER"]) as connection:
        answer(connection, turn, 1)
    with acting(crew["USER"]) as connection:
        assert ask(connection, turn, 1) == 1
    assert clock() == (True, True)
    with refused("approval_question"), acting(crew["USER"]) as connection:
        ask(connection, turn, 1, "  ")
    with forbidden("approval_answer_yours"), acting(people["HO_APPROVER"]) as connection:
        answer(connection, turn, 1)
    with acting(people["PROPERTY_MANAGER"]) as connection:
        assert answer(connection, turn, 1) == 1
    assert clock() == (True, False)
    with acting(people["DFO_APPROVER"]) as connection:
        ask(connection, turn, 1)
        decide(connection, turn, 1)
    assert clock() == (True, False)
    assert acts(admin, turn) == [("ASK", "DFO"), ("ANSWER", "DFO"), ("ASK", "DFO"), ("APPROVE", "DFO")]


def test_only_who_may_decide_asks(acting, people, crew, turn_of):
    with forbidden("approval_role"), acting(people["PROPERTY_MANAGER"]) as connection:
        ask(connection, turn_of(), 1)
    with forbidden("approval_own"), acting(crew["SUPER_ADMIN"]) as connection:
        ask(connection, turn_of(submitted_by=crew["SUPER_ADMIN"].id), 1)
