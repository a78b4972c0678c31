"""Everything that a report counts, read from one snapshot."""

from __future__ import annotations

from turns_web.core import db
from turns_web.core.identity import Identity
from turns_web.reports.asking import Asked
from turns_web.reports.completed import completed
from turns_web.reports.figures import Completed, Dashboard
from turns_web.reports.period import Against
from turns_web.reports.under_way import under_way


def dashboard(who: Identity, asked: Asked) -> Dashboard:
    with db.read_replica(who) as session:
        now = under_way(session, who, asked)
        return Dashboard(now.as_of, now.source, now.behind_s, asked.period, now.figures, completed(session, asked))


def held_against(who: Identity, asked: Asked, against: Against) -> Completed:
    """The same figures of the period before, or of a year ago."""
    with db.read_replica(who) as session:
        return completed(session, asked.against(against))
