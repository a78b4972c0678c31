"""The tables that programs write."""

from turns_web.api.writes.operations import Resource
from turns_web.api.writes.properties import PROPERTIES, UTILITY_PROVIDERS
from turns_web.api.writes.turns import TURNS
from turns_web.api.writes.vendors import VENDORS
from turns_web.core.errors import NotFound

RESOURCES: dict[str, Resource] = {one.table.name: one for one in (PROPERTIES, TURNS, VENDORS, UTILITY_PROVIDERS)}


def resource_of(name: str) -> Resource:
    """Raises NotFound for a table that there is not."""
    if name not in RESOURCES:
        raise NotFound()
    return RESOURCES[name]
