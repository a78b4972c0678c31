"""Vendors: the list under its filters, the page, approval, insurance, the tax id, and who may keep them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.conftest import csrf_token
from tests.factories import TODAY, make_property, make_turn, make_user, make_vendor
from turns_web.vendors import rules

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(scope="module")
def db(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def people(db):
    return {
        "manager": make_user(db, "PROPERTY_MANAGER"),
        "other": make_user(db, "PROPERTY_MANAGER"),
        "senior": make_user(db, "SR_PROPERTY_MANAGER"),
        "admin": make_user(db, "ADMIN"),
    }


@pytest.fixture(scope="module")
def companies(db, people):
    """On the manager's turns: delta (twice, once for its floors). Of another manager's: the unapproved one."""
    made = {
        "alder": make_vendor(db, company_name="Alder Paint", trades=["Paint", "Drywall"], service_area=["Folsom"]),
        "birch": make_vendor(db, company_name="Birch Floors", insurance_expiry=TODAY, trades=["Flooring"]),
        "cedar": make_vendor(db, company_name="Cedar Clean", insurance_expiry=TODAY - timedelta(days=1)),
        "delta": make_vendor(db, company_name="Delta Turns", insurance_expiry=None, is_active=False),
        "elm": make_vendor(db, company_name="Elm Works", is_approved=False),
    }
    mine = [make_property(db, people["manager"]) for _ in range(2)]
    make_turn(db, mine[0], vendor_id=made["delta"].id)
    make_turn(db, mine[1], vendor_id=made["delta"].id, flooring_vendor_id=made["delta"].id)
    # The noise: another manager's turns with the same companies.
    make_turn(db, make_property(db, people["other"]), vendor_id=made["elm"].id, flooring_vendor_id=made["delta"].id)
    return made


@pytest.fixture
def as_(app, sign_in, people, companies):
    return lambda who: sign_in(app.test_client(), people[who].email if who in people else who)


def send(client, address, data, **headers):
    token = csrf_token(client.get("/account").text)
    return client.post(address, data={"csrf_token": token, **data}, headers=headers)


def names(companies, answer) -> list[str]:
    called = {str(row.id): name for name, row in companies.items()}
    return [called[id] for id in re.findall(r'<tr[^>]* data-vendor="([0-9a-f-]{36})"', answer.text) if id in called]


def version(db, id) -> int:
    return db.execute("SELECT version FROM vendors WHERE id = %s", [id]).fetchone()[0]


def faults(answer) -> dict[str, str]:
    return dict(re.findall(r'data-error-for="([^"]*)"[^>]*>([^<]*)<', answer.text))


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        (None, "none", "Not insured"),
        (-1, "expired", "Expired"),
        (0, "soon", "Ends today"),
        (21, "soon", "21 d left"),
        (60, "soon", "60 d left"),
        (61, "ok", "Insured"),
    ],
)
def test_insurance_is_good_on_its_last_day(days, state, words):
    expiry = None if days is None else TODAY + timedelta(days=days)
    assert rules.insurance(expiry, TODAY) == state
    assert rules.insurance_words(expiry, TODAY) == words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["alder", "birch", "cedar", "delta", "elm"]),
        ("q=paint", ["alder"]),
        ("trades=Paint", ["alder"]),
        ("trades=Paint&trades=Flooring", ["alder", "birch"]),
        ("service_area=Folsom", ["alder"]),
        ("is_approved=0", ["elm"]),
        ("is_active=0", ["delta"]),
        ("insurance=soon", ["birch"]),
        ("insurance=expired", ["cedar"]),
        ("insurance=none", ["delta"]),
        ("insurance=ok", ["alder", "elm"]),
        ("sort=-company_name", ["elm", "delta", "cedar", "birch", "alder"]),
        ("sort=insurance_expiry", ["cedar", "birch", "alder", "elm", "delta"]),
        ("is_archived=1", []),
    ],
)
def test_the_address_tells_what_is_shown(as_, companies, query, found):
    answer = as_("admin").get(f"/vendors?{query}")
    assert sorted(names(companies, answer)) == sorted(found)
    if "company" in query:
        assert names(companies, answer) == found
    assert re.search(r'id="vendor-list"[^>]*data-count="(\d+)"', answer.text)[1] == str(len(found))


@pytest.mark.parametrize("query", ["insurance=x", "is_approved=x", "sort=tax_id", "cursor=x"])
def test_a_value_that_is_none_is_refused(as_, query):
    assert as_("admin").get(f"/vendors?{query}").status_code == 400


def test_a_manager_sees_approved_vendors_and_those_on_their_turns(as_, companies):
    manager = as_("manager")
    answer = manager.get("/vendors")
    assert names(companies, answer) == ["alder", "birch", "cedar", "delta"]
    # Two of the manager's turns, one of them by its floors too; the other manager's is not counted.
    row = answer.text[answer.text.index("Delta Turns") :]
    assert re.search(r"<td data-figure-cell>(\d+)</td>", row)[1] == "2"
    assert manager.get(f"/vendors/{companies['elm'].id}").status_code == 404
    assert names(companies, as_("senior").get("/vendors"))[-1] == "elm"


def test_windows_reach_every_vendor_once(as_, db):
    for n in range(60):
        make_vendor(db, company_name="Same Name", trades=["Windows"], insurance_expiry=None if n % 2 else TODAY)
    admin = as_("admin")
    for sort in ("company_name", "-insurance_expiry"):
        seen, address = [], f"/vendors?trades=Windows&sort={sort}"
        while address:
            answer = admin.get(address)
            seen += re.findall(r'<tr[^>]* data-vendor="([^"]+)"', answer.text)
            following = re.search(r'rel="next" href="([^"]*)"', answer.text)
            address = following and following[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == 60
    db.execute("UPDATE vendors SET is_archived = true WHERE company_name = 'Same Name'")


def test_the_list_is_a_fixed_number_of_statements(as_):
    told = as_("admin").get("/vendors").headers["Server-Timing"]
    assert int(re.search(r'sql;desc="(\d+)"', told)[1]) <= 7


def test_the_page_shows_insurance_and_open_jobs(as_, companies):
    answer = as_("manager").get(f"/vendors/{companies['delta'].id}")
    assert f'data-vendor="{companies["delta"].id}" data-version="1"' in answer.text
    assert "Not insured" in answer.text and "Not active" in answer.text
    assert len(re.findall(r'<th scope="row"><a href="/turns/', answer.text)) == 2
    assert "/edit" not in answer.text and "Show the tax id" not in answer.text


def test_a_senior_manager_is_shown_no_form_of_a_vendor_that_somebody_else_added(as_, companies):
    for piece in ("edit", "deactivate"):
        assert as_("senior").get(f"/vendors/{companies['delta'].id}/{piece}").status_code == 403
        assert as_("admin").get(f"/vendors/{companies['delta'].id}/{piece}").status_code == 200


def test_a_senior_manager_adds_a_vendor_and_an_administrator_approves_it(as_, db):
    senior, admin = as_("senior"), as_("admin")
    typed = {"company_name": "Fir Roofs", "trades": "Roof, Gutters, Roof", "insurance_expiry": "2099-01-31"}
    answer = send(senior, "/vendors/new", {**typed, "write_id": "v-1"})
    assert answer.status_code == 303
    assert send(senior, "/vendors/new", {**typed, "write_id": "v-1"}).location == answer.location
    id = answer.location.rsplit("/", 1)[1]
    row = db.execute("SELECT trades, is_approved, is_active FROM vendors WHERE id = %s", [id]).fetchone()
    assert row == (["Roof", "Gutters"], False, True)
    assert send(senior, f"/vendors/{id}/approve", {"version": "1"}).status_code == 403
    assert send(admin, f"/vendors/{id}/approve", {"version": "1"}).status_code == 303
    assert "Approved" in as_("manager").get(f"/vendors/{id}").text
    assert send(admin, f"/vendors/{id}/unapprove", {"version": "2"}).status_code == 303
    assert version(db, id) == 3
    # Their own may be mended by the senior manager, another's may not.
    assert send(senior, f"/vendors/{id}/edit", {"version": "3", "city": "Galt"}).status_code == 303
    foreign = make_vendor(db)
    assert send(senior, f"/vendors/{foreign.id}/edit", {"version": "1", "city": "Galt"}).status_code == 403
    assert send(as_("manager"), f"/vendors/{foreign.id}/edit", {"version": "1", "city": "Galt"}).status_code == 403


def test_what_is_refused_comes_back_as_typed(as_):
    answer = send(as_("admin"), "/vendors/new", {"email": "nobody", "website": "x", "insurance_expiry": "soon"})
    assert answer.status_code == 422
    assert set(faults(answer)) == {"company_name", "email", "website", "insurance_expiry"}
    assert 'value="nobody"' in answer.text


def test_the_tax_id_is_masked_and_showing_it_is_in_the_history(as_, db):
    admin = as_("admin")
    vendor = make_vendor(db, tax_id="94-1234567")
    page = admin.get(f"/vendors/{vendor.id}")
    assert "94-1234567" not in page.text and "94-1234567" not in admin.get(f"/vendors/{vendor.id}/edit").text
    assert "94-1234567" in send(admin, f"/vendors/{vendor.id}/tax-id", {}, **PARTIAL).text
    assert "looked at the tax id" in admin.get(f"/vendors/{vendor.id}").text
    assert send(as_("manager"), f"/vendors/{vendor.id}/tax-id", {}).status_code == 403
    # Left empty it stays as it is; a senior manager does not enter it.
    form = {"company_name": vendor.company_name, "insurance_expiry": "2099-12-31", "version": "1"}
    send(admin, f"/vendors/{vendor.id}/edit", {**form, "tax_id": ""})
    assert version(db, vendor.id) == 1
    send(admin, f"/vendors/{vendor.id}/edit", {**form, "tax_id": "94-7654321"})
    assert db.execute("SELECT tax_id, version FROM vendors WHERE id = %s", [vendor.id]).fetchone() == ("94-7654321", 2)
    history = admin.get(f"/vendors/{vendor.id}").text
    assert "changed Tax id" in history and "94-7654321" not in history
    refused = send(as_("senior"), "/vendors/new", {"company_name": "Gum", "tax_id": "1"})
    assert faults(refused) == {"__all__": "An administrator enters the tax id."}


def test_two_people_on_one_field_get_the_page_of_two_versions(as_, db):
    admin, again = as_("admin"), as_("admin")
    vendor = make_vendor(db)
    form = {"company_name": vendor.company_name, "version": "1"}
    assert send(admin, f"/vendors/{vendor.id}/edit", {**form, "phone": "916 555 0100"}).status_code == 303
    assert send(again, f"/vendors/{vendor.id}/edit", {**form, "city": "Galt"}).status_code == 303
    refused = send(again, f"/vendors/{vendor.id}/edit", {**form, "phone": "916 555 0199"})
    assert refused.status_code == 409
    assert 'data-conflict="phone"' in refused.text and "916 555 0100" in refused.text
    # Lists are held against each other as a whole.
    assert send(admin, f"/vendors/{vendor.id}/edit", {**form, "version": "3", "trades": "Paint"}).status_code == 303
    refused = send(again, f"/vendors/{vendor.id}/edit", {**form, "version": "3", "trades": "Roof"})
    assert refused.status_code == 409 and 'data-conflict="trades"' in refused.text and ">Paint<" in refused.text


def test_a_piece_is_edited_in_place(as_, db):
    admin, vendor = as_("admin"), make_vendor(db)
    form = admin.get(f"/vendors/{vendor.id}/edit?part=work", headers=PARTIAL)
    assert 'name="trades"' in form.text and 'name="company_name"' not in form.text
    data = {"version": "1", "part": "work", "trades": "Paint"}
    answer = send(admin, f"/vendors/{vendor.id}/edit", data, **PARTIAL)
    assert answer.status_code == 200 and 'data-version="2"' in answer.text


def test_deactivating_names_the_open_jobs_first(as_, db, people):
    admin, vendor = as_("admin"), make_vendor(db, company_name="Holly Homes")
    turn = make_turn(db, make_property(db, people["manager"]), vendor_id=vendor.id)
    page = admin.get(f"/vendors/{vendor.id}/deactivate")
    assert "1 open job stays with Holly Homes" in page.text and turn.turn_id in page.text
    assert version(db, vendor.id) == 1
    assert send(admin, f"/vendors/{vendor.id}/deactivate", {"version": "1"}).status_code == 303
    assert send(admin, f"/vendors/{vendor.id}/activate", {"version": "2"}).status_code == 303
    assert send(admin, f"/vendors/{vendor.id}/archive", {"version": "3"}).status_code == 303
    assert "Holly Homes" not in admin.get("/vendors").text
    assert send(as_("senior"), f"/vendors/{vendor.id}/restore", {"version": "4"}).status_code == 403
    assert send(admin, f"/vendors/{vendor.id}/restore", {"version": "4"}).status_code == 303
    told = db.execute("SELECT payload->>'change' FROM outbox WHERE payload->>'id' = %s ORDER BY created_at",
                      [str(vendor.id)]).fetchall()  # fmt: skip
    assert [change for (change,) in told] == ["updated", "updated", "archived", "updated"]


def test_nobody_finds_what_is_not_there(as_):
    assert as_("admin").get(f"/vendors/{uuid4()}").status_code == 404
    assert as_("VENDOR").get(f"/vendors/{uuid4()}").status_code == 404
    assert as_("VENDOR").get("/vendors").location == "/portal"
