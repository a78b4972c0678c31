"""/exports: asking for a file by the page or by a list's own button, how far it is, and fetching it."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from tests.conftest import csrf_token
from tests.factories import make_property, make_turn, make_user, make_vendor
from turns_web.core.clock import now

FORM = re.compile(r'<form id="export-rows".*?</form>', re.DOTALL)
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def home(database, monkeypatch):
    monkeypatch.setenv("TURNS_HOME", str(database.home))


@pytest.fixture
def admin(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture
def manager(admin):
    who = make_user(admin, "PROPERTY_MANAGER")
    make_turn(admin, make_property(admin, who, market="Folsom"))
    return who


@pytest.fixture
def their(person, manager):
    return person(manager.email)


def ask(client, page="/exports", **fields):
    """As the page's form does it."""
    given = {"type": "turns", "format": "csv", "query": "", "columns": "", "write_id": ""}
    return client.post("/exports", data={**given, "csrf_token": csrf_token(client.get(page).text), **fields})


def id_of(answer) -> str:
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("at=")[2]


def act(client, id, verb):
    return client.post(f"/exports/{id}/{verb}", data={"csrf_token": csrf_token(client.get("/exports").text)})


def statuses(text) -> dict[str, str]:
    return dict(re.findall(r'data-export="([^"]+)" data-status="(\w+)"', text))


def become(admin, id, **columns):
    """What the worker writes."""
    said = ", ".join(f"{name} = %({name})s" for name in columns)
    admin.execute(f"UPDATE exports SET {said} WHERE id = %(id)s", {**columns, "id": id})


def make_file(admin, database, id, content=b"turn_id\r\nT-1\r\n", **columns):
    place = database.home / "exports" / id
    place.mkdir(parents=True)
    (place / "1.csv").write_bytes(content)
    done = {"status": "done", "attempt": 1, "done": 1, "total": 1, "as_of": now(), "source": "replica"}
    named = {"file_name": "Turns 2026-03-12.csv", "size_bytes": len(content), "expires_at": now() + timedelta(days=7)}
    become(admin, id, **{**done, **named, **columns})


def test_who_asks_is_led_to_their_export(their):
    answer = ask(their, format="csv", query="market=Folsom&sort=-turn_amount&view=table&cursor=x&q=")
    page = their.get(answer.location).text
    assert statuses(page) == {id_of(answer): "queued"}
    assert "Turns, as filtered" in page and "Market Folsom" in page
    assert "1 queued. You may leave this page; we will tell you." in page
    assert 'data-behaviour="focus-me"' in page


def test_the_same_asked_for_twice_is_found_and_said(their):
    first = ask(their, query="market=Folsom&grade=LIGHT")
    again = ask(their, query="grade=LIGHT&market=Folsom&group=vendor_id")
    assert id_of(first) == id_of(again)
    assert "under way already" in their.get(again.location).text


def test_a_button_pressed_twice_asks_once(their, admin):
    first = id_of(ask(their, write_id="one"))
    act(their, first, "cancel")
    assert id_of(ask(their, write_id="one")) == first


@pytest.mark.parametrize(
    ("page", "type", "query"),
    [
        ("/board", "turns", {"is_active": "1"}),
        ("/board?market=Folsom&sort=-turn_amount", "turns",
         {"is_active": "1", "market": "Folsom", "sort": "-turn_amount"}),
        ("/board?view=table&is_active=any&overdue=0", "turns", {"is_active": "any", "overdue": "0"}),
        ("/properties?market=Folsom&q=%26+x&sort=city", "properties", {"market": "Folsom", "q": "& x", "sort": "city"}),
        ("/properties?market=Folsom&bedrooms=", "properties", {"market": "Folsom"}),
        ("/vendors?insurance=ok", "vendors", {"insurance": "ok"}),
        ("/audit?action=UPDATE", "audit", {"action": "UPDATE"}),
    ],
)  # fmt: skip
def test_a_list_exports_what_it_shows(their, admin, manager, page, type, query):
    make_property(admin, manager, market="Folsom", name="A & x")
    make_vendor(admin, is_approved=True)
    their.post("/account", data={"csrf_token": csrf_token(their.get("/account").text), "theme": "dark"})
    asked = their.get(page).text
    fields = {name: html.unescape(value) for name, value in FIELD.findall(FORM.search(asked)[0])}
    assert 'form="export-rows" name="format" value="csv"' in asked
    id = id_of(their.post("/exports", data={**fields, "format": "csv"}))
    (kept,) = admin.execute("SELECT query FROM exports WHERE id = %s", [id]).fetchone()
    told = {name: values[0] for name, values in parse_qs(kept).items()}
    columns = told.pop("columns", None)
    assert (fields["type"], told) == (type, query)
    assert bool(columns) == ("/board" not in page or "view=table" in page)
    assert statuses(their.get("/exports").text)[id] == "queued"


def test_a_list_leads_to_the_form_with_what_it_shows(their):
    link = re.search(r'href="(/exports\?[^"]+)"', their.get("/properties?market=Folsom").text)[1]
    page = their.get(html.unescape(link)).text
    assert '<option value="properties" selected' in page
    assert "Market <b>Folsom</b>" in page
    assert re.search(r'<option value="street_address,[^"]*" selected>', page)


