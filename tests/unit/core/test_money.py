from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turns_web.core import money

amounts = st.decimals(min_value=0, max_value=money.LARGEST, places=2)


@given(amounts)
def test_every_amount_is_read_back_from_what_people_see(amount):
    assert money.parse(money.exact(amount)) == amount
    assert money.parse(f"{amount:.2f}") == amount


@given(amounts)
def test_a_negative_amount_is_refused_but_where_it_may_be_one(amount):
    if amount:
        with pytest.raises(ValueError, match="0 or more"):
            money.parse(f"-{amount}")
    assert money.parse(f"-${amount:,.2f}", negative=True) == -amount


@pytest.mark.parametrize(
    "typed",
    ["", "x", "1,23.00", "1.234", "1e5", "NaN", "Infinity", "--1", "$", ".", "٣", "1 000", "100000000", "1" * 40],
)
def test_what_is_no_amount_is_refused_in_words(typed):
    with pytest.raises(ValueError, match="Enter an amount"):
        money.parse(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1,234.50", "1234.50"), ("$1,234.50", "1234.50"), ("7", "7.00"), (".5", "0.50"), ("5.", "5.00"), (" $0 ", "0")],
)
def test_amounts_are_read_as_people_write_them(typed, meant):
    assert money.parse(typed) == Decimal(meant)
