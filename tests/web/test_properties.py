"""A property's page, and every way to write one."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.conftest import csrf_token
from tests.factories import TODAY, make_property, make_turn, make_user

NEW = {"property_id": "OAK-204", "name": "Oak Street 204", "street_address": "204 Oak Street", "is_core": "1"}


@pytest.fixture(scope="module")
def db(database):
    with database.admin() as connection:
        yield connection


@pytest.fixture(scope="module")
def people(db):
    return {
        "manager": make_user(db, "PROPERTY_MANAGER", first_name="Ana", last_name="Ruiz"),
        "other": make_user(db, "PROPERTY_MANAGER", first_name="Ben", last_name="Ode"),
        "senior": make_user(db, "SR_PROPERTY_MANAGER", first_name="Sara", last_name="Lind"),
        "admin": make_user(db, "ADMIN"),
    }


@pytest.fixture
def home(db, people):
    make_property(db, people["other"], people["senior"])
    return make_property(db, people["manager"], people["senior"], city="Folsom")


@pytest.fixture
def as_(app, sign_in, people):
    return lambda who: sign_in(app.test_client(), people[who].email if who in people else who)


def send(client, address, data, form_at=None, **headers):
    """Post a form with the token of the page it stands on."""
    token = csrf_token(client.get(form_at or "/account").text)
    return client.post(address, data={"csrf_token": token, **data}, headers=headers)


def row_of(db, home):
    cursor = db.execute("SELECT * FROM properties WHERE id = %s", [home.id])
    return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))


def audits(db, home):
    return db.execute(
        "SELECT count(*) FROM audit_logs WHERE table_name = 'properties' AND record_id = %s", [home.id]
    ).fetchone()[0]


def faults(answer) -> dict[str, str]:
    return {name: words for name, words in re.findall(r'data-error-for="([^"]*)"[^>]*>([^<]*)<', answer.text)}


def whole(client, home) -> dict[str, str]:
    """The whole form as a browser would send it."""
    html = client.get(f"/properties/{home.id}/edit").text
    html = html[html.index('<form class="card form-card"') :]
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]*value="([^"]*)"(?![^>]*type="checkbox")', html))
    for name in re.findall(r'type="checkbox"[^>]* name="([^"]+)"', html):
        fields.pop(name, None)
        if re.search(rf'name="{name}"[^>]* checked', html):
            fields[name] = "1"
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_the_page_shows_the_home_its_people_and_its_open_turn(as_, db, home):
    turn = make_turn(db, home)
    answer = as_("manager").get(f"/properties/{home.id}")
    assert answer.status_code == 200
    assert f'data-property="{home.id}" data-version="1"' in answer.text
    assert home.street_address in answer.text and "Ana Ruiz" in answer.text and "Sara Lind" in answer.text
    assert f'href="/turns/{turn.id}"' in answer.text
    assert "In turn" in answer.text


@pytest.mark.parametrize("piece", ["", "/edit", "/turns", "/history", "/utilities/new", "/edit?part=facts"])
def test_somebody_elses_home_is_no_home(as_, home, piece):
    other = as_("other")
    answer = other.get(f"/properties/{home.id}{piece}")
    nothing = other.get(f"/properties/{uuid4()}{piece}")
    assert answer.status_code == nothing.status_code == 404
    assert answer.text == nothing.text
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert other.get(f"/properties/{home.id}{piece}", headers=partial).status_code == 404


def test_a_manager_adds_a_home_of_their_own(as_, db, people):
    manager = as_("manager")
    answer = send(manager, "/properties/new", {**NEW, "monthly_rent": "$1,850", "write_id": "add-1"})
    assert answer.status_code == 303, faults(answer)
    row = row_of(db, type("Made", (), {"id": answer.location.rsplit("/", 1)[1]}))
    assert row["property_manager_id"] == people["manager"].id
    assert row["country"] == "United States"
    assert str(row["monthly_rent"]) == "1850.00"
    again = send(manager, "/properties/new", {**NEW, "monthly_rent": "$1,850", "write_id": "add-1"})
    assert again.location == answer.location


def test_what_is_refused_comes_back_as_typed(as_, db, people):
    make_property(db, people["other"], property_id="TAKEN-1")
    manager = as_("manager")
    typed = {**NEW, "property_id": "", "bedrooms": "many", "zip_code": "x" * 21, "timezone": "Mars"}
    answer = send(manager, "/properties/new", typed)
    assert answer.status_code == 422
    said = faults(answer)
    assert set(said) == {"property_id", "bedrooms", "zip_code", "timezone"}
    assert "at most 20 characters" in said["zip_code"]
    assert 'value="many"' in answer.text and f'value="{"x" * 21}"' in answer.text
    taken = send(manager, "/properties/new", {**NEW, "property_id": "TAKEN-1", "write_id": "w"})
    assert faults(taken) == {"property_id": "Another property has this code. Choose one that is free."}
    # A refused write leaves its write_id free.
    assert send(manager, "/properties/new", {**NEW, "property_id": "FREE-1", "write_id": "w"}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"timezone": "Mars/North"}, "timezone"),
        (
            {
                "move_out_date": (TODAY + timedelta(days=9)).isoformat(),
                "move_in_date": (TODAY + timedelta(days=5)).isoformat(),
            },
            "move_in_date",
        ),
        ({"monthly_rent": "-1"}, "monthly_rent"),
        ({"monthly_rent": "100000000"}, "monthly_rent"),
        ({"property_type_id": str(uuid4())}, "property_type_id"),
        ({"name": "a\x01b"}, "name"),
    ],
)
def test_each_refusal_names_its_field(as_, home, typed, field):
    manager = as_("manager")
    answer = send(manager, f"/properties/{home.id}/edit", {**whole(manager, home), **typed})
    assert answer.status_code == 422
    assert list(faults(answer)) == [field]


def test_saving_raises_the_version_by_one_and_leaves_one_audit_row(as_, db, home):
    manager = as_("manager")
    form = whole(manager, home)
    before = audits(db, home)
    answer = send(manager, f"/properties/{home.id}/edit", {**form, "city": "Łódź", "bedrooms": "3"})
    assert (answer.status_code, answer.location) == (303, f"/properties/{home.id}")
    row = row_of(db, home)
    assert (row["version"], row["city"], row["bedrooms"]) == (2, "Łódź", 3)
    assert audits(db, home) == before + 1
    page = manager.get(f"/properties/{home.id}")
    assert "City: Folsom → Łódź" in page.text


def test_saving_what_is_there_raises_nothing(as_, db, home):
    manager = as_("manager")
    before = audits(db, home)
    assert send(manager, f"/properties/{home.id}/edit", whole(manager, home)).status_code == 303
    assert row_of(db, home)["version"] == 1
    assert audits(db, home) == before
    assert db.execute("SELECT count(*) FROM outbox WHERE payload->>'id' = %s", [str(home.id)]).fetchone()[0] == 0


def test_a_part_of_a_form_says_nothing_of_the_boxes_that_it_has_not(as_, db, home):
    db.execute("UPDATE properties SET is_core = true, has_squatters = true WHERE id = %s", [home.id])
    manager, before = as_("manager"), row_of(db, home)
    sent = {"version": str(before["version"]), "city": "Galt"}
    assert send(manager, f"/properties/{home.id}/edit", sent).status_code == 303
    row = row_of(db, home)
    assert (row["city"], row["is_core"], row["has_squatters"]) == ("Galt", True, True)


def test_two_people_on_different_fields_both_keep_theirs(as_, db, home):
    manager, admin = as_("manager"), as_("admin")
    first, second = whole(manager, home), whole(admin, home)
    send(admin, f"/properties/{home.id}/edit", {**second, "county": "Placer"})
    answer = send(manager, f"/properties/{home.id}/edit", {**first, "city": "Galt"})
    assert answer.status_code == 303
    row = row_of(db, home)
    assert (row["county"], row["city"], row["version"]) == ("Placer", "Galt", 3)
    assert "Somebody else changed County meanwhile; that was kept." in manager.get(answer.location).text


def test_two_people_on_one_field_get_the_page_of_two_versions(as_, db, home):
    manager, admin = as_("manager"), as_("admin")
    first, second = whole(manager, home), whole(admin, home)
    send(admin, f"/properties/{home.id}/edit", {**second, "city": "Roseville"})
    answer = send(manager, f"/properties/{home.id}/edit", {**first, "city": "Galt", "county": "Placer"})
    assert answer.status_code == 409
    assert 'data-conflict="city"' in answer.text and 'data-conflict="county"' not in answer.text
    assert "Roseville" in answer.text and "Galt" in answer.text and 'value="Placer"' in answer.text
    choice = {**first, "county": "Placer", "version": "2", "resolve.city": "local", "local.city": "Galt", "city": ""}
    assert send(manager, f"/properties/{home.id}/edit", choice).status_code == 303
    assert (row_of(db, home)["city"], row_of(db, home)["county"]) == ("Galt", "Placer")


def test_a_piece_is_edited_in_place(as_, db, home):
    manager = as_("manager")
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    form = manager.get(f"/properties/{home.id}/edit?part=facts", headers=partial)
    assert form.text.lstrip().startswith("<form") and 'name="area_sqft"' in form.text
    assert 'name="city"' not in form.text
    data = {"version": "1", "part": "facts", "area_sqft": "1,364", "write_id": str(uuid4())}
    answer = send(manager, f"/properties/{home.id}/edit", data, **partial)
    assert answer.status_code == 200
    assert 'data-version="2"' in answer.text and "1,364 sq ft" in answer.text
    assert answer.headers["HX-Retarget"] == f"#property-{home.id}"
    # A tick box of another piece is not spoken of.
    assert row_of(db, home)["is_core"] is True
    refused = send(manager, f"/properties/{home.id}/edit", {**data, "area_sqft": "big", "version": "2"}, **partial)
    assert refused.status_code == 422 and 'data-error-for="area_sqft"' in refused.text


def test_archiving_takes_it_out_of_the_list_and_restoring_brings_it_back(as_, db, home):
    manager = as_("manager")
    assert send(manager, f"/properties/{home.id}/archive", {"version": "1"}).status_code == 303
    assert str(home.id) not in manager.get("/properties").text
    row = row_of(db, home)
    assert row["is_archived"] and row["archived_at"] and row["version"] == 2
    assert "archived the property" in manager.get(f"/properties/{home.id}").text
    assert send(manager, f"/properties/{home.id}/restore", {"version": "1"}).status_code == 409
    assert send(manager, f"/properties/{home.id}/restore", {"version": "2"}).status_code == 303
    assert str(home.id) in manager.get("/properties").text


@pytest.mark.parametrize("role", ["USER", "INSPECTOR", "DFO_APPROVER", "HO_APPROVER"])
def test_who_may_see_but_not_write_is_refused(as_, db, home, role):
    db.execute("UPDATE properties SET market = 'Valley' WHERE id = %s", [home.id])
    who = make_user(db, role, markets=["Valley"])
    reader = as_(who.email)
    assert reader.get(f"/properties/{home.id}").status_code == 200
    assert "/edit" not in reader.get(f"/properties/{home.id}").text
    assert send(reader, f"/properties/{home.id}/edit", {**NEW, "version": "1"}).status_code == 403
    assert send(reader, f"/properties/{uuid4()}/edit", {**NEW, "version": "1"}).status_code == 404


def test_a_vendor_is_led_to_the_portal_and_finds_no_home(as_, home):
    vendor = as_("VENDOR")
    assert vendor.get("/properties").location == "/portal"
    assert vendor.get(f"/properties/{home.id}").status_code == 404


def test_utilities_are_added_changed_and_removed(as_, db, home):
    manager = as_("manager")
    assert send(manager, "/utility-providers/new", {"name": "SMUD", "kind": "POWER"}).status_code == 303
    again = send(manager, "/utility-providers/new", {"name": "SMUD", "kind": "POWER"})
    assert faults(again) == {"name": "This provider is in the list already."}
    provider = db.execute("SELECT id FROM utility_providers WHERE name = 'SMUD'").fetchone()[0]
    data = {"utility_provider_id": str(provider), "account_number": "77-12"}
    assert send(manager, f"/properties/{home.id}/utilities/new", data).status_code == 303
    twice = send(manager, f"/properties/{home.id}/utilities/new", data)
    assert faults(twice) == {"utility_provider_id": "This provider is already entered for this property."}
    page = manager.get(f"/properties/{home.id}").text
    assert "SMUD" in page and "Account 77-12" in page
    one = re.search(rf"/properties/{home.id}/utilities/([0-9a-f-]+)/edit", page)[1]
    changed = {**data, "account_number": "77-13", "version": "1"}
    assert send(manager, f"/properties/{home.id}/utilities/{one}/edit", changed).status_code == 303
    assert "Account 77-13" in manager.get(f"/properties/{home.id}").text
    assert send(as_("other"), f"/properties/{home.id}/utilities/{one}/edit", changed).status_code == 404
    remove = f"/properties/{home.id}/utilities/{one}/remove"
    assert send(manager, remove, {}).status_code == 422
    assert send(manager, remove, {"version": "1"}).status_code == 409
    assert f'action="{remove}"' in page and "Account 77-13" in manager.get(f"/properties/{home.id}").text
    assert send(manager, remove, {"version": "2"}).status_code == 303
    assert "SMUD" not in manager.get(f"/properties/{home.id}").text
    told = "SELECT count(*) FROM outbox WHERE kind = 'property' AND payload->>'id' = %s"
    assert db.execute(told, [str(home.id)]).fetchone()[0] == 3


def test_managers_are_changed_for_many_at_once(as_, db, people):
    senior = as_("senior")
    mine = [make_property(db, people["manager"], people["senior"]) for _ in range(3)]
    foreign = make_property(db, people["manager"])
    turn = make_turn(db, mine[0])
    chosen = {"property_id": [str(home.id) for home in mine]} | {f"version-{home.id}": "1" for home in mine}
    preview = send(senior, "/properties/bulk", chosen)
    assert preview.status_code == 200 and preview.text.count("Ana Ruiz") == 4  # three rows and the choice
    assert row_of(db, mine[0])["version"] == 1
    empty = send(senior, "/properties/bulk", {**chosen, "confirm": "1"})
    assert empty.status_code == 422 and "property_manager_id" in faults(empty)
    to = {"property_manager_id": str(people["other"].id), "confirm": "1", "next": "/properties?status=turn"}
    answer = send(senior, "/properties/bulk", {**chosen, **to})
    assert (answer.status_code, answer.location) == (303, "/properties?status=turn")
    assert [row_of(db, home)["property_manager_id"] for home in mine] == [people["other"].id] * 3
    assert [row_of(db, home)["version"] for home in mine] == [2] * 3
    told = db.execute(
        "SELECT kind, payload->'before'->>'property_manager_id' FROM outbox WHERE payload->>'id' = ANY(%s)",
        [[str(mine[0].id), str(turn.id)]],
    ).fetchall()
    assert sorted(told) == [("property", str(people["manager"].id)), ("turn", str(people["manager"].id))]
    # Not theirs to give, and an older version: left as they are, each by name.
    more = {"property_id": [str(mine[0].id), str(foreign.id)], f"version-{mine[0].id}": "1"}
    refused = send(senior, "/properties/bulk", {**more, f"version-{foreign.id}": "1", **to})
    assert refused.status_code == 200
    assert "Somebody changed it since you saw it." in refused.text
    assert row_of(db, foreign)["property_manager_id"] == people["manager"].id
    assert send(as_("manager"), "/properties/bulk", {**chosen, **to}).status_code == 403


def test_all_that_a_list_shows_are_given_away_without_ticking(as_, db, people):
    senior = as_("senior")
    mine = [make_property(db, people["manager"], people["senior"], city="Loomis") for _ in range(60)]
    make_property(db, people["other"], city="Loomis")
    send_all = {"all": "1", "next": "/properties?city=Loomis"}
    preview = send(senior, "/properties/bulk", send_all)
    assert sorted(re.findall(r'name="property_id" value="([^"]+)"', preview.text)) == sorted(str(h.id) for h in mine)
    nothing = send(senior, "/properties/bulk", {"all": "1", "next": "/properties?city=Nowhere"})
    assert nothing.status_code == 422
    assert send(senior, "/properties/bulk", {"all": "1", "next": "/properties?status=x"}).status_code == 400


def test_history_is_told_a_window_at_a_time(as_, db, home):
    for n in range(25):
        db.execute("UPDATE properties SET name = %s WHERE id = %s", [f"Name {n}", home.id])
    manager = as_("manager")
    first = manager.get(f"/properties/{home.id}")
    assert "Name: Name 23 → Name 24" in first.text and "Name: Name 2 → Name 3" not in first.text
    address = re.search(rf'href="(/properties/{home.id}/history[^"]*)"', first.text)[1]
    earlier = manager.get(address.replace("&amp;", "&"))
    assert "Name: Name 2 → Name 3" in earlier.text and "Name: Name 23 → Name 24" not in earlier.text


def test_past_turns_are_told_a_window_at_a_time(as_, db, home):
    made = {
        make_turn(db, home, "Complete", turn_completion_date=TODAY, move_out_date=TODAY, is_active=False).turn_id
        for _ in range(13)
    }
    manager = as_("manager")
    first = manager.get(f"/properties/{home.id}").text
    address = re.search(rf'href="(/properties/{home.id}/turns[^"]*)"', first)[1]
    rest = manager.get(address.replace("&amp;", "&")).text
    seen = re.findall(r">(T-\d{4}-\d+)<", first) + re.findall(r">(T-\d{4}-\d+)<", rest)
    assert sorted(seen) == sorted(made)
