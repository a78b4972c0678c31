"""What can be exported: the rows of each list under its own filters, with its columns by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from turns_web.core.errors import Invalid
from turns_web.core.fields import Fields
from turns_web.core.identity import Identity
from turns_web.exports.sheet import Column, Source
from turns_web.exports.sources import audit, properties, turns, vendors
from turns_web.exports.sources.asking import Query
from turns_web.exports.sources.audit import speak_of
from turns_web.exports.sources.seen import columns_seen

__all__ = ["BESIDE", "TYPES", "columns_of", "columns_seen", "filters_of", "source", "speak_of"]

_SOURCES = {"properties": properties, "turns": turns, "vendors": vendors, "audit": audit}
TYPES = tuple(_SOURCES)
# What an export's query may say beside the filters of its list.
BESIDE = ("q", "sort", "columns", "bom")


def source(session: Session, who: Identity, type: str, query: str, today: date) -> Source:
    """The rows that this person may see, under the filters of a list's address.

    query: the query string, and in it `columns=a,b,c` (all where it isn't) and `bom=1`. Without filters: all rows that
    are not archived, past turns too. Names that the list does not know ask nothing.
    Raises Senseless for a value that is none, Invalid for a type that is none.
    """
    return _of(type).source(session, who, Query(query), today)


def columns_of(type: str) -> Sequence[Column]:
    """All columns that an export of this type can have."""
    return _of(type).COLUMNS


def filters_of(type: str) -> Fields:
    """The filters that it knows, beside those of BESIDE."""
    return _of(type).filters_known()


def _of(type: str):
    if type not in _SOURCES:
        raise Invalid({"type": f"Choose one of: {', '.join(TYPES)}."})
    return _SOURCES[type]
