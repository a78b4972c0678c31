"""Searches find what contains the words typed, among what the person may see."""

import pytest

from tests.factories import make_property, make_turn, make_user, make_vendor


@pytest.fixture(scope="module")
def rows(admin, people):
    manager = people["PROPERTY_MANAGER"]
    mine = make_property(
        admin, manager, property_id="OAK-204", name="Łódź House", street_address="30-66 O'Brien Ave", unit="4B",
        city="Reno", zip_code="02134",
    )  # fmt: skip
    percent = make_property(admin, manager, name="100% Oak_tree", street_address="1 Back\\slash")
    foreign = make_property(admin, people["OTHER_MANAGER"], property_id="OAK-900")
    vendor = make_vendor(admin, company_name="Rivera Painting")
    hidden = make_vendor(admin, company_name="Rivera Secret", is_approved=False)
    return {
        "mine": mine,
        "percent": percent,
        "foreign": foreign,
        "vendor": vendor,
        "hidden": hidden,
        "turn": make_turn(admin, mine, wo_number="WO-77", vendor_id=vendor.id),
        "past": make_turn(admin, percent, "Complete", is_active=False, wo_number="WO-78"),
        "foreign turn": make_turn(admin, foreign, wo_number="WO-79", vendor_id=vendor.id),
    }


@pytest.fixture
def found(acting, people, rows):
    def ask(what, by="PROPERTY_MANAGER"):
        with acting(people[by]) as connection:
            ids = {row[0] for row in connection.execute(f"SELECT {what}")}
        return {name for name, row in rows.items() if row.id in ids}

    return ask


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("oak-204", {"mine"}),
        ("lodz", {"mine"}),
        ("ŁÓDŹ", {"mine"}),
        ("o'brien", {"mine"}),
        ("30-66", {"mine"}),
        ("ave 4b, reno", {"mine"}),
        ("02134", {"mine"}),
        ("  oak ", {"mine", "percent"}),
        ("100%", {"percent"}),
        ("k_t", {"percent"}),
        ("back\\slash", {"percent"}),
        ("o%k", set()),
        ("nothing like it", set()),
        ("a", {"mine", "percent"}),
    ],
)
def test_properties_are_found_by_code_name_and_address(found, typed, names):
    quoted = typed.replace("'", "''").replace("%", "%%")
    assert found(f"search_property_ids('{quoted}')".replace("%%", "%")) == names


def test_turns_are_found_by_number_work_order_home_and_vendor(found, rows):
    number = rows["turn"].turn_id
    assert found(f"search_turn_ids('{number}')") == {"turn"}
    assert found("search_turn_ids('wo-7')") == {"turn", "past"}
    assert found("search_turn_ids('wo-7', true)") == {"turn"}
    assert found("search_turn_ids('lodz')") == found("search_turn_ids('lodz', true)") == {"turn"}
    assert found("search_turn_ids('rivera')") == found("search_turn_ids('rivera', true)") == {"turn"}
    assert found("search_turn_ids('rivera')", by="ADMIN") == {"turn", "foreign turn"}


def test_vendors_are_found_by_name_where_they_may_be_seen(found):
    assert found("search_vendor_ids('RIVERA')") == {"vendor"}
    assert found("search_vendor_ids('rivera')", by="ADMIN") == {"vendor", "hidden"}


def test_nobody_finds_anything_without_a_right_to_see_it(admin, acting, people, rows):
    for person in (None, people["VENDOR"], make_user(admin, "USER")):
        with acting(person) as connection:
            for what in ("search_property_ids('')", "search_turn_ids('')", "search_turn_ids('', true)"):
                assert connection.execute(f"SELECT {what}").fetchall() == []
