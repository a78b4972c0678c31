"""The query string as conditions: exact by column name, refused where a value is none, always in one order."""

from datetime import date
from uuid import UUID

import pytest
from werkzeug.datastructures import MultiDict

from turns_web.core.errors import Senseless
from turns_web.turns.filters import FILTERS, Filters

VENDOR = UUID("6f0e1c52-0b1a-4c53-9a3e-00000000000a")


def asked(*pairs) -> Filters:
    return Filters.of(MultiDict(pairs))


def test_a_board_without_filters_has_what_is_under_way_and_not_put_away():
    conditions, given = asked().where()
    assert conditions == "(t.is_active) AND (NOT t.is_archived)"
    assert given == {}


def test_any_lifts_what_holds_unless_told():
    assert asked(("is_active", "any"), ("is_archived", "any")).where()[0] == "true"
    assert asked(("is_archived", "true"), ("is_active", "any")).where()[0] == "(t.is_archived)"


def test_a_name_that_comes_twice_means_either():
    conditions, given = asked(("market", "Folsom"), ("market", "Elk Grove")).where()
    assert "t.market = ANY(:market)" in conditions
    assert given == {"market": ["Folsom", "Elk Grove"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage_id", "x"),
        ("overdue", "perhaps"),
        ("move_out_date", "2026-02-30"),
        ("scope_approval_status", "SURE"),
        ("priority", "1.5"),
        ("is_active", "nobody"),
        ("sort", "password_hash"),
        ("q", "a\x07b"),
        ("q", "a" * 201),
    ],
)
def test_a_value_that_is_none_is_refused(name, value):
    with pytest.raises(Senseless):
        asked((name, value))


def test_unknown_names_and_empty_values_are_ignored():
    assert asked(("colour", "blue"), ("vendor_id", ""), ("sort", "")).is_empty


def test_the_query_is_in_one_order_however_it_was_asked():
    one = asked(("overdue", "1"), ("vendor_id", str(VENDOR).upper()), ("q", " oak "), ("sort", "-turn_amount"))
    other = asked(("sort", "-turn_amount"), ("q", "oak"), ("vendor_id", str(VENDOR)), ("overdue", "yes"))
    assert one.query() == other.query() == f"q=oak&vendor_id={VENDOR}&overdue=1&sort=-turn_amount"


def test_dates_have_a_from_and_a_to():
    conditions, given = asked(("move_out_date_from", "2026-03-01"), ("move_out_date_to", "2026-03-31")).where()
    assert "t.move_out_date >= :move_out_date_from" in conditions
    assert given == {"move_out_date_from": date(2026, 3, 1), "move_out_date_to": date(2026, 3, 31)}


def test_chips_say_each_filter_and_lead_to_the_rest():
    filters = asked(("q", "oak"), ("vendor_id", str(VENDOR)), ("overdue", "1"))
    chips = filters.chips({VENDOR: "Delta Flooring"})
    assert [(chip.label, chip.value) for chip in chips] == [
        ("Find", "oak"),
        ("Vendor", "Delta Flooring"),
        ("Late", "yes"),
    ]
    assert chips[0].without == f"vendor_id={VENDOR}&overdue=1"
    assert filters.wanted_names() == {"vendors": [VENDOR]}


def test_a_vendor_whom_one_may_not_see_is_not_named():
    assert "may not see" in asked(("vendor_id", str(VENDOR))).chips({})[0].value


def test_every_filter_can_be_asked_and_said_again():
    for name, by in FILTERS.items():
        sample = {
            "Ref": str(VENDOR),
            "Day": "2026-03-01",
            "Flag": "1",
            "Whole": "3",
            "Number": "2.5",
            "Money": "1200",
        }.get(type(by.kind).__name__, next(iter(getattr(by.kind, "options", {"Folsom": ""}))))
        filters = asked((name, sample))
        assert filters.where()[0].count("(") >= 1
        assert Filters.of(MultiDict(filters.pairs())) == filters
