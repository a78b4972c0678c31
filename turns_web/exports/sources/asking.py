"""What an export is asked for: the query string of the list, and of our own `columns` and `bom`."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs

from turns_web.core.errors import Senseless
from turns_web.core.fields import Flag
from turns_web.core.listing import values_of
from turns_web.exports.sheet import Column


class Query:
    """A query string, as the lists' filters read one."""

    def __init__(self, query: str):
        self._values = parse_qs(query.removeprefix("?"), keep_blank_values=True)

    def getlist(self, key: str) -> list[str]:
        return self._values.get(key, [])

    def __contains__(self, key: object) -> bool:
        return key in self._values


def chosen(asked: Query, columns: Sequence[Column]) -> list[Column]:
    """The columns that are asked for, in the order of asking; all where none is named. Raises Senseless."""
    known = {column.name: column for column in columns}
    names = [name.strip() for typed in asked.getlist("columns") for name in typed.split(",") if name.strip()]
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise Senseless("columns", f"There is no column {unknown[:50]}. Choose some of: {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(names)] or list(columns)


def has_bom(asked: Query) -> bool:
    """Raises Senseless."""
    return values_of(asked, "bom", Flag(label="Byte order mark"))[-1:] == [True]
