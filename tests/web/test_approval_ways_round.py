"""Every way round an approval that we could think of, tried and refused: by form, program, import and SQL."""

import json
from uuid import uuid4

import psycopg
import pytest

from tests.api.programs import refused, signed_in
from tests.conftest import run_turns
from tests.factories import STAGES, approved, make_property, make_turn, make_user, make_vendor, waiting
from tests.web.turn_pages import post, row

DENIED = psycopg.errors.InsufficientPrivilege
LOCKED = {"waits": "Waiting for approval: withdraw it first", "approved": "Approved at $3,120: record a change order"}


@pytest.fixture(scope="module")
def connection(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def people(connection):
    roles = ("SUPER_ADMIN", "ADMIN", "PROPERTY_MANAGER", "DFO_APPROVER", "HO_APPROVER", "USER")
    return {role: make_user(connection, role) for role in roles}


@pytest.fixture(params=["waits", "approved"])
def locked(request, connection, people):
    """(a turn whose amount is read-only, what is said of it)."""
    columns = waiting("3120.00") if request.param == "waits" else approved("3120.00")
    home = make_property(connection, people["PROPERTY_MANAGER"])
    stage = "Scope Approval" if request.param == "waits" else "In Progress"
    return make_turn(connection, home, stage, vendor_id=make_vendor(connection).id, **columns), LOCKED[request.param]


@pytest.fixture
def turn_of(connection, people):
    def make(manager=None, stage="Draft", **columns):
        home = make_property(connection, manager or people["PROPERTY_MANAGER"])
        return make_turn(connection, home, stage, **columns)

    return make


@pytest.fixture
def as_app(database):
    """A statement of the application's role in somebody's name."""

    def run(person, statement, *values):
        with psycopg.connect(database.app_url) as connection:
            connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(person.id)])
            return connection.execute(statement, values).fetchall()

    return run


def unchanged(connection, turn):
    now = row(connection, turn)
    return (now.turn_amount, now.scope_approval_status, now.version) == (
        turn.turn_amount, turn.scope_approval_status, turn.version,
    )  # fmt: skip


def test_no_form_changes_an_amount_that_waits_or_is_approved(person, people, connection, locked):
    turn, said = locked
    for who in ("PROPERTY_MANAGER", "SUPER_ADMIN"):
        client = person(people[who].email)
        ways = (
            (f"/turns/{turn.id}/edit", {"version": 1, "turn_amount": "9"}),
            (f"/turns/{turn.id}/stage", {"version": 1, "turn_amount": "9", "stage_id": STAGES["Draft"], "note": "x"}),
        )
        for path, typed in ways:
            answer = post(client, path, **typed)
            assert answer.status_code == 422, path
            assert said in answer.text, path
        post(
            client,
            "/board/bulk",
            **{"turn_id": str(turn.id), f"version-{turn.id}": 1, "turn_amount": "9", "confirm": 1},
        )
        assert unchanged(connection, turn)


def test_no_program_changes_it_either(app, people, connection, locked):
    turn, said = locked
    program = signed_in(app, people["PROPERTY_MANAGER"])
    change = {"operation": "update", "id": str(turn.id), "version": 1, "data": {"turn_amount": "9.00"}}
    put = {"version": 1, "data": {"turn_amount": "9.00"}}
    move = {**change, "operation": "stage-change", "data": {
        "turn_amount": "9.00", "stage_id": str(STAGES["Draft"]), "note": "back"}}  # fmt: skip
    answers = [
        program.post("/api/write/turns", change),
        program.put(f"/api/write/turns/{turn.id}", put),
        program.post("/api/write/turns", move),
        program.post("/api/write/batch", {"operations": [{"table": "turns", **change}], "writeId": str(uuid4())}),
    ]
    for answer in answers:
        assert said in str(refused(answer, 422, "VALIDATION")["fields"]["turn_amount"])
    assert unchanged(connection, turn)


@pytest.mark.parametrize(
    "column",
    ["scope_approval_status", "approved_turn_amount", "change_order_amount", "submitted_by", "dfo_approval_user_id"],
)
def test_no_program_sends_a_column_of_approval(app, people, connection, turn_of, column):
    turn = turn_of(turn_amount=900)
    program = signed_in(app, people["PROPERTY_MANAGER"])
    sent = {"scope_approval_status": "HO_APPROVED", "submitted_by": str(people["USER"].id)}.get(column, "1.00")
    body = {"operation": "update", "id": str(turn.id), "version": 1, "data": {column: sent}}
    assert column in refused(program.post("/api/write/turns", body), 422, "VALIDATION")["fields"]
    assert unchanged(connection, turn)


