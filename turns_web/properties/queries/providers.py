"""The suppliers of power, water and gas: what their list can be asked, and its rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from turns_web.core.fields import Flag
from turns_web.core.listing import Filter, Listing
from turns_web.core.versioned import readable
from turns_web.properties.fields import PROVIDER
from turns_web.schema import utility_providers

LISTING = Listing(
    filters={**PROVIDER, "is_archived": Flag(label="Archived")},
    sorts={"name": False, "kind": False},
    default_sort="name",
)


def rows(asked: Filter) -> Select[Any]:
    """Archived ones only where they are asked for."""
    found = select(*readable(utility_providers))
    found = found.where(*(utility_providers.c[name].in_(values) for name, values in asked.values.items()))
    if "is_archived" not in asked.values:
        found = found.where(~utility_providers.c.is_archived)
    return found.where(utility_providers.c.name.icontains(asked.q, autoescape=True)) if asked.q else found
