"""Webhooks from a write to the receiver: real rows, a real HTTP server, the worker's own relay and sender."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from psycopg.rows import namedtuple_row

from tests.api.programs import signed_in
from tests.factories import make_property, make_turn, make_user, make_vendor
from tests.receiver import receiving
from turns_web.core import db
from turns_web.core.clock import now, today
from turns_web.core.identity import Identity, Role, system_identity
from turns_web.embedded.children import wait_until
from turns_web.properties.actions import archive_property
from turns_web.turns.actions import comment, edit_turn
from turns_web.turns.moving.actions import MoveTurn, move_turn
from turns_web.webhooks import actions, deliveries, fan_out, rules
from turns_web.webhooks.fields import NAMES
from turns_web.webhooks.sending import Outcome
from workers import relay, webhooks
from workers.webhooks import Sender, send_next

SCOPE_APPROVAL = "6f0e1c52-0b1a-4c53-9a3e-000000000002"
COMPLETE = "6f0e1c52-0b1a-4c53-9a3e-000000000005"

IS_WAITING = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'turns_app' AND wait_event_type = 'Lock')
"""


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        connection.row_factory = namedtuple_row
        yield connection


@pytest.fixture(autouse=True)
def clean(app, admin, monkeypatch):
    """Nothing is left of the test before; this machine's own addresses are allowed."""
    admin.execute("DELETE FROM outbox")
    admin.execute("DELETE FROM webhooks")
    monkeypatch.setattr(webhooks, "_allow_private", lambda: True)


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def register(url, *events):
    """(id, secret) of a webhook, as an administrator registers it."""
    with db.write(system_identity()) as session:
        return actions.register(session, {"url": url, "events": list(events)}, allow_private=True)


def fan_out_all(admin):
    """The relay's round of what was written and told to nobody yet."""
    rows = admin.execute("SELECT id::text FROM outbox WHERE done_at IS NULL AND kind <> 'webhook'").fetchall()
    with db.write(system_identity()) as session:
        relay._mark(session, [id for (id,) in rows])


def deliver(admin, webhook_id, *, at_once=False):
    """Everything that is due there. at_once: also what waits for its next attempt."""
    if at_once:
        admin.execute("UPDATE outbox SET available_at = now() WHERE kind = 'webhook' AND done_at IS NULL")
        end_pause(admin, webhook_id)
    while send_next(webhook_id):
        pass


def end_pause(admin, webhook_id):
    admin.execute("UPDATE webhooks SET resume_at = now() WHERE id = %s", [webhook_id])


def rows(admin):
    return admin.execute("SELECT * FROM outbox WHERE kind = 'webhook' ORDER BY created_at, id").fetchall()


def state(admin, webhook_id):
    return admin.execute("SELECT * FROM webhooks WHERE id = %s", [webhook_id]).fetchone()


def ping(webhook_id):
    with db.write(system_identity()) as session:
        fan_out.ping(session, webhook_id)


def manager_of(admin, turn):
    row = admin.execute("SELECT property_manager_id FROM turns WHERE id = %s", [turn.id]).fetchone()
    return Identity(user_id=row.property_manager_id, role=Role.PROPERTY_MANAGER)


def test_a_move_is_told_signed_to_who_asked_for_it_and_to_nobody_else(admin, receiver):
    turn = make_turn(admin, make_property(admin, make_user(admin, "PROPERTY_MANAGER")), turn_amount="1200.00")
    asked, secret = register(receiver.url, "turn.stage_changed", "turn.submitted", "turn.approved")
    register(receiver.url + "/others", "vendor.created", "turn.updated")
    with db.write(manager_of(admin, turn)) as session:
        move = MoveTurn(id=turn.id, version=turn.version, typed={"stage_id": UUID(SCOPE_APPROVAL)})
        moved = move_turn(session, move, today("UTC"))
    fan_out_all(admin)
    deliver(admin, asked)
    assert receiver.types == ["turn.stage_changed", "turn.submitted"]
    first = receiver.received[0]
    assert first.path == "/turns"
    assert first.json["data"] == {"id": str(turn.id), "version": moved.row["version"], "stage_id": SCOPE_APPROVAL}
    assert first.json["timestamp"].endswith("Z")
    assert set(first.json) == {"type", "timestamp", "data"}
    assert first.headers["content-type"] == "application/json"
    assert abs(int(first.headers["webhook-timestamp"]) - time.time()) < 60
    assert all(one.is_signed_by(secret) for one in receiver.received)
    assert [(row.done_at is not None, row.error, row.payload["status"]) for row in rows(admin)] == [
        (True, None, 204)
    ] * 2


