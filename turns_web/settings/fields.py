"""The settings there are: what each means, and what values make sense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from turns_web.core.errors import constraint
from turns_web.core.fields import Field, Money, Whole, Zone


@dataclass(frozen=True, slots=True)
class Setting:
    """default: the value, as stored, while nobody set one. by_market: may differ from market to market."""

    kind: Field
    default: str
    by_market: bool = False

    def value(self, stored: str) -> Any:
        return self.kind.parse(stored)


SETTINGS: dict[str, Setting] = {
    "dfo_limit": Setting(
        Money(label="DFO limit", required=True, hint="Up to it, exactly included, nobody has to approve."),
        "0.00",
        by_market=True,
    ),
    "ho_limit": Setting(
        Money(
            label="HO limit",
            required=True,
            hint="Up to it, exactly included, the DFO’s word is final; above it head office approves too.",
        ),
        "7500.00",
        by_market=True,
    ),
    "change_order_tolerance": Setting(
        Whole(
            label="Change-order tolerance, percent",
            required=True,
            most=100,
            hint="So much more than was first approved is recorded, and not approved anew.",
        ),
        "10",
        by_market=True,
    ),
    "bulk_approval_limit": Setting(
        Money(label="Limit of approvals in bulk", required=True, hint="Up to it each, several are approved at once."),
        "1000.00",
    ),
    "timezone": Setting(
        Zone(label="Time zone", required=True, hint="Whose day “today” is, where a home has no zone of its own."),
        "America/Los_Angeles",
    ),
    "completed_days": Setting(
        Whole(
            label="Days that a completed turn stays on the board",
            required=True,
            least=1,
            most=365,
            hint="After them it is filed: out of the board, and in every list of past turns.",
        ),
        "14",
    ),
}

constraint("settings_name_known", "name")
constraint("settings_name_market_key", "market", "Somebody just set this for the market: look again.")
constraint("settings_value_number", "value")
constraint("settings_value_timezone", "value")
constraint("settings_limits_in_order", "value")
