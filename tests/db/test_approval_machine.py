"""Several people at once do whatever they like with one turn's money, limits and delegations: never is more committed
than somebody entitled saw, or the rule allowed, plus the tolerance; and whatever is allowed is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from threading import Barrier
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from psycopg.rows import namedtuple_row

from tests.db.approval_model import Rules, State, mixed, outcomes, state_tolerance
from tests.factories import STAGES, make_property, make_turn, make_user

ROLES = {
    "manager": "PROPERTY_MANAGER",
    "senior": "SR_PROPERTY_MANAGER",
    "admin": "ADMIN",
    "super": "SUPER_ADMIN",
    "super 2": "SUPER_ADMIN",
    "dfo": "DFO_APPROVER",
    "dfo 2": "DFO_APPROVER",
    "ho": "HO_APPROVER",
    "ho 2": "HO_APPROVER",
    "reader": "USER",
}
STAGE_OF = {1: STAGES["Draft"], 2: STAGES["Scope Approval"], 3: STAGES["In Progress"]}
LIMITS = {"dfo_limit": "0", "ho_limit": "7500", "change_order_tolerance": "10"}
MARKET = "Machine"

_TURN = "SELECT * FROM turns WHERE id = %(id)s"
_STATEMENTS = {
    "set amount": "UPDATE turns SET turn_amount = %(value)s WHERE id = %(id)s AND version = %(version)s",
    "submit": "SELECT submit_approval(%(id)s, %(version)s, NULL)",
    "withdraw": "SELECT withdraw_approval(%(id)s, %(version)s, NULL)",
    "approve": "SELECT decide_approval(%(id)s, %(version)s, 'approve', NULL)",
    "reject": "SELECT decide_approval(%(id)s, %(version)s, 'reject', 'too much')",
    "override": "SELECT decide_approval(%(id)s, %(version)s, 'override', 'the roof leaks')",
    "change order": "SELECT record_change_order(%(id)s, %(version)s, %(value)s, 'found behind the wall')",
    "move": "UPDATE turns SET stage_id = %(value)s WHERE id = %(id)s AND version = %(version)s",
    "archive": "UPDATE turns SET is_archived = %(value)s WHERE id = %(id)s AND version = %(version)s",
    # What no way on may do: the columns and tables of approval are no statement's to write.
    "force": "UPDATE turns SET scope_approval_status = 'HO_APPROVED', approved_turn_amount = 1e6 WHERE id = %(id)s",
    "forge": "INSERT INTO approval_decisions (turn_id, turn_version, level, decision, amount, approver_id)"
    " VALUES (%(id)s, %(version)s, 'HO', 'APPROVE', 1, app_me())",
    "sneak": "INSERT INTO change_orders (turn_id, number, amount, reason, status)"
    " VALUES (%(id)s, 77, 1000, 'mine', 'APPROVED')",
    "limit": "INSERT INTO settings (name, market, value) VALUES (%(name)s, %(market)s, %(value)s)"
    " ON CONFLICT (name, market) DO UPDATE SET value = excluded.value",
    "delegate": "SELECT delegate_approvals(%(value)s, current_date, current_date + 1)",
    "end delegations": "SELECT end_delegation(id, version) FROM approval_delegations"
    " WHERE approver_id = (SELECT app_me()) AND ended_at IS NULL",
    "disable": "UPDATE users SET is_active = NOT is_active WHERE id = %(value)s",
}
AMOUNTS = st.sampled_from(
    [Decimal(text) for text in "0 0.01 500 500.01 3000 5000 5000.01 6900 7500 7500.01 9000 20000".split()]
)
ORDERS = st.sampled_from(
    [Decimal(text) for text in "-9000 -500 -0.01 0 0.01 49.99 50 50.01 300 300.01 500 690 750.01 2500 9000".split()]
)
# Those whose part it is act most often; everybody tries everything.
ANYBODY = st.sampled_from(list(ROLES))
_MANAGERS = st.sampled_from(["manager", "senior", "admin", "super"]) | ANYBODY
_APPROVERS = st.sampled_from(["dfo", "dfo", "ho", "ho", "dfo 2", "ho 2", "super", "super 2", "reader"]) | ANYBODY
_INSIDERS = st.sampled_from(["super", "super", "super 2", "manager", "dfo", "ho"])


@dataclass(frozen=True)
class Act:
    name: str
    who: str
    value: Any = None


def _acts(name: str, who: st.SearchStrategy, value: st.SearchStrategy = st.none()) -> st.SearchStrategy:  # noqa: B008
    return st.builds(Act, st.just(name), who, value)


MONEY = (
    _acts("set amount", _MANAGERS, AMOUNTS)
    | _acts("submit", _MANAGERS)
    | _acts("submit", _MANAGERS)
    | _acts("withdraw", _MANAGERS)
    | _acts("approve", _APPROVERS)
    | _acts("approve", _APPROVERS)
    | _acts("approve", _APPROVERS)
    | _acts("reject", _APPROVERS)
    | _acts("override", st.sampled_from(["super", "super 2", "dfo", "ho"]))
    | _acts("change order", _MANAGERS, ORDERS)
    | _acts("change order", _MANAGERS, ORDERS)
    | _acts("move", _MANAGERS, st.sampled_from(list(STAGE_OF)))
    | _acts("archive", _MANAGERS, st.booleans())
    | _acts("force", ANYBODY)
    | _acts("forge", ANYBODY)
    | _acts("sneak", ANYBODY)
)
LIMIT = st.tuples(
    st.sampled_from(list(LIMITS)),
    st.sampled_from([None, MARKET]),
    st.sampled_from(["0", "10", "500", "5000", "7500", "20000"]),
)
OFFICE = (
    _acts("limit", st.sampled_from(["admin", "admin", "manager"]), LIMIT)
    | _acts("delegate", _APPROVERS, ANYBODY)
    | _acts("end delegations", _APPROVERS)
    | _acts("disable", st.just("admin"), st.sampled_from(["dfo", "ho", "dfo 2", "reader", "manager"]))
)
RULES_CHANGE = {"limit", "delegate", "end delegations", "disable"}
NEVER = {"force", "forge", "sneak"}


class Approvals(RuleBasedStateMachine):
    """A turn, ten people, and a model of what may become of it."""

    workers: list[tuple[psycopg.Connection, psycopg.Connection]]
    owner: psycopg.Connection

    @initialize()
    def begin(self) -> None:
        self.people = {name: make_user(self.owner, role) for name, role in ROLES.items()}
        self.names = {person.id: name for name, person in self.people.items()}
        self.owner.execute("DELETE FROM settings WHERE market IS NOT NULL")
        for name, value in LIMITS.items():
            self.owner.execute("UPDATE settings SET value = %s WHERE name = %s", [value, name])
        home = make_property(self.owner, self.people["manager"], self.people["senior"], market=MARKET)
        self.turn = make_turn(self.owner, home)
        self.states = {State()}

    @rule(act=MONEY)
    def one_does(self, act: Act) -> None:
        self._happen([act])

    @rule(act=OFFICE)
    def the_office_does(self, act: Act) -> None:
        self._happen([act])

    @rule(
        amount=AMOUNTS,
        order=ORDERS,
        people=st.tuples(_INSIDERS, _INSIDERS, _INSIDERS, _INSIDERS, _INSIDERS),
        usual=st.booleans(),
    )
    def a_round(self, amount: Decimal, order: Decimal, people: tuple[str, ...], usual: bool) -> None:
        """Far enough that the interesting part is reached often: by those whose part it is, or by a few who do all."""
        by = ("manager", "senior", "dfo", "ho", "manager") if usual else people
        names = ("set amount", "submit", "approve", "approve", "change order")
        values = (amount, None, None, None, order)
        for name, who, value in zip(names, by, values, strict=True):
            self._happen([Act(name, who, value)])

    @rule(who=_MANAGERS, beyond=st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("-0.01")]))
    def an_order_at_the_very_tolerance(self, who: str, beyond: Decimal) -> None:
        state = next(iter(self.states))
        left = (state_tolerance(state, self._rules()) - state.since).quantize(Decimal("0.01"), ROUND_DOWN)
        self._happen([Act("change order", who, left + beyond)])

    @rule(deciders=st.tuples(_INSIDERS, _INSIDERS), taken_back=st.booleans())
    def another_round(self, deciders: tuple[str, str], taken_back: bool) -> None:
        self._happen([Act("change order", "manager", Decimal(9000))])
        for who in deciders:
            self._happen([Act("approve", who)])
        if taken_back:
            self._happen([Act("withdraw", "senior")])
            self._happen([Act("submit", "senior")])

    @rule(acts=st.lists(MONEY | OFFICE, min_size=2, max_size=4))
    def several_do_at_once(self, acts: list[Act]) -> None:
        self._happen(acts)

    def _happen(self, acts: list[Act]) -> None:
        before = self._rules()
        done = self._do(acts)
        after = self._rules()
        for act, _, refused in done:
            event(f"{act.name} {'refused' if refused else 'done'}")
            assert refused or act.name not in NEVER, act
        turning = [(act, seen, refused) for act, seen, refused in done if act.name not in RULES_CHANGE | NEVER]
        made = [(act, seen) for act, seen, refused in turning if refused is None and not _is_so(act, seen)]
        for act, seen in sorted(made, key=lambda one: one[1].version):
            self._follow(act, seen, mixed(before, after))
        if len(acts) == 1 and turning and turning[0][2]:
            self._was_to_be_refused(turning[0][0], before, turning[0][2])
        self._stands_as_the_model(after)

    def _follow(self, act: Act, seen: Any, possible: list[Rules]) -> None:
        reached = set()
        seeing = {state for state in self.states if _matches(state, seen, self.names)}
        assert seeing, (act, self.states, seen)
        for state in seeing:
            for rules in possible:
                for new in outcomes(state, rules, act.who, act.name, act.value):
                    self._is_covered(state, new, rules)
                    reached.add(new)
        assert reached, f"{act} was done, and should have been refused: {self.states}, {possible}"
        self.states = reached

    def _is_covered(self, was: State, state: State, rules: Rules) -> None:
        """The promise itself, not by the model's steps: what rose is within what was sanctioned and the tolerance."""
        if state.committed is not None and state.committed > (was.committed or Decimal(0)):
            assert state.committed <= state.sanctioned + max(Decimal(0), state_tolerance(state, rules)), state

    def _was_to_be_refused(self, act: Act, rules: Rules, refusal: psycopg.Error) -> None:
        expected = set().union(*(outcomes(state, rules, act.who, act.name, act.value) for state in self.states))
        if any(state.archived for state in self.states) and act.name in ("move", "withdraw", "set amount"):
            return  # not said
        assert not expected, f"{act} was refused, and should have been done: {refusal}, {self.states}, {rules}"

    def _stands_as_the_model(self, rules: Rules) -> None:
        row = self.owner.execute(_TURN, {"id": self.turn.id}).fetchone()
        self.states = {state for state in self.states if _matches(state, row, self.names)}
        assert self.states, row
        orders = self.owner.execute(
            "SELECT coalesce(sum(amount) FILTER (WHERE status IN ('RECORDED', 'APPROVED')), 0) AS counted,"
            " count(*) FILTER (WHERE status = 'NEEDED') AS needed FROM change_orders WHERE turn_id = %s",
            [self.turn.id],
        ).fetchone()
        assert orders.counted == (row.change_order_amount or 0)
        assert orders.needed == (1 if any(state.order is not None for state in self.states) else 0)

    def _rules(self) -> Rules:
        row = self.owner.execute(
            "SELECT setting('dfo_limit', %(market)s)::numeric AS dfo, setting('ho_limit', %(market)s)::numeric AS ho,"
            " setting('change_order_tolerance', %(market)s)::numeric AS tolerance",
            {"market": MARKET},
        ).fetchone()
        ids = list(self.names)
        delegations = self.owner.execute(
            "SELECT approver_id, delegate_id FROM approval_delegations WHERE approver_id = ANY(%s) AND ended_at IS NULL"
            " AND (now() AT TIME ZONE setting('timezone'))::date BETWEEN starts_on AND ends_on",
            [ids],
        ).fetchall()
        active = self.owner.execute("SELECT id, role::text FROM users WHERE id = ANY(%s) AND is_active", [ids])
        return Rules(
            row.dfo,
            row.ho,
            row.tolerance,
            frozenset((self.names[one.approver_id], self.names[one.delegate_id]) for one in delegations),
            frozenset((self.names[one.id], one.role) for one in active.fetchall()),
        )

    def _do(self, acts: list[Act]) -> list[tuple[Act, Any, psycopg.Error | None]]:
        """All from the same moment on, each in a transaction of the application's; with what they saw before it."""
        start = Barrier(len(acts))

        def one(connections: tuple[psycopg.Connection, psycopg.Connection], act: Act) -> Any:
            connection, looking = connections
            start.wait()
            seen = looking.execute(_TURN, {"id": self.turn.id}).fetchone()
            try:
                with connection.transaction():
                    connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(self._id(act.who))])
                    done = connection.execute(_STATEMENTS[act.name], self._given(act, seen))
                    if act.name in ("set amount", "move", "archive") and done.rowcount == 0:
                        raise psycopg.errors.SerializationFailure("another version")
            except psycopg.Error as refused:
                return act, seen, refused
            return act, seen, None

        if len(acts) == 1:
            return [one(self.workers[0], acts[0])]
        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(one, self.workers, acts))

    def _given(self, act: Act, seen: Any) -> dict[str, Any]:
        value = act.value
        if act.name == "limit":
            name, market, value = act.value
            return {"name": name, "market": market, "value": value}
        if act.name == "move":
            value = STAGE_OF[act.value]
        elif act.name in ("delegate", "disable"):
            value = self._id(act.value)
        return {"id": self.turn.id, "version": seen.version, "value": value}

    def _id(self, name: str) -> Any:
        return self.people[name].id


