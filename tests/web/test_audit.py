"""/audit: who did what, in words, for administrators and for oneself; and a record as it was."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest

from tests.factories import make_property, make_turn, make_user, make_vendor
from turns_web.audit.proof.sealing import seal
from turns_web.audit.queries import NAMING
from turns_web.subjects import SUBJECTS

INSERT = """INSERT INTO audit_logs (table_name, record_id, action, user_id, user_email, user_name, user_role, metadata,
    changed_fields, old_values, new_values, created_at) VALUES (%s, %s, %s, %s, 'a@example.test', 'Old Hand', 'ADMIN',
    %s, '{status}', '{"status": "a"}', %s, %s)"""


@pytest.fixture(scope="module")
def all(database):
    """A turn that its manager changed twice, and somebody else's."""
    with database.admin() as connection:
        manager, admin = make_user(connection, "PROPERTY_MANAGER"), make_user(connection, "ADMIN")
        home = make_property(connection, manager, street_address="77 Quiet Lane")
        turn = make_turn(connection, home, wo_number="W-1", priority=3)
        noise = make_turn(connection)
        with connection.transaction():
            for name, value in (
                ("current_user_id", str(manager.id)),
                ("ip", "203.0.113.7"),
                ("user_agent", "Firefox/1"),
            ):
                connection.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", value])
            connection.execute("UPDATE turns SET wo_number = 'W-2' WHERE id = %s", [turn.id])
            connection.execute("UPDATE turns SET wo_number = 'W-3', trash_out_needed = true WHERE id = %s", [turn.id])
        return SimpleNamespace(manager=manager, admin=admin, home=home, turn=turn, noise=noise)


