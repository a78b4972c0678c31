"""What an address asks, beside what it may ask: a program that misspells a filter is not answered with all rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import request

# A search for nothing finds everything; a cursor that is none is told so by whoever reads it.
_MAY_BE_EMPTY = ("q", "cursor")


def faults(filters: Collection[str], beside: Collection[str]) -> dict[str, Any]:
    """What is wrong with the address, by name. filters: what may come more than once; beside: what may not."""
    found: dict[str, Any] = {}
    for name, values in request.args.lists():
        if name not in filters and name not in beside:
            found[name] = "There is no such filter here; /api/docs names those that there are."
        elif name in beside and len(values) > 1:
            found[name] = "Give this once."
        elif name not in _MAY_BE_EMPTY and not all(value.strip() for value in values):
            found[name] = "Give it a value, or leave it out."
    return found
