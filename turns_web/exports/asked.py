"""What is asked for, from wherever it is asked: the address of a list becomes the query of an export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlencode

from turns_web.core.identity import Identity
from turns_web.exports.sources import columns_of, columns_seen, filters_of

# Of our own choices of columns: those of the person's own table of this list.
SEEN = "seen"
_OF_THE_LIST = ("q", "sort", "bom")


def query_of(type: str, pairs: Iterable[tuple[str, str]], columns: Sequence[str] = ()) -> str:
    """The query that asks for just this, always in the same order, so that the same one is known again.

    pairs: of a list's address; what is no filter of it (how it looks, where its window begins) is left out.
    columns: all where none is named. Raises Invalid for a type that is none.
    """
    known = {*filters_of(type), *_OF_THE_LIST}
    said = dict.fromkeys((name, value) for name, value in pairs if name in known and value.strip())
    chosen = [("columns", ",".join(columns))] if columns else []
    return urlencode(sorted(said, key=lambda pair: pair[0]) + chosen)


def columns_typed(who: Identity, type: str, typed: str) -> list[str]:
    """The columns by name; none means all. typed: names with commas, or `seen`. Those of another list, from which the
    form was come to before something else was chosen, are left out."""
    known = {column.name for column in columns_of(type)}
    return columns_seen(who, type) if typed == SEEN else [name for name in typed.split(",") if name in known]


def columns_in(type: str, query: str) -> int:
    """How many columns the file of this query has."""
    named = [name for key, value in parse_qsl(query) if key == "columns" for name in value.split(",") if name.strip()]
    return len(dict.fromkeys(named)) or len(columns_of(type))


def narrows(query: str) -> bool:
    """Whether it asks for less than all rows."""
    return any(name not in ("sort", "columns", "bom") for name, _ in parse_qsl(query))
