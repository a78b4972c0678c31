"""Everything that a report counts, read from one snapshot: what is under way anew each time, what was completed at most
five minutes old, but for what oneself changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from turns_web.core import db
from turns_web.core.db import Snapshot
from turns_web.core.identity import Identity
from turns_web.reports.asking import Asked
from turns_web.reports.completed import completed
from turns_web.reports.figures import Completed, Dashboard
from turns_web.reports.period import Against
from turns_web.reports.remembered import LONGEST_S, remembered
from turns_web.reports.under_way import homes, under_way


@dataclass(frozen=True, slots=True)
class _Counted:
    """as_of: what was committed until then is in it."""

    as_of: datetime
    total_properties: int
    completed: Completed


_COUNTED = TypeAdapter(_Counted)


def dashboard(who: Identity, asked: Asked, *, has_all: bool = False) -> Dashboard:
    """has_all: with everything that was committed until now, for those of whom nobody knows whether they wrote."""
    with db.snapshot(who, has_all=has_all, longest_s=LONGEST_S) as found:
        counted = _counted(found, who, asked)
        now = under_way(found.session, asked, counted.total_properties)
    return Dashboard(counted.as_of, found.source, now.behind_s, asked.period, now.figures, counted.completed)


def held_against(who: Identity, asked: Asked, against: Against) -> Completed:
    """The same figures of the period before, or of a year ago."""
    with db.snapshot(who, has_all=False, longest_s=LONGEST_S) as found:
        return _counted(found, who, asked.against(against)).completed


def _counted(found: Snapshot, who: Identity, asked: Asked) -> _Counted:
    def count() -> _Counted:
        return _Counted(found.as_of, homes(found.session, who, asked), completed(found.session, asked))

    return remembered(found, who, asked, "completed", _COUNTED, count)