def test_the_columns_of_my_table_are_those_of_my_table(their, admin):
    id = id_of(ask(their, type="vendors", columns="seen"))
    (query,) = admin.execute("SELECT query FROM exports WHERE id = %s", [id]).fetchone()
    assert query.startswith("columns=company_name%2C")
    assert "CSV, 13 columns" in their.get("/exports").text


def test_columns_of_another_list_are_left_out(their, admin):
    id = id_of(ask(their, type="vendors", query="market=Folsom&insurance=ok", columns="turn_id,city"))
    (query,) = admin.execute("SELECT query FROM exports WHERE id = %s", [id]).fetchone()
    assert query == "insurance=ok&columns=city"


@pytest.mark.parametrize(
    ("fields", "field"), [({"type": "houses"}, "type"), ({"format": "tape"}, "format"), ({"type": ""}, "type")]
)
def test_what_there_is_not_comes_back_with_the_form(their, fields, field):
    answer = ask(their, **{"query": "market=Folsom", **fields})
    assert answer.status_code == 422
    assert f'data-error-for="{field}"' in answer.text
    assert 'name="query" value="market=Folsom"' in answer.text


@pytest.mark.parametrize("query", ["stage_id=x", "sort=nothing"])
def test_a_filter_that_is_none_is_a_page_that_cannot_be_read(their, query):
    assert ask(their, query=query).status_code == 400
    assert their.get("/exports", query_string={"type": "turns", "query": query}).status_code == 400


def test_a_running_one_tells_how_far_it_is(their, admin):
    id = id_of(ask(their, query="market=Folsom&stuck=1"))
    become(admin, id, status="running", done=148_200, total=250_000, started_at=now() - timedelta(seconds=58))
    page = their.get("/exports").text
    assert "<title>(59 %) Exports · Turns</title>" in page
    assert 'max="250000" value="148200"' in page
    assert "148,200 of 250,000 rows, about 40 s left" in page
    partial = their.get("/exports", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert 'data-title="(59 %) Exports"' in partial and "data-under-way" in partial
    assert "<h1" not in partial


def test_one_is_cancelled_and_made_again(their, admin):
    id = id_of(ask(their, query="market=Reno"))
    assert id_of(act(their, id, "cancel")) == id
    assert statuses(their.get("/exports").text)[id] == "cancelled"
    other = id_of(act(their, id, "again"))
    assert other != id
    assert admin.execute("SELECT query FROM exports WHERE id = %s", [other]).fetchone() == ("market=Reno",)


def test_why_one_failed_is_told(their, admin):
    id = id_of(ask(their, query="city=Reno"))
    become(admin, id, status="failed", error="The disk was full at row <b>212</b>.", finished_at=now())
    page = their.get("/exports").text
    assert "at row &lt;b&gt;212&lt;/b&gt;." in page and "Try again" in page


def test_the_file_is_for_who_asked_and_for_administrators(their, admin, person, database):
    id = id_of(ask(their, query="grade=HEAVY"))
    address = f"/exports/{id}/file"
    assert their.get(address).location == f"/exports?at={id}"
    make_file(admin, database, id)
    answer = their.get(address)
    assert (answer.status_code, answer.data) == (200, b"turn_id\r\nT-1\r\n")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Turns 2026-03-12.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert person("ADMIN").get(address).status_code == 200
    other = person(make_user(admin, "SR_PROPERTY_MANAGER").email)
    assert other.get(address).status_code == 404
    assert other.get("/exports").text.count("data-export=") == 0
    assert act(other, id, "cancel").status_code == act(other, id, "again").status_code == 404
    assert their.get(address, headers={"Range": "bytes=0-3"}).data == b"turn"


@pytest.mark.parametrize("status", ["cancelled", "failed", "expired"])
def test_where_there_is_no_file_the_page_says_why(their, admin, status):
    id = id_of(ask(their, query=f"wo_number={status}"))
    become(admin, id, status=status, error="There was no room.")
    answer = their.get(f"/exports/{id}/file")
    assert (answer.status_code, answer.location) == (303, f"/exports?at={id}")
    assert statuses(their.get(answer.location).text)[id] == status


def test_a_file_that_was_cleared_away_is_not_there(their, admin, database):
    id = id_of(ask(their, query="wo_number=gone"))
    make_file(admin, database, id)
    (database.home / "exports" / id / "1.csv").unlink()
    assert their.get(f"/exports/{id}/file").status_code == 404


def test_administrators_see_whose_each_is_and_may_look_at_their_own(their, manager, person):
    id = id_of(ask(their, query="zip_code=95630"))
    boss = person("ADMIN")
    page = boss.get("/exports").text
    assert id in statuses(page)
    assert html.escape(f"{manager.first_name} {manager.last_name}") in page
    assert id not in statuses(boss.get("/exports?of=own").text)
    assert "(59 %)" not in page


def test_who_has_none_yet_is_offered_some(person, admin):
    page = person(make_user(admin, "INSPECTOR").email).get("/exports").text
    assert "No exports yet" in page and "All properties, CSV" in page


def test_vendors_have_no_exports(person):
    assert person("VENDOR").get("/exports").location == "/portal"
