"""/properties: what the list holds under its filters, in which order, window after window."""

import re
from datetime import timedelta

import pytest

from tests.conftest import csrf_token
from tests.factories import TODAY, approved, make_property, make_turn, make_user


@pytest.fixture(scope="module")
def portfolio(database):
    """Two managers' homes: the noise of the second must show to nobody but those who see all."""
    with database.admin() as db:
        manager = make_user(db, "PROPERTY_MANAGER", first_name="Ana", last_name="Ruiz")
        other = make_user(db, "PROPERTY_MANAGER", first_name="Ben", last_name="Ode")
        senior = make_user(db, "SR_PROPERTY_MANAGER")
        homes = {
            "lived in": make_property(db, manager, senior, street_address="1 Alder Way", city="Folsom", market="East"),
            "notice": make_property(db, manager, street_address="2 Birch Way", move_out_date=TODAY + timedelta(days=9)),
            "vacant": make_property(
                db, manager, street_address="3 Cedar Way", move_out_date=TODAY, bedrooms="2.5", is_section_8=True
            ),
            "in turn": make_property(db, manager, street_address="4 Dogwood Way", unit="B", area_sqft=900),
            "archived": make_property(db, manager, street_address="5 Elm Way"),
            "noise": make_property(db, other, street_address="1 Alder Way", city="Folsom", market="East"),
        }
        db.execute("UPDATE properties SET is_archived = true WHERE id = %s", [homes["archived"].id])
        turn = make_turn(db, homes["in turn"])
        make_turn(
            db,
            homes["lived in"],
            "Complete",
            turn_completion_date=TODAY - timedelta(days=40),
            move_out_date=TODAY - timedelta(days=50),
            is_active=False,
            **approved("1577.25"),
        )
        yield {"manager": manager, "other": other, "senior": senior, "homes": homes, "turn": turn}


def shown(answer) -> list[str]:
    return re.findall(r'data-property="([0-9a-f-]{36})"', answer.text)


def counted(answer) -> int:
    return int(re.search(r'id="property-list"[^>]*data-count="(\d+)"', answer.text)[1])


def names(portfolio, answer) -> list[str]:
    called = {str(home.id): name for name, home in portfolio["homes"].items()}
    return [called[id] for id in shown(answer)]


@pytest.fixture
def manager(client, sign_in, portfolio):
    return sign_in(client, portfolio["manager"].email)


def test_a_manager_finds_their_own_homes_by_address(manager, portfolio):
    answer = manager.get("/properties")
    assert answer.status_code == 200
    assert names(portfolio, answer) == ["lived in", "notice", "vacant", "in turn"]
    assert counted(answer) == 4
    assert f'href="/turns/{portfolio["turn"].id}"' in answer.text
    assert "1,577" in answer.text


def test_another_managers_homes_show_only_to_those_who_see_all(app, sign_in, portfolio):
    other = sign_in(app.test_client(), portfolio["other"].email)
    assert names(portfolio, other.get("/properties")) == ["noise"]
    assert names(portfolio, other.get("/properties?q=Cedar")) == []
    assert counted(sign_in(app.test_client(), "ADMIN").get("/properties")) == 5


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=cedar", ["vacant"]),
        ("q=way, fol", ["lived in"]),
        ("status=occupied", ["lived in"]),
        ("status=notice", ["notice"]),
        ("status=vacant", ["vacant"]),
        ("status=turn", ["in turn"]),
        ("status=turn&status=vacant", ["vacant", "in turn"]),
        ("market=East", ["lived in"]),
        ("bedrooms=2.5", ["vacant"]),
        ("is_section_8=1", ["vacant"]),
        ("is_section_8=0&city=Folsom", ["lived in"]),
        ("is_archived=1", ["archived"]),
        ("market=&status=&no_such_name=1", ["lived in", "notice", "vacant", "in turn"]),
        ("sort=-street_address", ["in turn", "vacant", "notice", "lived in"]),
        ("sort=-bedrooms&status=vacant", ["vacant"]),
        ("q=%25", []),
    ],
)
def test_the_address_tells_what_is_shown(manager, portfolio, query, found):
    answer = manager.get(f"/properties?{query}")
    assert names(portfolio, answer) == found
    assert counted(answer) == len(found)


@pytest.mark.parametrize(
    "query",
    [
        "status=x",
        "property_manager_id=x",
        "bedrooms=many",
        "is_section_8=perhaps",
        "sort=password_hash",
        "cursor=x",
        "cursor=WzEsMiwzXQ",
        "move_in_date=tomorrow",
        "q=a%00b",
    ],
)
def test_a_value_that_is_none_is_refused(manager, query):
    assert manager.get(f"/properties?{query}").status_code == 400


def test_a_partial_request_gets_the_list_alone(manager):
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = manager.get("/properties?q=cedar&market=", headers=partial)
    assert answer.text.lstrip().startswith("<section")
    assert answer.headers["HX-Replace-Url"] == "/properties?q=cedar"
    assert "HX-Request-Type" in answer.headers["Vary"]
    restored = manager.get("/properties?q=cedar", headers={**partial, "HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


def test_windows_reach_every_row_once_and_say_only_what_follows(client, sign_in, database):
    with database.admin() as db:
        own = make_user(db, "PROPERTY_MANAGER")
        # Ties in every sorted column, and rows without a value.
        made = {
            str(make_property(db, own, street_address="9 Tie Street", area_sqft=None if n % 3 else n % 4 * 100).id)
            for n in range(120)
        }
    sign_in(client, own.email)
    for sort in ("street_address", "-street_address", "area_sqft", "-area_sqft", "market"):
        seen: list[str] = []
        address = f"/properties?sort={sort}"
        while address:
            answer = client.get(address)
            seen += shown(answer)
            following = re.search(r'rel="next" href="([^"]*)"', answer.text)
            address = following and following[1].replace("&amp;", "&")
        assert len(seen) == 120, sort
        assert set(seen) == made, sort


def test_the_list_is_as_many_statements_for_few_homes_as_for_many(manager):
    def statements(address):
        told = manager.get(address).headers["Server-Timing"]
        return int(re.search(r'sql;desc="(\d+)"', told)[1])

    assert statements("/properties") <= 8
    assert statements("/properties?q=way") <= 8


def heads(answer) -> list[str]:
    return [re.sub("<[^>]*>", "", head) for head in re.findall(r"<th scope=\"col\".*?</th>", answer.text)]


def test_a_person_keeps_their_columns(manager):
    page = manager.get("/properties")
    assert "Bd" in heads(page) and "Built" not in heads(page)
    token = csrf_token(page.text)
    chosen = {"csrf_token": token, "column": ["year_built", "status", "nonsense"], "next": "/properties?q=way"}
    assert manager.post("/properties/columns", data=chosen).location == "/properties?q=way"
    assert heads(manager.get("/properties")) == ["Address", "Built", "Status"]
    manager.post("/properties/columns", data={"csrf_token": token, "default": "1"})
    assert "Bd" in heads(manager.get("/properties"))


def test_three_kinds_of_empty_tell_themselves_apart(app, sign_in):
    assert 'data-empty="for-you"' in sign_in(app.test_client(), "USER").get("/properties").text
    admin = sign_in(app.test_client(), "ADMIN")
    assert 'data-empty="matches"' in admin.get("/properties?q=nowhere+at+all").text
