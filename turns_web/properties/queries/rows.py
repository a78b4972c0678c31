"""Whole rows of the list of properties, as programs read them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from turns_web.core.identity import Identity
from turns_web.core.listing import Filter
from turns_web.core.versioned import readable
from turns_web.properties import filters
from turns_web.schema import properties


def rows(asked: Filter, today: date, who: Identity) -> Select[Any]:
    return select(*readable(properties)).where(*filters.conditions(asked, today, who))
