"""How the two databases stand, and how far the replica is behind the primary."""

import time
from dataclasses import dataclass

import psycopg

from turns_web.config import Settings

MOST_LAG_S = 1.0

# Behind is what the primary has flushed and the replica has not replayed. The time of the last replayed transaction
# alone says nothing: it grows on an idle primary.
_FLUSHED = "SELECT pg_current_wal_flush_lsn()::text"
REPLAYED = """
    SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn,
           extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8
"""
_GRACE_S = 0.1


@dataclass(frozen=True, slots=True)
class Databases:
    """lag_s: seconds, None where unknown."""

    primary_ok: bool
    replica_ok: bool
    lag_s: float | None


@dataclass(frozen=True, slots=True)
class Notices:
    """What the primary tells of what should be seen to.

    audit_overflows: audit rows lie in the default partition, because a month's own was missing when they were written.
    webhooks_off: so many were switched off by themselves.
    """

    audit_overflows: bool = False
    webhooks_off: int = 0


def look(settings: Settings) -> Databases:
    """Ask both now, each with a connection of its own: a pool that is used up must not look like a database gone."""
    flushed = _flushed(settings.app_url)
    if not settings.has_replica:
        return Databases(flushed is not None, flushed is not None, 0.0)
    lag_s = _lag(settings.replica_url, flushed) if flushed else None
    return Databases(flushed is not None, lag_s is not None and lag_s <= MOST_LAG_S, lag_s)


def notices(settings: Settings) -> Notices:
    try:
        with _connect(settings.app_url) as primary:
            return Notices(*primary.execute("SELECT audit_overflows(), webhooks_gone_off()").fetchall()[0])
    except psycopg.Error:
        return Notices()


def _flushed(url: str) -> str | None:
    """How far the primary's log is on disk; None where it does not answer."""
    try:
        with _connect(url) as primary:
            (flushed,) = primary.execute(_FLUSHED).fetchall()[0]
            return flushed
    except psycopg.Error:
        return None


def _lag(url: str, flushed: str) -> float | None:
    """A replica that has just not replayed the last few bytes gets a moment: else an idle system, whose last
    transaction is long ago, would look far behind whenever the server writes a line of its own."""
    try:
        with _connect(url) as replica:
            end = time.monotonic() + _GRACE_S
            while True:
                reached, since_last_s = replica.execute(REPLAYED, [flushed]).fetchall()[0]
                if reached:
                    return 0.0
                if time.monotonic() >= end:
                    return since_last_s
                time.sleep(0.01)
    except psycopg.Error:
        return None


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, connect_timeout=2, autocommit=True, options="-c statement_timeout=2000")
