"""What was counted for somebody lately, as long as they changed nothing of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from turns_web.core.db import Snapshot
from turns_web.core.identity import Identity
from turns_web.reports.asking import Asked
from turns_web.reports.kept import kept
from turns_web.reports.statements import ask

# Years of a large portfolio take some seconds; who waits so long has left.
LONGEST_S = 60
# An act is dated by the beginning of its transaction, which a snapshot taken a moment later does not hold yet.
_MARGIN = timedelta(seconds=1)


class Dated(Protocol):
    """as_of: what was committed until then is in it."""

    @property
    def as_of(self) -> datetime: ...


Counted = TypeVar("Counted", bound=Dated)


def remembered(
    found: Snapshot, who: Identity, asked: Asked, name: str, kind: TypeAdapter[Counted], count: Callable[[], Counted]
) -> Counted:
    """What `count` gives in this snapshot, or gave lately. name: which of the things counted for the same asking."""
    key = _key(who, asked, name)
    known = _known(key, kind)
    if known is not None and _holds(found, who, asked, known):
        return known
    with kept().alone(key):
        newer = _known(key, kind)
        if newer is not None and newer != known and _holds(found, who, asked, newer):
            return newer
        counted = count()
        kept().put(key, kind.dump_json(counted))
        return counted


def _known(key: str, kind: TypeAdapter[Counted]) -> Counted | None:
    told = kept().get(key)
    try:
        return kind.validate_json(told) if told else None
    except ValidationError:
        # Another release kept it.
        return None


def _holds(found: Snapshot, who: Identity, asked: Asked, known: Dated) -> bool:
    """Whether this person changed nothing of it since."""
    since = ask(found.session, "wrote_since", asked, me=who.user_id, since=known.as_of - _MARGIN)
    return not since.scalar_one()


def _key(who: Identity, asked: Asked, name: str) -> str:
    """Whoever sees the same rows is told the same figures."""
    sight = ["all"] if who.sees_all else [str(who.user_id), who.role, *sorted(who.markets)]
    days = [asked.today, asked.period.first, asked.period.last]
    told = json.dumps([name, sight, [str(day) for day in days], asked.filters.query()])
    return f"report:{hashlib.sha256(told.encode()).hexdigest()}"
