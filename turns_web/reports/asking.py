"""What a report is asked: a period, and the filters of the lists of turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from turns_web.core.fields import Fields
from turns_web.core.listing import Asked as Address
from turns_web.core.listing import Filter
from turns_web.properties.filters import LISTING
from turns_web.reports.period import Against, Period
from turns_web.turns import filters
from turns_web.turns.filters import Filters

# Those that were archived are in no figure.
_NEVER = "is_archived"

# What the list of properties can be asked by the same words and means the same by.
_OF_HOMES = (
    "property_manager_id", "sr_property_manager_id", "market", "community", "city", "state", "zip_code", "county",
    "property_type_id", "bedrooms", "bathrooms", "move_in_date", "is_section_8", "in_disposition", "has_insurance",
    "has_squatters", "is_core", "ownership_status",
)  # fmt: skip

FILTERS: Fields = {name: kind for name, kind in filters.KINDS.items() if name != _NEVER}


@dataclass(frozen=True, slots=True)
class Asked:
    """today: the portfolio's day, against which turns are late."""

    period: Period
    filters: Filters
    today: date

    @classmethod
    def of(cls, asked: Address, today: date) -> Asked:
        """Past turns are in unless told; what a list is sorted by changes nothing here. Raises Senseless."""
        filters = Filters.of(asked).without(_NEVER).unsorted()
        if "is_active" not in filters.chosen:
            filters = filters.at("is_active", None)
        return cls(Period.of(asked, today), filters, today)

    def against(self, other: Against) -> Asked:
        """The same of another period."""
        return replace(self, period=self.period.against(other))

    @property
    def homes(self) -> Filter:
        """Which properties are meant: by those of the filters that are about the home, and by `q`."""
        values = {name: self.filters.chosen[name] for name in _OF_HOMES if name in self.filters.chosen}
        return Filter(LISTING.filters, LISTING.default_sort, self.filters.q or "", values)