def test_a_write_that_was_rolled_back_is_told_nobody(admin, receiver):
    turn = make_turn(admin)
    webhook_id, _ = register(receiver.url, *sorted(NAMES))
    with pytest.raises(ZeroDivisionError), db.write(system_identity()) as session:
        edit_turn(session, turn.id, turn.version, {"hold_reason": "Flood"})
        _ = 1 / 0
    fan_out_all(admin)
    deliver(admin, webhook_id)
    assert receiver.received == []


def test_a_comment_changes_no_turn_and_an_archived_property_is_told(admin, receiver):
    turn = make_turn(admin)
    home = make_property(admin)
    webhook_id, _ = register(receiver.url, *sorted(NAMES))
    with db.write(system_identity()) as session:
        comment(session, turn.id, "Called the vendor")
        archive_property(session, home.id, home.version)
    fan_out_all(admin)
    deliver(admin, webhook_id)
    assert receiver.types == ["property.archived"]


def test_an_event_that_is_told_twice_is_delivered_once(admin, receiver):
    turn = make_turn(admin)
    webhook_id, _ = register(receiver.url, "turn.updated")
    with db.write(system_identity()) as session:
        edit_turn(session, turn.id, turn.version, {"priority": 2})
    ids = [str(id) for (id,) in admin.execute("SELECT id FROM outbox").fetchall()]
    for _ in range(3):
        with db.write(system_identity()) as session:
            relay._mark(session, ids)
    deliver(admin, webhook_id)
    assert receiver.types == ["turn.updated"]


def test_what_failed_is_sent_again_later_under_the_same_id(admin, receiver):
    webhook_id, secret = register(receiver.url, "turn.created")
    receiver.status = 500
    ping(webhook_id)
    deliver(admin, webhook_id)
    deliver(admin, webhook_id)
    assert len(receiver.received) == 1, "not before its time"
    (row,) = rows(admin)
    assert (row.attempts, row.error, row.done_at) == (1, "it answered 500", None)
    assert timedelta(seconds=4) < row.available_at - now() < timedelta(seconds=6)
    assert state(admin, webhook_id).failures == 1
    receiver.status = 200
    deliver(admin, webhook_id, at_once=True)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(row.id)
    assert first.body == second.body
    assert second.is_signed_by(secret)
    assert rows(admin)[0].done_at is not None
    assert state(admin, webhook_id).failures == 0, "one that arrives ends the row of failures"


