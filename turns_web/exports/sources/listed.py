"""What the sources that are listed alike share: their order, and their filters in words."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.core.fields import Ref, say
from turns_web.core.listing import Filter
from turns_web.core.names import names_of


def order_by(sort: str, alias: str) -> str:
    """As core/keyset orders a list: rows without a value come last both ways, equal ones by their ids."""
    name = f"{alias}.{sort.removeprefix('-')}"
    way = "DESC" if sort.startswith("-") else "ASC"
    return f"{name} {way} NULLS LAST, {alias}.id {way}"


def words_of(session: Session, told: Filter) -> list[tuple[str, str]]:
    """(label, value) of each filter in force."""
    wanted: dict[str, list[UUID]] = {}
    for name, values in told.values.items():
        kind = told.kinds[name]
        if isinstance(kind, Ref):
            wanted.setdefault(kind.to, []).extend(values)
    names = names_of(session, wanted)
    words = [("Find", told.q)] if told.q else []
    for name, values in told.values.items():
        kind = told.kinds[name]
        words.append((kind.label, " or ".join(say(kind, value, names) for value in values)))
    return words
