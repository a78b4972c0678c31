"""Whole rows of turns under a filter, as programs read them.

In the order of their numbers unless told: the board's own order is another every day, and a program that reads on
tomorrow would miss some.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    DateTime,
    FromClause,
    Integer,
    Numeric,
    Select,
    Text,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from turns_web.core.keyset import Order
from turns_web.core.versioned import readable
from turns_web.schema import people, properties, turn_stages, turns, vendors
from turns_web.turns.filters import SORTS, Filters

DEFAULT_SORT = "turn_id"

# As filters.py names them.
_t, _s = turns.alias("t"), turn_stages.alias("s")
_p, _v = properties.alias("p"), vendors.alias("v")
_NAME = func.coalesce(func.nullif(func.concat_ws(" ", people.c.first_name, people.c.last_name), ""), people.c.email)
_pm = select(people.c.id, _NAME.label("name")).subquery("pm")
# What is joined only where a filter or the order speaks of it.
_BESIDE = (
    (_p, _p.c.id == _t.c.property_id, False),
    (_v, _v.c.id == _t.c.vendor_id, True),
    (_pm, _pm.c.id == _t.c.property_manager_id, True),
)
_COLUMNS = [_t.c[column.name] for column in readable(turns)]
_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "integer": Integer(),
    "numeric": Numeric(),
    "date": Date(),
    "timestamptz": DateTime(timezone=True),
}


def rows(asked: Filters, sort: str, today: date) -> Select[Any]:
    """sort: a name of SORTS, with its sign: what it speaks of is there to order by."""
    where, given = asked.where()
    column, _ = SORTS[sort.removeprefix("-")]
    found = select(*_COLUMNS).select_from(_source(f"{where} {column}")).where(text(where))
    return found.params(**given, today=today)


def order(asked: Filters, sort: str, today: date) -> Order:
    name = sort.removeprefix("-")
    expression, kind = SORTS[name]
    if name == DEFAULT_SORT and asked.on_board:
        # Numbers grow with time: by their index all past turns would be walked before the first one under way. No
        # index knows this expression, so that those under way are found first, and sorted.
        expression = "t.turn_id || ''"
    # A column to order by takes no parameters.
    column = literal_column(expression.replace(":today", f"DATE '{today.isoformat()}'"), _TYPES[kind])
    return Order(column, _t.c.id, descending=sort.startswith("-"), nullable=name != DEFAULT_SORT)


def _source(said: str) -> FromClause:
    source: FromClause = _t.join(_s, _s.c.id == _t.c.stage_id)
    for other, is_its, is_optional in _BESIDE:
        if re.search(rf"\b{other.name}\.", said):
            source = source.join(other, is_its, isouter=is_optional)
    return source