def _is_so(act: Act, seen: Any) -> bool:
    """It changes nothing, and raises no version."""
    is_so = {"set amount": seen.turn_amount, "archive": seen.is_archived, "move": seen.stage_id}
    return act.name in is_so and is_so[act.name] == (STAGE_OF[act.value] if act.name == "move" else act.value)


def _matches(state: State, row: Any, names: dict[Any, str]) -> bool:
    return (
        state.status == row.scope_approval_status
        and state.amount == row.turn_amount
        and state.base == row.approved_turn_amount
        and state.orders == (row.change_order_amount or 0)
        and STAGE_OF[state.stage] == row.stage_id
        and state.archived == row.is_archived
        and state.setter == names.get(row.amount_set_by)
        and (state.status == "REJECTED" or state.submitter == names.get(row.submitted_by))
    )


@pytest.fixture(scope="module")
def connections(database):
    """Of the owner, and for each of four workers one of the application's and one to look with."""
    with ExitStack() as opened:

        def connect(url: str) -> psycopg.Connection:
            return opened.enter_context(psycopg.connect(url, autocommit=True, row_factory=namedtuple_row))

        yield connect(database.admin_url), [(connect(database.app_url), connect(database.admin_url)) for _ in range(4)]


def test_no_more_is_committed_than_was_seen_or_allowed(connections):
    class Here(Approvals):
        owner, workers = connections

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
