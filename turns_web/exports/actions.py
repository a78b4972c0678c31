"""Asking for an export, cancelling it, and asking for it once more."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from turns_web.core import clock
from turns_web.core.errors import Contended, Invalid
from turns_web.core.identity import Identity
from turns_web.exports import life
from turns_web.exports.formats import FORMATS
from turns_web.exports.queries import Export, load
from turns_web.exports.sources import source

LONGEST_QUERY = 8000

_ASK = text(
    "INSERT INTO exports (type, format, query, filters) VALUES (:type, :format, :query, :filters) "
    "ON CONFLICT (user_id, type, format, md5(query)) WHERE status IN ('queued', 'running') DO NOTHING RETURNING id"
).bindparams(bindparam("filters", type_=JSONB))
_UNDER_WAY = text(
    "SELECT id FROM exports WHERE user_id = :user_id AND type = :type AND format = :format "
    "AND md5(query) = md5(:query) AND status IN ('queued', 'running')"
)
_CANCEL = text("SELECT cancel_export(:id)")
_TRIES = 3


class Asked(NamedTuple):
    """is_new: false where the same was under way already."""

    export: Export
    is_new: bool


def ask(session: Session, who: Identity, type: str, format: str, query: str) -> Asked:
    """Have a file made. The same one asked for twice is one while it is under way.

    query: what narrows and orders the rows, and `columns`, as the address of the list has it.
    Raises Invalid, Senseless.
    """
    if len(query) > LONGEST_QUERY:
        raise Invalid({"query": "There are too many filters for an export. Take some away."})
    if format not in FORMATS:
        raise Invalid({"format": f"Choose one of: {', '.join(FORMATS)}."})
    # Nonsense is refused before anybody waits for it.
    filters = source(session, who, type, query, clock.today(who.portfolio_zone)).filters
    asked = {"type": type, "format": format, "query": query}
    for _ in range(_TRIES):
        made = session.execute(_ASK, {**asked, "filters": [list(pair) for pair in filters]}).scalar()
        if made is not None:
            life.hand_over(session, made)
            return Asked(load(session, made), is_new=True)
        same = session.execute(_UNDER_WAY, {**asked, "user_id": who.user_id}).scalar()
        if same is not None:
            return Asked(load(session, same), is_new=False)
    raise Contended("The same export was asked for and ended just now. Try again.")


def cancel(session: Session, id: UUID) -> Export:
    """End it, whoever works on it; one that is over stays as it is. Raises NotFound."""
    session.execute(_CANCEL, {"id": id})
    return load(session, id)


def again(session: Session, who: Identity, id: UUID) -> Asked:
    """Have the same made anew, in this person's own name. Raises NotFound, Invalid, Senseless."""
    export = load(session, id)
    return ask(session, who, export.type, export.format, export.query)
