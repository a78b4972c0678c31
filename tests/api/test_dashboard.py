"""GET /api/reports/dashboard: each figure is what plain SQL says of the rows that one sees."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from tests.api import plain
from tests.api.programs import refused, signed_in
from tests.factories import STAGES, TODAY, make_property, make_turn, make_user, make_vendor
from turns_web.core.identity import SYSTEM_USER_ID
from turns_web.embedded.ports import choose as free_port
from turns_web.reports import kept

ROLES = tuple(plain.SIGHT)
FIRST, LAST = TODAY - timedelta(days=60), TODAY
PERIOD = f"from={FIRST}&to={LAST}"


@pytest.fixture(scope="module")
def settings(database):
    return database.settings(rate_limits="reports=1000/minute")


@pytest.fixture(scope="module")
def people(connection):
    markets = {"USER": ["Reno", "Boise"], "INSPECTOR": ["Reno"]}
    made = {role: make_user(connection, role, markets=markets.get(role, [])) for role in ROLES}
    return {**made, "OTHER": make_user(connection, "PROPERTY_MANAGER")}


@pytest.fixture(scope="module", autouse=True)
def portfolio(connection, people):
    """Turns of every kind, some of them without what a figure needs; the same each time."""
    luck = random.Random(12)
    types = connection.execute("SELECT id FROM property_types ORDER BY name LIMIT 2").fetchall()
    vendors = [make_vendor(connection) for _ in range(3)]
    homes = [
        make_property(
            connection,
            luck.choice([people["PROPERTY_MANAGER"], people["OTHER"], None]),
            luck.choice([people["SR_PROPERTY_MANAGER"], None]),
            market=luck.choice(["Reno", "Boise", "Tampa", None]),
            property_type_id=luck.choice([*(id for (id,) in types), None, None]),
            bedrooms=luck.choice([1, 2, 2.5, None]),
            area_sqft=luck.choice([0, 900, 1400, None]),
            monthly_rent=luck.choice([0, 1550, 2999.99, None]),
            is_archived=number == 0,
        )
        for number in range(30)
    ]
    for home in homes:
        for _ in range(luck.randint(0, 3)):
            _completed(connection, luck, people, home, vendors)
        if luck.random() < 0.7:
            _open(connection, luck, people, home)


def _completed(connection, luck, people, home, vendors):
    done = TODAY - timedelta(days=luck.randint(0, 80))
    sent = datetime.combine(done, datetime.min.time(), UTC) - timedelta(hours=luck.randint(20, 400))
    turn = make_turn(
        connection,
        home,
        "Complete",
        turn_completion_date=done,
        move_out_date=luck.choice([done - timedelta(days=luck.randint(0, 40)), None]),
        first_expected_completion_date=luck.choice([done, done + timedelta(days=3), done - timedelta(days=1), None]),
        vendor_id=luck.choice([*(vendor.id for vendor in vendors), None]),
        turns_superintendent_id=luck.choice([people["INSPECTOR"].id, None]),
        is_archived=luck.random() < 0.1,
        **luck.choice([_decided, _decided, _decided, _by_rule, _never_asked])(luck, people, sent),
    )
    at = sent
    for stage in ("Draft", "Scope Approval", "In Progress", "Scope Approval", "Complete", "Final Walk"):
        left = at + timedelta(minutes=luck.randint(1, 9000))
        kind = luck.choice(["move", "back", "hold"])
        connection.execute(
            "INSERT INTO turn_stage_log (turn_id, stage_id, entered_at, left_at, kind, user_id)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [turn.id, STAGES[stage], at, left, kind, SYSTEM_USER_ID],
        )
        at = left


def _decided(luck, people, sent):
    amount = luck.choice([0, 812.5, 3120, 9000.01])
    level = "ho" if amount > 7500 else "dfo"
    return {
        "turn_amount": amount,
        "approved_turn_amount": amount,
        "change_order_amount": luck.choice([None, 0, 250, -99.99]) if amount else None,
        "scope_approval_status": f"{level.upper()}_APPROVED",
        "submitted_at": sent,
        "dfo_approval_user_id": people["DFO_APPROVER"].id,
        "dfo_approval_datetime": sent + timedelta(minutes=luck.randint(1, 5000)),
        **(
            {
                "ho_approval_user_id": people["HO_APPROVER"].id,
                "ho_approval_datetime": sent + timedelta(minutes=luck.randint(5000, 9000)),
            }
            if level == "ho"
            else {}
        ),
    }


def _by_rule(luck, people, sent):
    return _decided(luck, people, sent) | {
        "approved_turn_amount": 1,
        "scope_approval_status": "DFO_APPROVED",
        "dfo_approval_user_id": None,
        "dfo_approval_datetime": sent,
        "ho_approval_user_id": None,
        "ho_approval_datetime": None,
    }


def _never_asked(luck, people, sent):
    return {}


def _open(connection, luck, people, home):
    is_held = luck.random() < 0.2
    entered = TODAY - timedelta(days=luck.randint(0, 12))
    make_turn(
        connection,
        home,
        luck.choice(["Draft", "Scope Approval", "In Progress", "Final Walk"]),
        move_out_date=TODAY - timedelta(days=luck.randint(-5, 30)),
        expected_completion_date=TODAY + timedelta(days=luck.randint(-6, 9)),
        turn_amount=luck.choice([None, 100, 3999.95]),
        turns_superintendent_id=luck.choice([people["INSPECTOR"].id, None]),
        hold_reason="Squatters" if is_held else None,
        is_archived=luck.random() < 0.1,
    )
    connection.execute(
        "UPDATE turn_stage_log SET entered_at = %s WHERE left_at IS NULL AND turn_id ="
        " (SELECT id FROM turns WHERE property_id = %s AND is_open)",
        [entered, home.id],
    )


@pytest.fixture
def ask(app, people):
    """The dashboard as somebody sees it. Nothing is kept from the test before."""
    programs = {}

    def dashboard(role, query=PERIOD):
        if role not in programs:
            programs[role] = signed_in(app, people[role])
        answer = programs[role].get(f"/api/reports/dashboard?{query}")
        assert answer.status_code == 200, answer.text
        return answer.json["data"]

    kept.configure(None)
    return dashboard


def told(connection, people, role, more="true", **given):
    person = people[role]
    period = {"first": FIRST, "last": LAST, "today": TODAY}
    return plain.figures(connection, role, more, me=person.id, markets=person.markets, **{**period, **given})


def same(counted, expected):
    for name, value in expected.items():
        if value is None and name == "total_properties":
            continue
        if isinstance(value, list):
            by_key = {row.get("key", row.get("stage_id")): row for row in counted[name]}
            assert len(by_key) == len(counted[name]) == len(value), name
            for row in value:
                same(by_key[row.get("key", row.get("stage_id"))], row)
        else:
            found = float(counted[name]) if isinstance(value, float) and counted[name] is not None else counted[name]
            if isinstance(found, str) and name not in ("key", "name", "stage_id"):
                found = float(found)
            assert found == (pytest.approx(value) if isinstance(value, float) else value), name


@pytest.mark.parametrize("role", ROLES)
def test_every_figure_is_what_plain_sql_says_of_the_rows_that_one_sees(role, ask, connection, people):
    expected = told(connection, people, role)
    assert expected["completed_turns"] > 3 and expected["active_turns"] > 1
    same(ask(role), expected)


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("market=Reno&market=Boise", "p.market IN ('Reno', 'Boise')"),
        ("bedrooms=2&on_hold=0", "p.bedrooms = 2 AND t.hold_reason IS NULL"),
        ("stuck=1", f"t.is_active AND NOT s.is_complete_stage AND {plain._IN_STAGE} > s.target_days"),
        ("is_active=any", "true"),
        ("q=elm", "p.street_address ILIKE '%%elm%%'"),
        ("no_vendor=1", "t.vendor_id IS NULL"),
    ],
)
def test_a_filter_narrows_every_figure(query, more, ask, connection, people):
    same(ask("PROPERTY_MANAGER", f"{PERIOD}&{query}"), told(connection, people, "PROPERTY_MANAGER", more))


def test_three_of_four_are_counted(app, connection):
    manager = make_user(connection, "PROPERTY_MANAGER")
    for days in (4, 7, 19, None):
        moved_out = None if days is None else TODAY - timedelta(days=days)
        home = make_property(connection, manager)
        make_turn(connection, home, "Complete", move_out_date=moved_out, turn_completion_date=TODAY)
    figures = signed_in(app, manager).get("/api/reports/dashboard").json["data"]
    assert figures["period"] == {"from": TODAY.replace(day=1).isoformat(), "to": TODAY.isoformat()}
    assert [
        figures[name]
        for name in ("completed_turns", "counted_turns", "mean_turn_days", "median_turn_days", "p90_turn_days")
    ] == [4, 3, 10.0, 7.0, 19]


def test_a_period_without_turns_has_figures_that_nobody_knows(ask):
    figures = ask("ADMIN", "from=1999-01-01&to=1999-12-31")
    assert (figures["completed_turns"], figures["mean_turn_days"], figures["cost_per_turn"]) == (0, None, None)
    assert figures["by_month"] == [] and figures["active_turns"] > 0


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("from=soon", "from"),
        ("from=2026-02-02&to=2026-02-01", "to"),
        ("to=2026-02-01&to=2026-02-02", "to"),
        ("marked=Reno", "marked"),
        ("stage_id=x", "stage_id"),
        ("market=", "market"),
        ("is_archived=1", "is_archived"),
        ("sort=market", "sort"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(query, named, app, people):
    answer = signed_in(app, people["USER"]).get(f"/api/reports/dashboard?{query}")
    assert refused(answer, 422, "VALIDATION")["fields"].keys() == {named}


def test_there_are_no_reports_for_vendors(app, connection):
    vendor = make_user(connection, "VENDOR", vendor_id=make_vendor(connection).id)
    refused(signed_in(app, vendor).get("/api/reports/dashboard"), 404, "NOT_FOUND")


@pytest.fixture(params=["in Redis", "in memory", "while Redis is away"])
def keeping(request, database):
    """What was counted is kept there, and nothing is yet."""
    away = f"redis://127.0.0.1:{free_port(None)}"
    kept.configure({"in Redis": database.redis_url, "in memory": None, "while Redis is away": away}[request.param])
    yield
    kept.configure(None)


@pytest.fixture
def manager(app, connection):
    """One with a completed turn, and a program of theirs."""
    person = make_user(connection, "PROPERTY_MANAGER")
    done = make_turn(connection, make_property(connection, person), "Complete", turn_completion_date=TODAY)
    return person, done, signed_in(app, person)


def counts(program):
    figures = program.get("/api/reports/dashboard").json["data"]
    return figures["completed_turns"], figures["active_turns"]


def test_what_is_under_way_is_counted_anew_and_the_rest_kept_for_minutes(keeping, manager, connection):
    person, _, program = manager
    assert counts(program) == (1, 0)
    make_turn(connection, make_property(connection, person))
    make_turn(connection, make_property(connection, person), "Complete", turn_completion_date=TODAY)
    assert counts(program) == (1, 1)


def test_what_one_changed_oneself_is_counted_at_once(keeping, manager):
    _, done, program = manager
    assert counts(program) == (1, 0)
    archived = {"operation": "delete", "id": str(done.id), "version": done.version}
    assert program.post("/api/write/turns", archived).status_code == 200
    assert counts(program) == (0, 0)


def test_how_often_one_may_ask_is_told(manager):
    answer = manager[2].get("/api/reports/dashboard")
    assert answer.headers["RateLimit-Policy"] == '"reports";q=1000;w=60'
    assert answer.headers["RateLimit"].startswith('"reports";r=999;')
