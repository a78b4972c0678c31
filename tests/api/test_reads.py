"""What programs read: the rows of the pages, under the pages' filters, whole and in windows."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from tests.factories import STAGES, TODAY, approved, make_property, make_turn, make_user, make_vendor
from turns_web.api.collections import COLLECTIONS
from turns_web.core.versioned import readable
from turns_web.web.paging import pack

TABLES = [collection.name for collection in COLLECTIONS]


@pytest.fixture(scope="module")
def portfolio(database):
    """Two managers' homes and turns, one of each kind that filters and orders tell apart."""
    with database.admin() as db:
        manager = make_user(db, "PROPERTY_MANAGER", email="manager@reads.example", first_name="Ana", last_name="Ruiz")
        other = make_user(db, "PROPERTY_MANAGER", email="other@reads.example", first_name="Zoe", last_name="Abt")
        make_user(db, "ADMIN", email="admin@reads.example")
        vendor = make_vendor(db, company_name="Alder Paint", trades=["Paint", "Drywall"])
        make_vendor(db, company_name="Birch Floors", insurance_expiry=None)
        make_user(db, "VENDOR", email="vendor@reads.example", vendor_id=vendor.id)
        homes = {
            name: make_property(db, manager, name=name, street_address=f"{name} Street", city=city, market="Folsom")
            for name, city in (("Ash", "Folsom"), ("Birch", None), ("Cedar", "Auburn"), ("Dogwood", "Folsom"))
        }
        away = make_property(db, manager, name="Away", is_archived=True)
        noise = make_property(db, other, name="Noise", city="Folsom", market="Reno")
        late = TODAY - timedelta(days=2)
        turns = {
            "late": make_turn(db, homes["Ash"], "In Progress", vendor_id=vendor.id, expected_completion_date=late,
                              **approved("900.00")),
            "held": make_turn(db, homes["Birch"], hold_reason="Squatters", turn_amount="1234.50"),
            "fresh": make_turn(db, homes["Cedar"], move_out_date=None),
            "past": make_turn(db, homes["Dogwood"], "Complete", is_active=False, turn_completion_date=TODAY),
            "away": make_turn(db, homes["Dogwood"], is_archived=True),
            "noise": make_turn(db, noise, turn_amount="50.00"),
        }  # fmt: skip
        db.execute("INSERT INTO utility_providers (name, kind) VALUES ('SMUD', 'POWER'), ('100% Water', 'WATER')")
        return SimpleNamespace(
            manager=manager, other=other, vendor=vendor, homes=homes, away=away, noise=noise, turns=turns
        )


@pytest.fixture
def admin(person, portfolio):
    return person("admin@reads.example")


@pytest.fixture
def manager(person, portfolio):
    return person("manager@reads.example")


def read(client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def ids(rows) -> set[str]:
    return {row["id"] for row in rows}


@pytest.mark.parametrize("collection", COLLECTIONS, ids=TABLES)
def test_keys_are_the_columns_that_may_be_read(admin, collection):
    rows = read(admin, f"/api/{collection.name}")
    assert rows
    assert all(set(row) == {column.name for column in readable(collection.table)} for row in rows)
    assert read(admin, f"/api/{collection.name}/{rows[0]['id'].upper()}") == rows[0]


def test_money_and_dates_are_told_as_strings(manager, portfolio):
    row = read(manager, f"/api/turns/{portfolio.turns['held'].id}")
    assert (row["turn_amount"], row["approved_turn_amount"]) == ("1234.50", None)
    assert row["move_out_date"] == (TODAY - timedelta(days=3)).isoformat()
    assert row["created_at"].endswith("+00:00")
    assert row["version"] == 1 and row["is_open"] is True


def test_one_reads_what_one_may_see(manager, portfolio):
    assert ids(read(manager, "/api/properties")) == {str(home.id) for home in portfolio.homes.values()}
    mine = {str(portfolio.turns[name].id) for name in ("late", "held", "fresh")}
    assert ids(read(manager, "/api/turns")) == mine


def test_past_and_archived_rows_come_when_they_are_asked_for(manager, portfolio):
    turns = portfolio.turns
    everything = {str(turns[name].id) for name in ("late", "held", "fresh", "past")}
    assert ids(read(manager, "/api/turns?is_active=any")) == everything
    assert ids(read(manager, "/api/turns?is_active=false")) == {str(turns["past"].id)}
    assert ids(read(manager, "/api/turns?is_archived=true")) == {str(turns["away"].id)}
    assert ids(read(manager, "/api/properties?is_archived=true")) == {str(portfolio.away.id)}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (f"stage_id={STAGES['In Progress']}", {"late"}),
        (f"stage_id={STAGES['In Progress']}&stage_id={STAGES['Draft']}", {"late", "held", "fresh"}),
        ("overdue=1", {"late"}),
        ("on_hold=true", {"held"}),
        ("scope_approval_status=DFO_APPROVED", {"late"}),
        ("q=birch", {"held"}),
        ("q=", {"late", "held", "fresh"}),
        ("city=Auburn", {"fresh"}),
        ("city=Auburn&sort=-vendor_id", {"fresh"}),
        ("market=Reno", set()),
    ],
)
def test_turns_are_found_by_the_boards_filters(manager, portfolio, query, names):
    found = ids(read(manager, f"/api/turns?{query}"))
    assert found == {str(portfolio.turns[name].id) for name in names}