def test_while_an_address_fails_one_delivery_asks_and_the_others_wait(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    receiver.status = 503
    for _ in range(5):
        ping(webhook_id)
    deliver(admin, webhook_id)
    assert len(receiver.received) == 1
    receiver.status = 204
    deliver(admin, webhook_id, at_once=True)
    assert len(receiver.received) == 6
    sent = [one.headers["webhook-id"] for one in receiver.received]
    assert sent == [sent[0], *[str(row.id) for row in rows(admin)]], "in the order in which they were written"


def test_events_that_come_while_an_address_fails_wait_and_count_for_no_failures(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    receiver.status = 503
    for _ in range(rules.MOST_ATTEMPTS):
        ping(webhook_id)
        deliver(admin, webhook_id)
    assert len(receiver.received) == 1
    assert (state(admin, webhook_id).failures, state(admin, webhook_id).disabled_at) == (1, None)
    with db.read(system_identity()) as session:
        assert deliveries.due(session) == []


def test_what_comes_while_an_address_fails_is_sent_after_what_failed(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    receiver.status = 503
    ping(webhook_id)
    for failures in (1, 2, 3):
        deliver(admin, webhook_id)
        ping(webhook_id)
        assert rows(admin)[0].available_at == state(admin, webhook_id).resume_at, "none that is due before the first"
        if failures < 3:
            deliver(admin, webhook_id, at_once=True)
    receiver.received.clear()
    receiver.status = 204
    deliver(admin, webhook_id, at_once=True)
    assert [one.headers["webhook-id"] for one in receiver.received] == [str(row.id) for row in rows(admin)]


def test_another_process_makes_no_attempt_beside_one_that_is_under_way(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    ping(webhook_id)
    ping(webhook_id)
    with db.write(system_identity()) as session:
        first = deliveries.take(session, webhook_id)
    deliver(admin, webhook_id)
    assert receiver.received == []
    settle(first, Outcome(204))
    deliver(admin, webhook_id)
    assert [one.headers["webhook-id"] for one in receiver.received] == [str(rows(admin)[1].id)]


@pytest.mark.parametrize("mend", ["the address", "on again"])
def test_who_mends_a_webhook_does_not_wait_for_the_end_of_its_pause(admin, receiver, mend):
    webhook_id, _ = register(receiver.url, "turn.created")
    receiver.status = 503
    ping(webhook_id)
    ping(webhook_id)
    deliver(admin, webhook_id)
    receiver.status = 204
    version = admin.execute("SELECT version FROM webhooks WHERE id = %s", [webhook_id]).fetchone().version
    with db.write(system_identity()) as session:
        if mend == "the address":
            typed = {"url": receiver.url + "/mended", "events": ["turn.created"]}
            actions.change(session, webhook_id, version, typed, allow_private=True)
        else:
            actions.switch_off(session, webhook_id, version)
            actions.switch_on(session, webhook_id, version + 1)
    if mend == "on again":
        ping(webhook_id)
    deliver(admin, webhook_id)
    sent = [one.headers["webhook-id"] for one in receiver.received[1:]]
    assert sent == [str(row.id) for row in rows(admin) if row.error is None]
    assert len(sent) == (2 if mend == "the address" else 1)


def test_an_address_that_fails_persistently_is_switched_off(admin, receiver, monkeypatch):
    said = []
    monkeypatch.setattr(webhooks.log, "error", lambda event, **more: said.append((event, more)))
    webhook_id, _ = register(receiver.url, "turn.created")
    receiver.status = 500
    ping(webhook_id)
    ping(webhook_id)
    for _ in range(rules.MOST_ATTEMPTS):
        assert state(admin, webhook_id).disabled_at is None
        deliver(admin, webhook_id, at_once=True)
    assert len(receiver.received) == rules.MOST_ATTEMPTS
    assert state(admin, webhook_id).disabled_at is not None
    because = state(admin, webhook_id).disabled_because
    assert because == "10 attempts in a row failed: it answered 500"
    assert said == [("a webhook was switched off", {"webhook": str(webhook_id), "reason": because})]
    assert [row.error for row in rows(admin)] == ["it answered 500", "not sent: the webhook was switched off"]
    audit = admin.execute(
        "SELECT user_id, changed_fields FROM audit_logs WHERE record_id = %s ORDER BY created_at", [webhook_id]
    )
    _, disabled = audit.fetchall()
    assert "disabled_at" in disabled.changed_fields
    make_turn(admin)
    fan_out_all(admin)
    deliver(admin, webhook_id, at_once=True)
    assert len(receiver.received) == rules.MOST_ATTEMPTS


def test_one_delivery_that_is_never_taken_is_given_up_and_keeps_nothing_from_the_others(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    ping(webhook_id)
    poison = rows(admin)[0].id

    def answer(handler):
        handler.send_response(400 if handler.headers["webhook-id"] == str(poison) else 204)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    receiver.answer = answer
    for _ in range(rules.MOST_ATTEMPTS):
        deliver(admin, webhook_id, at_once=True)
        ping(webhook_id)
        end_pause(admin, webhook_id)
        deliver(admin, webhook_id)
    given_up = next(row for row in rows(admin) if row.id == poison)
    assert (given_up.attempts, given_up.error) == (rules.MOST_ATTEMPTS, "it answered 400")
    assert given_up.done_at is not None
    assert all(row.error is None for row in rows(admin) if row.id != poison)
    assert state(admin, webhook_id).disabled_at is None


def test_a_receiver_that_is_gone_for_good_is_asked_once(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    receiver.status = 410
    ping(webhook_id)
    deliver(admin, webhook_id, at_once=True)
    assert state(admin, webhook_id).disabled_at is not None
    assert state(admin, webhook_id).disabled_because.startswith("it answered 410, which says that nobody")
    assert len(receiver.received) == 1


def test_what_was_tried_and_waits_keeps_its_error_when_the_webhook_is_switched_off(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    for status in (500, 410):
        receiver.status = status
        ping(webhook_id)
        end_pause(admin, webhook_id)
        deliver(admin, webhook_id)
    assert [row.error for row in rows(admin)] == ["it answered 500", "it answered 410"]
    assert all(row.done_at for row in rows(admin))


def test_a_private_address_is_never_connected_to_however_it_came_into_the_table(admin, receiver, monkeypatch):
    monkeypatch.setattr(webhooks, "_allow_private", lambda: False)
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost")):
        webhook_id, _ = register(url, "turn.created")
        ping(webhook_id)
        deliver(admin, webhook_id)
    assert receiver.received == []
    assert all("is not a public address" in row.error for row in rows(admin))


def test_a_delivery_under_way_is_made_again_when_its_process_dies(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    ping(webhook_id)
    with db.write(system_identity()) as session:
        taken = deliveries.take(session, webhook_id)
    deliver(admin, webhook_id)
    assert receiver.received == [], "nobody else makes it meanwhile"
    deliver(admin, webhook_id, at_once=True)
    assert [one.headers["webhook-id"] for one in receiver.received] == [str(taken.id)]


def test_the_sender_serves_several_addresses_while_one_hangs(admin, receiver):
    with receiving() as slow:
        slow.answer = lambda handler: time.sleep(3)
        hanging, _ = register(slow.url, "turn.created")
        quick, _ = register(receiver.url, "turn.created")
        ping(hanging)
        for _ in range(3):
            ping(quick)
        sender = Sender()
        sender.send_due()
        assert wait_until(lambda: len(receiver.received) == 3, 2)
        sender.send_due()
        assert len(slow.received) == 1
        assert wait_until(lambda: not sender._at, 10)


def settle(delivery, outcome):
    with db.write(system_identity()) as session:
        return deliveries.settle(session, delivery, outcome)


def test_one_that_is_switched_off_while_a_delivery_arrives_is_in_no_deadlock_with_it(admin, database, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    ping(webhook_id)
    with db.write(system_identity()) as session:
        taken = deliveries.take(session, webhook_id)
    with database.admin() as other, ThreadPoolExecutor(1) as pool:
        with other.transaction():
            other.execute("UPDATE webhooks SET disabled_at = now() WHERE id = %s", [webhook_id])
            arriving = pool.submit(settle, taken, Outcome(204))
            assert wait_until(lambda: admin.execute(IS_WAITING).fetchone()[0], 10)
            other.execute("UPDATE outbox SET done_at = now() WHERE kind = 'webhook'")
        arriving.result()
    assert rows(admin)[0].payload["status"] == 204


def test_a_deleted_webhook_takes_its_deliveries_with_it(admin, receiver):
    webhook_id, _ = register(receiver.url, "turn.created")
    ping(webhook_id)
    with db.write(system_identity()) as session:
        actions.remove(session, webhook_id, 1)
    deliver(admin, webhook_id)
    assert rows(admin) == receiver.received == []


def test_what_programs_do_to_a_turn_is_told_in_its_order(app, admin, receiver):
    manager, dfo = make_user(admin, "PROPERTY_MANAGER"), make_user(admin, "DFO_APPROVER")
    home = make_property(admin, manager)
    vendor = make_vendor(admin)
    webhook_id, _ = register(receiver.url, *sorted(NAMES))
    writes, decides = signed_in(app, manager), signed_in(app, dfo)
    turn = write(writes, "create", None, {"property_id": str(home.id), "vendor_id": str(vendor.id)})
    turn = write(writes, "update", turn, {"turn_amount": "1200.00"})
    turn = write(writes, "stage-change", turn, {"stage_id": SCOPE_APPROVAL})
    turn = write(decides, "approve", turn, {}, approvalLevel="DFO", rejectReason="Too dear")
    turn = write(writes, "submit", turn, {})
    turn = write(decides, "approve", turn, {}, approvalLevel="DFO")
    turn = write(writes, "stage-change", turn, {"stage_id": COMPLETE})
    turn = write(writes, "delete", turn, {})
    fan_out_all(admin)
    deliver(admin, webhook_id)
    assert receiver.types == [
        "turn.created", "turn.updated", "turn.stage_changed", "turn.submitted", "turn.rejected", "turn.submitted",
        "turn.approved", "turn.stage_changed", "turn.completed", "turn.archived",
    ]  # fmt: skip
    assert {one.json["data"]["id"] for one in receiver.received} == {turn["id"]}
    assert [one.json["data"]["version"] for one in receiver.received] == [1, 2, 3, 3, 4, 5, 6, 7, 7, 8]


def write(program, operation, turn, data, **metadata):
    body = {"operation": operation, "data": data, "writeId": str(uuid4())}
    if turn is not None:
        body |= {"id": turn["id"], "version": turn["version"]}
    answer = program.post("/api/write/turns", body | ({"metadata": metadata} if metadata else {}))
    assert answer.status_code == 200, answer.text
    return answer.json["turn"]
