from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turns_web.core.errors import Invalid
from turns_web.core.fields import (
    Choice,
    Day,
    Email,
    FieldError,
    Flag,
    Link,
    Many,
    Money,
    Number,
    Ref,
    Text,
    Whole,
    parse_all,
    say,
)

KINDS = [
    Text(label="Name"),
    Text(label="Note", multiline=True, max=5000),
    Email(label="E-mail"),
    Link(label="Photos"),
    Money(label="Amount"),
    Whole(label="Year"),
    Number(label="Beds"),
    Day(label="Move-out"),
    Flag(label="Section 8"),
    Choice(label="Grade", options={"LIGHT": "Light"}),
    Many(label="Trades"),
    Ref(label="Vendor", to="vendors"),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
@given(typed=st.text(max_size=60))
def test_whatever_is_typed_is_a_value_or_a_sentence(kind, typed):
    try:
        value = kind.parse(typed)
    except FieldError as refused:
        assert str(refused).endswith(".")
    else:
        assert kind.parse(kind.text(value)) == value


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "a\ud800b"])
def test_control_characters_are_refused(typed):
    with pytest.raises(FieldError, match="control characters"):
        Text(label="Name").parse(typed)


def test_text_is_trimmed_and_counted_but_never_cut():
    name = Text(label="Name", max=5)
    assert name.parse("  Łódź ") == "Łódź"
    assert name.parse("   ") is None
    with pytest.raises(FieldError, match="at most 5 characters; this has 6"):
        name.parse("abcdef")


@pytest.mark.parametrize("typed", ["2026-02-29", "2026-13-01", "10000-01-01", "infinity", "0001-01-01", "20260312"])
def test_days_that_are_none_are_refused(typed):
    with pytest.raises(FieldError, match="Enter a date"):
        Day(label="Move-out").parse(typed)


def test_leap_day_is_a_day():
    assert Day(label="Move-out").parse("2028-02-29") == date(2028, 2, 29)


def test_every_fault_is_named_at_once():
    fields = {"turn_amount": Money(label="Amount"), "move_out_date": Day(label="Move-out"), "note": Text(label="Note")}
    with pytest.raises(Invalid) as refused:
        parse_all(fields, {"turn_amount": "x", "move_out_date": "y", "note": "fine"})
    assert set(refused.value.fields) == {"turn_amount", "move_out_date"}


def test_values_are_said_in_words():
    known = UUID(int=7)
    assert say(Ref(label="Vendor", to="vendors"), known, {known: "Rivera Painting"}) == "Rivera Painting"
    assert say(Money(label="Amount"), Decimal("1234.5"), {}) == "$1,234.50"
    assert say(Flag(label="Section 8"), True, {}) == "yes"
    assert say(Day(label="Ready"), date(2026, 3, 12), {}) == "Thu 12 Mar 2026"
    assert say(Text(label="Name"), None, {}) == "none"
