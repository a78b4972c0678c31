"""Whole rows of the list of vendors, as programs read them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from turns_web.core.listing import Filter
from turns_web.core.versioned import readable
from turns_web.schema import vendors
from turns_web.vendors import filters


def rows(asked: Filter, today: date) -> Select[Any]:
    return select(*readable(vendors)).where(*filters.conditions(asked, today))
