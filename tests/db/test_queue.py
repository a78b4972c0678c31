"""What the queue says that somebody may decide on is what the database lets them decide on."""

from itertools import product
from random import Random

import psycopg
import pytest

from tests.factories import make_property, make_turn, make_user, waiting
from turns_web.approvals.queue import queries
from turns_web.core import db
from turns_web.core.identity import Identity, Role
from turns_web.turns.filters import Filters

APPROVERS = ("DFO_APPROVER", "HO_APPROVER", "SUPER_ADMIN")


@pytest.fixture(scope="module")
def cast(admin):
    """Approvers, two of each; people who stand in for one, for two, for one beside an own role; and others."""
    made = {f"{role}{number}": make_user(admin, role) for role in APPROVERS for number in (1, 2)}
    made |= {name: make_user(admin, "USER") for name in ("for one", "for two", "once")}
    made |= {role: make_user(admin, role) for role in ("ADMIN", "PROPERTY_MANAGER")}
    for approver, delegate, days in (
        ("DFO_APPROVER1", "for one", (0, 0)),
        ("DFO_APPROVER1", "for two", (-3, 3)),
        ("HO_APPROVER1", "for two", (-3, 3)),
        ("DFO_APPROVER2", "for two", (-3, 3)),
        ("HO_APPROVER2", "DFO_APPROVER1", (-3, 3)),
        ("DFO_APPROVER2", "DFO_APPROVER1", (-3, 3)),
        ("SUPER_ADMIN1", "ADMIN", (-3, 3)),
        ("HO_APPROVER1", "once", (-3, -1)),
        ("HO_APPROVER1", "PROPERTY_MANAGER", (1, 9)),
    ):
        admin.execute(
            "INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on)"
            " SELECT %s, %s, portfolio_today() + %s, portfolio_today() + %s",
            [made[approver].id, made[delegate].id, *days],
        )
    return made


@pytest.fixture(scope="module")
def turns(admin, cast):
    """Turns that wait at each level, sent and priced by anybody, some with approvals of an earlier round."""
    dice = Random(5)
    people = [None, *cast.values()]
    made = []
    # As a seed does: rows as they were, without what would follow from them.
    admin.execute("SET app.loading = 'on'")
    for level, sender in product(("DFO", "HO"), people):
        setter, approver, behind = (dice.choice(people) for _ in range(3))
        columns = waiting(500, level, submitted_by=sender and sender.id, stage_entered_on="today")
        turn = make_turn(admin, make_property(admin), **columns)
        admin.execute(
            "UPDATE turns SET amount_set_by = %s, is_archived = %s, dfo_approval_user_id = %s WHERE id = %s",
            [setter and setter.id, dice.random() < 0.1, approver.id if approver and level == "HO" else None, turn.id],
        )
        if behind:
            admin.execute(
                "INSERT INTO approval_decisions (turn_id, turn_version, level, decision, approver_id, decided_for_id)"
                " VALUES (%s, 1, %s, %s, %s, %s)",
                [
                    turn.id, dice.choice(("DFO", "HO")), dice.choice(("APPROVE", "APPROVE", "REJECT")), behind.id,
                    dice.choice([None, cast["DFO_APPROVER1"].id, cast["HO_APPROVER1"].id]),
                ],
            )  # fmt: skip
        made.append(admin.execute("SELECT * FROM turns WHERE id = %s", [turn.id]).fetchone())
    admin.execute("RESET app.loading")
    return made


def lets_approve(connection, turn):
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("SELECT decide_approval(%s, %s, 'approve', NULL)", [turn.id, turn.version])
    except psycopg.Error as refused:
        assert refused.diag.constraint_name in (
            "approval_own", "approval_both_levels", "approval_role", "turns_not_waiting", "turns_archived", None,
        ), refused  # fmt: skip
        return False
    return True


def test_mine_is_what_i_may_approve_and_elsewhere_the_rest(database, acting, cast, turns, monkeypatch):
    monkeypatch.setattr(queries, "SIZE", 1000)
    db.configure(database.settings())
    everything = Filters({"is_archived": (None,)})
    some = 0
    for name, person in cast.items():
        with acting(person) as connection:
            allowed = {turn.id for turn in turns if lets_approve(connection, turn)}
            seen = {row.id for row in connection.execute("SELECT id FROM turns").fetchall()}
        who = Identity(person.id, Role(person.role))
        with db.read(who) as session:
            mine = queries.queue(session, who, "mine", everything)
            other = queries.queue(session, who, "other", everything)
            sums = queries.sums(session, who, everything)
        assert {item.turn_id for item in mine} == allowed, name
        assert all(item.may_decide for item in mine)
        assert not any(item.may_decide for item in other)
        assert {item.turn_id for item in other} == {turn.id for turn in turns if turn.id in seen} - allowed, name
        assert (sums["mine"].count, sums["other"].count) == (len(mine), len(other))
        some += len(mine)
    db.dispose()
    assert some > 20