def test_no_import_brings_an_approval_or_changes_an_amount(database, connection, people, locked, tmp_path):
    turn, said = locked
    code = connection.execute("SELECT property_id FROM properties WHERE id = %s", [turn.property_id]).fetchone()[0]
    file = tmp_path / "turns.csv"
    file.write_text(
        "turn_id,property_id,turn_amount,scope_approval_status,approved_turn_amount,dfo_approval_user_id\n"
        f"{turn.turn_id},{code},9,HO_APPROVED,9,{people['USER'].id}\n"
    )
    answer = run_turns(database, "import", "turns", str(file), "--key", "turn_id", "--json")
    told = json.loads(answer.stdout)
    assert {"scope_approval_status", "approved_turn_amount", "dfo_approval_user_id"} <= set(told["unmapped"])
    assert unchanged(connection, turn), told
    assert said in str(told["refusals"])


def test_one_person_does_not_send_and_approve_in_one_batch(app, people, connection, turn_of):
    chief, turn = signed_in(app, people["SUPER_ADMIN"]), turn_of(turn_amount=900)
    at = {"table": "turns", "id": str(turn.id)}
    operations = [
        {**at, "operation": "submit", "version": 1, "data": {}},
        {**at, "operation": "approve", "version": 2, "data": {}, "metadata": {"approvalLevel": "DFO"}},
    ]
    error = refused(chief.post("/api/write/batch", {"operations": operations}), 403, "PERMISSION")
    assert error["index"] == 1
    assert unchanged(connection, turn)


def test_one_person_does_not_record_and_approve_a_change_order(app, people, connection, turn_of):
    chief, turn = signed_in(app, people["SUPER_ADMIN"]), turn_of(**approved("1000.00"))
    at = {"table": "turns", "id": str(turn.id)}
    operations = [
        {**at, "operation": "change-order", "version": 1, "data": {"amount": "500.00", "reason": "Floor"}},
        {**at, "operation": "approve", "version": 2, "data": {}, "metadata": {"approvalLevel": "DFO"}},
    ]
    refused(chief.post("/api/write/batch", {"operations": operations}), 403, "PERMISSION")
    assert unchanged(connection, turn)


def test_many_moved_at_once_do_not_pass_the_stage(person, people, connection, turn_of):
    turns = [turn_of(stage="Scope Approval", **waiting("900.00")), turn_of(turn_amount=900)]
    client = person(people["PROPERTY_MANAGER"].email)
    sent = {"turn_id": [str(turn.id) for turn in turns], **{f"version-{turn.id}": 1 for turn in turns}}
    answer = post(client, "/board/bulk", **sent, stage_id=str(STAGES["In Progress"]), confirm="1")
    assert answer.status_code == 200
    assert all(f'data-refused="{turn.id}"' in answer.text for turn in turns)
    assert all(unchanged(connection, turn) for turn in turns)


@pytest.mark.parametrize("who", ["PROPERTY_MANAGER", "DFO_APPROVER", "SUPER_ADMIN"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE turns SET scope_approval_status = 'HO_APPROVED' WHERE id = %(turn)s",
        "UPDATE turns SET approved_turn_amount = 99999 WHERE id = %(turn)s",
        "UPDATE turns SET change_order_amount = 99999 WHERE id = %(turn)s",
        "UPDATE turns SET submitted_by = NULL, amount_set_by = NULL WHERE id = %(turn)s",
        "DELETE FROM turns WHERE id = %(turn)s",
        "INSERT INTO change_orders (turn_id, number, amount, reason, status)"
        " VALUES (%(turn)s, 9, 99999, 'x', 'APPROVED')",
        "UPDATE change_orders SET status = 'APPROVED' WHERE turn_id = %(turn)s",
        "UPDATE change_orders SET amount = 1 WHERE turn_id = %(turn)s",
        "DELETE FROM change_orders WHERE turn_id = %(turn)s",
        "INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on)"
        " VALUES (%(dfo)s, %(user)s, current_date, current_date)",
        "UPDATE approval_delegations SET ends_on = ends_on + 99",
        "DELETE FROM approval_delegations",
        "INSERT INTO approval_decisions (turn_id, turn_version, decision) VALUES (%(turn)s, 1, 'APPROVE')",
        "UPDATE approval_decisions SET approver_id = %(user)s",
        "DELETE FROM approval_decisions",
        "SELECT nextval('approval_act_numbers')",
        "SELECT keep_approval(t) FROM turns t WHERE id = %(turn)s",
        "SELECT change_order_approved(t, NULL) FROM turns t WHERE id = %(turn)s",
        "SELECT log_act(t, NULL, 'DFO', 'APPROVE', NULL, NULL) FROM turns t WHERE id = %(turn)s",
        "SET LOCAL ROLE turns_reader",
        "ALTER TABLE turns DISABLE TRIGGER z_version",
    ],
)
def test_the_application_has_no_right_to_write_it_by_sql(database, people, connection, turn_of, statement, who):
    turn = turn_of(**approved("1000.00"))
    names = {"turn": turn.id, "dfo": people["DFO_APPROVER"].id, "user": people["USER"].id}
    with pytest.raises(DENIED), psycopg.connect(database.app_url) as app:
        app.execute("SELECT set_config('app.current_user_id', %s, true)", [str(people[who].id)])
        app.execute(statement, names)
    assert unchanged(connection, turn)


