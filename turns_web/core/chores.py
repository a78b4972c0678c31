"""What is done every so often, once however many keepers there are: each chore is a row, which whoever does it claims.

A claim holds for LEASE_S and is held on to while its keeper lives: what a killed one was at is taken up by another. One
that was frozen and wakes up may do it a second time; chores are safe for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

LEASE_S = 30
# What failed is not left for hours: it is tried again after a minute, what is done more often when it is due anyway.
_AGAIN_S = 60

_PLAN = text(
    "INSERT INTO chores (name, every_s) SELECT * FROM unnest(CAST(:names AS text[]), CAST(:every_s AS integer[])) "
    "ON CONFLICT (name) DO UPDATE SET every_s = excluded.every_s, "
    "due_at = least(chores.due_at, now() + make_interval(secs => excluded.every_s)) "
    "WHERE chores.every_s <> excluded.every_s"
)
_CLAIM = text(
    "UPDATE chores SET run = run + 1, started_at = now(), lease_until = now() + make_interval(secs => :lease_s), "
    "due_at = now() + make_interval(secs => every_s) WHERE name = (SELECT name FROM chores WHERE name = ANY(:names) "
    "AND CASE WHEN lease_until IS NULL THEN due_at <= now() ELSE lease_until < now() END "
    "ORDER BY due_at, name LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name, run"
)
_HOLD = text(
    "UPDATE chores SET lease_until = now() + make_interval(secs => :lease_s) "
    "FROM unnest(CAST(:names AS text[]), CAST(:runs AS bigint[])) AS held (name, run) "
    "WHERE (chores.name, chores.run) = (held.name, held.run) AND lease_until IS NOT NULL"
)
_END = text(
    "UPDATE chores SET lease_until = NULL, finished_at = now(), "
    "failures = CASE WHEN CAST(:error AS text) IS NULL THEN 0 ELSE failures + 1 END, "
    "failed_at = CASE WHEN CAST(:error AS text) IS NULL THEN failed_at ELSE now() END, "
    "error = coalesce(CAST(:error AS text), error), "
    "due_at = CASE WHEN CAST(:error AS text) IS NULL THEN due_at "
    "ELSE least(due_at, now() + make_interval(secs => :again_s)) END "
    "WHERE name = :name AND run = :run AND lease_until IS NOT NULL"
)
_ALL = text(
    "SELECT name, every_s, due_at, started_at, finished_at, lease_until > now(), failures, failed_at, error FROM chores"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """run: its number, by which whoever was overtaken is told from who is at it."""

    name: str
    run: int


@dataclass(frozen=True, slots=True)
class Chore:
    """failures: in a row until now. failed_at, error: of the last one, however long ago."""

    name: str
    every_s: int
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    is_under_way: bool | None
    failures: int
    failed_at: datetime | None
    error: str | None

    @property
    def took_s(self) -> float | None:
        """The last run; None where there was none, or it was cut short or is under way."""
        if self.started_at is None or self.finished_at is None or self.finished_at < self.started_at:
            return None
        return (self.finished_at - self.started_at).total_seconds()


def plan(session: Session, every_s: Mapping[str, int]) -> None:
    """What there is to do, and how often."""
    session.execute(_PLAN, {"names": list(every_s), "every_s": list(every_s.values())})


def claim(session: Session, names: Iterable[str]) -> Claim | None:
    """The one of these that is due, or was left lying, for longest; nobody else gets it until it is ended."""
    row = session.execute(_CLAIM, {"names": list(names), "lease_s": LEASE_S}).one_or_none()
    return Claim(*row) if row else None


def hold(session: Session, claims: Iterable[Claim], *, lease_s: float = LEASE_S) -> None:
    """We are still at them. lease_s: 0 gives them back."""
    held = list(claims)
    given = {"names": [claim.name for claim in held], "runs": [claim.run for claim in held], "lease_s": lease_s}
    session.execute(_HOLD, given)


def end(session: Session, claim: Claim, error: str | None = None) -> None:
    """error: in a line, where it failed."""
    given = {"name": claim.name, "run": claim.run, "error": error and error[:500], "again_s": _AGAIN_S}
    session.execute(_END, given)


def known(session: Session) -> dict[str, Chore]:
    return {row.name: Chore(*row) for row in session.execute(_ALL)}