@pytest.mark.parametrize(
    ("query", "names"),
    [("city=Folsom", {"Ash", "Dogwood"}), ("q=cedar", {"Cedar"}), ("status=turn", {"Ash", "Birch", "Cedar"})],
)
def test_properties_are_found_by_their_pages_filters(manager, query, names):
    assert {row["name"] for row in read(manager, f"/api/properties?{query}")} == names


def test_vendors_and_providers_are_found_by_what_they_do(admin):
    assert [row["company_name"] for row in read(admin, "/api/vendors?trades=Paint&insurance=ok")] == ["Alder Paint"]
    assert [row["name"] for row in read(admin, "/api/utility_providers?q=0%25")] == ["100% Water"]
    assert [row["name"] for row in read(admin, "/api/utility_providers?kind=POWER")] == ["SMUD"]


@pytest.mark.parametrize("collection", COLLECTIONS, ids=TABLES)
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_order_is_read_to_its_end_without_a_gap(admin, collection, sign):
    every = "?is_active=any" if collection.name == "turns" else "?"
    for sort in collection.sorts:
        whole = [row["id"] for row in read(admin, f"/api/{collection.name}{every}&sort={sign}{sort}")]
        seen, cursor = [], ""
        while cursor is not None:
            answer = admin.get(f"/api/{collection.name}{every}&sort={sign}{sort}&limit=1{cursor}").json
            seen += [row["id"] for row in answer["data"]]
            cursor = answer["next"] and f"&cursor={answer['next']}"
        assert seen == whole and len(set(seen)) == len(seen) > 1, sort


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("colour=blue", "colour"),
        ("view=table", "view"),
        ("stage_id=x", "stage_id"),
        ("stage_id=", "stage_id"),
        ("overdue=perhaps", "overdue"),
        ("move_out_date_from=2026-02-30", "move_out_date_from"),
        ("sort=primary_lock_box_code", "sort"),
        ("sort=city&sort=market", "sort"),
        ("limit=201", "limit"),
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=5&limit=6", "limit"),
        ("q=a%07b", "q"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(manager, query, name):
    answer = manager.get(f"/api/turns?{query}")
    assert (answer.status_code, answer.json["error"]["type"]) == (422, "VALIDATION")
    assert list(answer.json["error"]["fields"]) == [name] and answer.json["error"]["fields"][name][0]


def test_a_choice_is_refused_with_what_may_stand_in_the_address(manager):
    said = manager.get("/api/turns?grade=medium").json["error"]["fields"]
    assert said == {"grade": ["Choose one of: LIGHT, STANDARD, HEAVY, RENOVATION."]}


def test_a_cursor_that_is_none_is_a_bad_request(manager):
    turns = manager.get("/api/turns?sort=priority&limit=1").json["next"]
    for query in ("cursor=", "cursor=x", "cursor=WzEsMl0", f"cursor={turns}", f"cursor={turns}&sort=-priority"):
        answer = manager.get(f"/api/turns?{query}")
        assert (answer.status_code, answer.json["error"]["type"]) == (400, "BAD_REQUEST"), query


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("value", ["x", "", 1, [], "power"])
def test_a_cursor_at_a_word_that_the_column_does_not_have_is_none(admin, sign, value):
    cursor = pack([f"{sign}kind", value, "00000000-0000-0000-0000-000000000000"])
    answer = admin.get(f"/api/utility_providers?sort={sign}kind&cursor={cursor}")
    assert (answer.status_code, answer.json["error"]["type"]) == (400, "BAD_REQUEST")


def test_a_window_holds_200_at_most_and_50_unless_told(admin, database, portfolio):
    with database.admin() as db:
        db.execute(
            "INSERT INTO vendors (company_name) SELECT 'Many ' || to_char(n, 'FM000') FROM generate_series(1, 210) n"
        )
    assert len(read(admin, "/api/vendors")) == 50
    assert len(read(admin, "/api/vendors?limit=200")) == 200


@pytest.mark.parametrize("table", TABLES)
def test_a_company_has_no_row_here(person, portfolio, table):
    vendor = person("vendor@reads.example")
    nowhere = vendor.get(f"/api/{table}/{uuid4()}")
    assert (vendor.get(f"/api/{table}").status_code, nowhere.status_code) == (404, 404)
    assert vendor.get(f"/api/{table}").data == nowhere.data == vendor.get("/api/nowhere").data


def test_nobody_reads_without_signing_in(client, portfolio):
    for path in ("/api/turns", f"/api/turns/{portfolio.turns['late'].id}"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["error"]["type"]) == (401, "AUTH")


def test_a_list_is_read_in_one_statement(manager):
    """Beside those that say who asks, once for the session and once for the reading, and what day it is."""
    manager.get("/api/turns")
    assert [manager.get(f"/api/turns?limit={limit}").headers["Server-Timing"][-3:] for limit in (1, 3)] == ['"3"'] * 2