def test_no_setting_that_a_statement_can_make_opens_it(database, people, connection, turn_of):
    turn = turn_of(stage="Scope Approval", **waiting("900.00"))
    tried = {
        "app.loading": "on", "app.stage_kind": "import", "app.context": "import:1", "app.current_role": "SUPER_ADMIN",
        "session_replication_role": "replica",
    }  # fmt: skip
    for name, value in tried.items():
        with pytest.raises(psycopg.Error), psycopg.connect(database.app_url) as app:
            app.execute("SELECT set_config('app.current_user_id', %s, true)", [str(people["PROPERTY_MANAGER"].id)])
            app.execute("SELECT set_config(%s, %s, true)", [name, value])
            app.execute("UPDATE turns SET turn_amount = 1 WHERE id = %s", [turn.id])
        with pytest.raises(psycopg.Error), psycopg.connect(database.app_url) as app:
            app.execute("SELECT set_config('app.current_user_id', %s, true)", [str(people["PROPERTY_MANAGER"].id)])
            app.execute("SELECT set_config(%s, %s, true)", [name, value])
            app.execute("UPDATE turns SET stage_id = %s WHERE id = %s", [STAGES["In Progress"], turn.id])
    assert unchanged(connection, turn)


def test_an_administrator_gives_nobody_the_word_of_an_approver(as_app, people, connection):
    statement = "SELECT delegate_approvals(%s, portfolio_today(), portfolio_today())"
    for who in ("ADMIN", "PROPERTY_MANAGER", "USER"):
        with pytest.raises(DENIED, match="Only who approves"):
            as_app(people[who], statement, people["USER"].id)
    vendor = make_user(connection, "VENDOR", vendor_id=make_vendor(connection).id)
    with pytest.raises(psycopg.errors.CheckViolation, match="not a vendor"):
        as_app(people["DFO_APPROVER"], statement, vendor.id)


def test_a_delegation_round_a_circle_gives_no_second_word(app, people, connection, turn_of, as_app):
    one, two = make_user(connection, "DFO_APPROVER"), make_user(connection, "HO_APPROVER")
    statement = "SELECT delegate_approvals(%s, portfolio_today(), portfolio_today())"
    as_app(one, statement, two.id)
    as_app(two, statement, one.id)
    turn = turn_of(**waiting("9000.00"))
    body = {"operation": "approve", "id": str(turn.id), "version": 1, "data": {}}
    assert signed_in(app, one).post("/api/write/turns", body).status_code == 200
    refused(signed_in(app, one).post("/api/write/turns", {**body, "version": 2}), 403, "PERMISSION")
    # The second approver gave no word yet, in person or by the other: theirs is head office's own.
    answer = signed_in(app, two).post("/api/write/turns", {**body, "version": 2})
    assert answer.json["turn"]["scope_approval_status"] == "HO_APPROVED"


def test_approving_by_a_program_is_no_shortcut_for_whoever_may_not(app, people, connection, turn_of):
    turn = turn_of(**waiting("900.00"))
    body = {"operation": "approve", "id": str(turn.id), "version": 1, "data": {}}
    for who in ("PROPERTY_MANAGER", "ADMIN"):
        refused(signed_in(app, people[who]).post("/api/write/turns", body), 403, "PERMISSION")
    refused(signed_in(app, people["USER"]).post("/api/write/turns", body), 404, "NOT_FOUND")
    refused(signed_in(app, people["HO_APPROVER"]).post("/api/write/turns", body), 409, "CONFLICT")
    assert unchanged(connection, turn)
