"""Everything that a report counts, read from one snapshot: what is under way anew each time, what was completed at most
five minutes old, but for what oneself changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from turns_web.core import db
from turns_web.core.db import Snapshot
from turns_web.core.identity import Identity
from turns_web.reports.asking import Asked
from turns_web.reports.completed import completed
from turns_web.reports.figures import Completed, Dashboard
from turns_web.reports.kept import kept
from turns_web.reports.period import Against
from turns_web.reports.statements import ask
from turns_web.reports.under_way import homes, under_way

# Years of a large portfolio take some seconds; who waits so long has left.
_LONGEST_S = 60
# An act is dated by the beginning of its transaction, which a snapshot taken a moment later does not hold yet.
_MARGIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Counted:
    """as_of: what was committed until then is in it."""

    as_of: datetime
    total_properties: int
    completed: Completed


_COUNTED = TypeAdapter(_Counted)


def dashboard(who: Identity, asked: Asked, *, has_all: bool = False) -> Dashboard:
    """has_all: with everything that was committed until now, for those of whom nobody knows whether they wrote."""
    with db.snapshot(who, has_all=has_all, longest_s=_LONGEST_S) as found:
        counted = _counted(found, who, asked)
        now = under_way(found.session, asked, counted.total_properties)
    return Dashboard(counted.as_of, found.source, now.behind_s, asked.period, now.figures, counted.completed)


def held_against(who: Identity, asked: Asked, against: Against) -> Completed:
    """The same figures of the period before, or of a year ago."""
    with db.snapshot(who, has_all=False, longest_s=_LONGEST_S) as found:
        return _counted(found, who, asked.against(against)).completed


def _counted(found: Snapshot, who: Identity, asked: Asked) -> _Counted:
    key = _key(who, asked)
    known = _known(key)
    if known is not None and _holds(found, who, asked, known):
        return known
    with kept().alone(key):
        newer = _known(key)
        if newer is not None and newer != known and _holds(found, who, asked, newer):
            return newer
        counted = _Counted(found.as_of, homes(found.session, who, asked), completed(found.session, asked))
        kept().put(key, _COUNTED.dump_json(counted))
        return counted


def _known(key: str) -> _Counted | None:
    told = kept().get(key)
    try:
        return _COUNTED.validate_json(told) if told else None
    except ValidationError:
        # Another release kept it.
        return None


def _holds(found: Snapshot, who: Identity, asked: Asked, known: _Counted) -> bool:
    """Whether this person changed nothing of it since."""
    since = ask(found.session, "wrote_since", asked, me=who.user_id, since=known.as_of - _MARGIN)
    return not since.scalar_one()


def _key(who: Identity, asked: Asked) -> str:
    """Whoever sees the same rows is told the same figures."""
    sight = ["all"] if who.sees_all else [str(who.user_id), who.role, *sorted(who.markets)]
    days = [asked.today, asked.period.first, asked.period.last]
    told = json.dumps([sight, [str(day) for day in days], asked.filters.query()])
    return f"report:{hashlib.sha256(told.encode()).hexdigest()}"