def get(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return re.sub(r"\s+", " ", answer.text)


def acts(page):
    return re.findall(r'data-audit="([^"]+)"', page)


def through(client, address):
    """The acts of all windows, in order."""
    found = []
    while address:
        page = get(client, address)
        found += acts(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following and following[1].replace("&amp;", "&")
    return found


def test_a_change_is_told_in_words_with_its_record_and_from_where(person, all):
    page = get(person(all.admin.email), f"/audit?record_id={all.turn.id}")
    name = f"{all.manager.first_name} {all.manager.last_name}"
    assert re.search(rf">{name}</a> <span[^>]*>Manager</span> changed Work order: W-1 → W-2", page)
    assert "changed 2 things" in page and "Work order: W-2 → W-3" in page and "Trash-out needed: no → yes" in page
    assert f'<a href="/turns/{all.turn.id}" data-open>{all.turn.turn_id}</a>' in page
    assert f'href="/audit/turns/{all.turn.id}/3"' in page
    assert "203.0.113.7" in page and "Firefox" in page


def test_each_filter_narrows_and_together_they_narrow_more(person, all):
    admin = person(all.admin.email)
    of_turn = acts(get(admin, f"/audit?record_id={all.turn.id}"))
    assert len(of_turn) == 3
    by_manager = acts(get(admin, f"/audit?user_id={all.manager.id}&record_id={all.turn.id}"))
    assert by_manager == of_turn[:2]
    assert acts(get(admin, f"/audit?record_id={all.turn.id}&action=CREATE")) == of_turn[2:]
    assert acts(get(admin, f"/audit?record_id={all.turn.id}&table_name=vendors")) == []
    assert acts(get(admin, f"/audit?record_id={all.turn.id}&created_to=2020-01-01")) == []
    assert acts(get(admin, f"/audit?record_id={all.turn.id}&created_from=2020-01-01")) == of_turn
    assert acts(get(admin, f"/audit?record_id={all.turn.id}&q=w-3")) == of_turn[:1]
    assert acts(get(admin, f"/audit?q={all.turn.turn_id.lower()}")) == of_turn
    assert set(of_turn) <= set(acts(get(admin, "/audit?q=quiet+lane")))
    assert "No act matches" in get(admin, "/audit?q=nobody-ever-wrote-this")


@pytest.mark.parametrize(
    "asked", ["user_id=x", "record_id=7", "table_name=x", "action=x", "created_from=x", "before=x", "cursor=x"]
)
def test_a_value_that_is_none_is_a_bad_request(person, all, asked):
    get(person(all.admin.email), f"/audit?{asked}", 400)


def test_windows_lead_through_years_and_show_each_act_once(person, all, database):
    now, record = datetime.now(UTC), uuid4()
    # Years apart, in months with a partition and without, and many at the very same moment.
    moments = [now - timedelta(days=days) for days in (0, 1, 40, 100, 400, 1200)] + [now - timedelta(days=41)] * 70
    with database.admin() as connection:
        for moment in moments:
            connection.execute("SELECT ensure_audit_partition(%s)", [moment.date().replace(day=1)])
            connection.execute(INSERT, ["turns", record, "UPDATE", all.admin.id, None, '{"status": "b"}', moment])
        wanted = connection.execute(
            "SELECT id::text FROM audit_logs WHERE record_id = %s ORDER BY created_at DESC, id DESC", [record]
        ).fetchall()
    admin = person(all.admin.email)
    ids = [id for (id,) in wanted]
    assert through(admin, f"/audit?record_id={record}") == ids
    assert through(admin, f"/audit?q=status&record_id={record}") == ids
    before = quote((now - timedelta(days=300)).isoformat())
    assert through(admin, f"/audit?record_id={record}&before={before}") == ids[-2:]
    assert [id for id in through(admin, "/audit") if id in ids] == ids


def test_whoever_is_no_administrator_sees_their_own_acts_only(person, all):
    manager = person(all.manager.email)
    mine = acts(get(manager, "/audit"))
    assert len(mine) == 2
    assert acts(get(manager, f"/audit?user_id={all.admin.id}")) == []
    assert acts(get(manager, f"/audit?record_id={all.noise.id}")) == []
    assert "203.0.113.7" in get(manager, "/audit")


def test_a_vendor_is_led_away(person, all, database):
    with database.admin() as connection:
        vendor = make_user(connection, "VENDOR", vendor_id=make_vendor(connection).id)
    assert person(vendor.email).get("/audit").location == "/portal"


def test_secrets_that_were_looked_at_and_files_that_were_taken_are_told(person, all, database):
    with database.admin() as connection:
        connection.execute(
            "SELECT audit_view('turns', %s, 'primary_lock_box_code', NULL, %s, NULL)", [all.noise.id] * 2
        )
        taken = '{"type": "vendors", "format": "csv", "rows": 1234}'
        now = datetime.now(UTC)
        connection.execute(INSERT, ["exports", uuid4(), "EXPORT", all.admin.id, taken, None, now])
    admin = person(all.admin.email)
    assert "looked at the lock-box code" in get(admin, "/audit?action=VIEW")
    assert "took a file of 1,234 vendors, as csv" in get(admin, "/audit?action=EXPORT")


def test_a_record_is_shown_as_it_was_with_what_that_version_changed(person, all):
    page = get(person(all.manager.email), f"/audit/turns/{all.turn.id}/3")
    assert "<dt>Work order</dt><dd><del>W-2</del> <ins>W-3</ins>" in page
    assert "<dt>Priority</dt><dd>3</dd>" in page
    first = get(person(all.manager.email), f"/audit/turns/{all.turn.id}/1")
    assert "<dt>Work order</dt><dd>W-1</dd>" in first
    assert f'href="/audit/turns/{all.turn.id}/2"' in first


@pytest.mark.parametrize(
    "address", ["turns/{seen}/0", "turns/{seen}/9", "turns/{unseen}/1", "x/{seen}/1", "turns/{no}/1"]
)
def test_what_never_was_or_is_not_seen_is_not_there(person, all, address):
    where = address.format(seen=all.turn.id, unseen=all.noise.id, no=uuid4())
    get(person(all.manager.email), f"/audit/{where}", 404)


def test_from_where_somebody_else_did_it_is_for_administrators(person, all, database):
    with database.admin() as connection:
        reader = make_user(connection, "DFO_APPROVER")
    assert "203.0.113.7" not in get(person(reader.email), f"/audit/turns/{all.turn.id}/3")
    assert "203.0.113.7" in get(person(all.admin.email), f"/audit/turns/{all.turn.id}/3")


def test_a_version_that_the_audit_does_not_reach_is_said_to_be_none(person, all, database):
    with database.admin() as connection, connection.transaction():
        connection.execute("SET LOCAL ROLE turns_owner")
        connection.execute("SET LOCAL app.loading = 'on'")
        connection.execute("UPDATE turns SET version = 5 WHERE id = %s", [all.noise.id])
    page = get(person(all.admin.email), f"/audit/turns/{all.noise.id}/3")
    assert "does not reach back" in page


def test_whatever_is_audited_is_described(app, database):
    with database.admin() as connection:
        audited = connection.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_insert'")
        assert {table for (table,) in audited} <= SUBJECTS.keys()
    assert {subject.named for subject in SUBJECTS.values() if subject.named} <= set(NAMING)


def test_seals_are_seen_by_administrators_alone(all, database):
    for person, sees in ((all.admin, True), (all.manager, False)):
        with psycopg.connect(database.app_url) as connection:
            connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(person.id)])
            seal(database.home)
            assert bool(connection.execute("SELECT number FROM audit_seals").fetchall()) == sees


def test_the_page_costs_the_same_however_much_it_shows(person, all):
    admin = person(all.admin.email)
    costs = {
        re.search(r'sql;desc="(\d+)"', admin.get(address).headers["Server-Timing"])[1]
        for address in ("/audit", f"/audit?user_id={all.manager.id}", f"/audit?record_id={all.turn.id}")
    }
    assert max(map(int, costs)) <= 12
