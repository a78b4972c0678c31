"""The whole description, made once a process."""

from __future__ import annotations

from functools import cache
from typing import Any

from turns_web.api.collections import COLLECTIONS
from turns_web.api.openapi import (
    columns,
    describing,
    exporting,
    reading,
    refusals,
    reporting,
    security,
    shapes,
    signing_in,
    writing,
)
from turns_web.schema import users

_ABOUT = """\
The commands, rules and messages of the pages, for programs. Names are those of the columns; money is a string with \
two decimals, dates are ISO 8601, ids are UUIDs. A row that you may not see answers as one that is not there."""

_TAGS = ("auth", *(each.name for each in COLLECTIONS), "batch", "reports", "description")


@cache
def document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Turns", "version": "1", "description": _ABOUT},
        "security": security.READS,
        "tags": [
            {"name": name} for name in ("auth", *(each.name for each in COLLECTIONS), "batch", "reports", "description")
        ],
        "paths": _paths(),
        "components": {
            "securitySchemes": security.SCHEMES,
            "schemas": {
                **{shapes.title(each.row): columns.row(each.table) for each in COLLECTIONS},
                "User": columns.row(users),
                "Export": exporting.component_schema(),
                **writing.components(),
            },
            "responses": refusals.responses(),
        },
    }


def _paths() -> dict[str, Any]:
    rows = {path: item for collection in COLLECTIONS for path, item in reading.paths(collection).items()}
    return {
        **signing_in.paths(),
        **rows,
        **writing.paths(),
        **reporting.paths(),
        **exporting.paths(),
        **describing.paths(),
    }
