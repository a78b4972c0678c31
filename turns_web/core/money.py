"""Money: exact decimals of two places, as typed and as read."""

import re
from decimal import Decimal

_TYPED = re.compile(r"(-?)\$?(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d{0,2}))?", re.ASCII)
LARGEST = Decimal("99999999.99")


def parse(typed: str, *, negative: bool = False) -> Decimal:
    """The amount in `1234.5`, `1,234.50` or `$1,234.50`. Raises ValueError with a sentence for the person."""
    text = typed.strip().replace("$-", "-$")
    matched = _TYPED.fullmatch(text)
    if not matched or not (matched[2] or matched[3]):
        raise ValueError("Enter an amount like 1,234.50.")
    amount = Decimal(f"{matched[1]}{(matched[2] or '0').replace(',', '')}.{matched[3] or '0'}")
    if amount < 0 and not negative:
        raise ValueError("Enter an amount of 0 or more.")
    if abs(amount) > LARGEST:
        raise ValueError("Enter an amount of at most 99,999,999.99.")
    return (abs(amount) if amount == 0 else amount).quantize(Decimal("0.01"))


def exact(amount: Decimal) -> str:
    """`$1,234.50`, `-$12.00`."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def whole(amount: Decimal) -> str:
    """`$1,235`: for cards and sums, where cents are noise."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.0f}"
