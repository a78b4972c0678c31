"""The connections of a process, a pool for each database, and how long what runs over them may take."""

from __future__ import annotations

import select
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from turns_web.core.cursor import PlainCursor
from turns_web.core.routing import Router

# As many connections as a process has WSGI threads. More threads of one Python only take turns and get in each other's
# way: with 16 people moving cards, four do a tenth to a fifth more than six.
POOL_SIZE = 4
# For the streams beside the pages, and the few that look after the process.
OVERFLOW = 4


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds; 0 is without end. statement_s: for a statement; of_snapshot_s: for one of those in which reports and
    exports read much. lock_s: for a lock that somebody holds. idle_s: between two statements of a transaction, whose
    locks others may wait for. pool_s: for a connection."""

    statement_s: float
    of_snapshot_s: float
    lock_s: float
    idle_s: float
    pool_s: float


# Somebody waits for the page, and others for its thread.
FOR_PAGES = Patience(statement_s=10, of_snapshot_s=30, lock_s=3, idle_s=60, pool_s=2)
# An administrator does some things to very many rows at once: an import taken back, a portfolio handed over.
LARGE_ACT_S = 300
# Imports, migrations and the workers' chores take as long as they take.
FOR_WORK = Patience(statement_s=0, of_snapshot_s=3600, lock_s=0, idle_s=0, pool_s=30)


@dataclass
class Spent:
    """What a request spent on statements: their number, and seconds waited for them."""

    statements: int = 0
    seconds: float = 0.0


spent: ContextVar[Spent | None] = ContextVar("spent", default=None)


class Pools(NamedTuple):
    """The primary's pool, asked in four ways, and the replica's, in two; made once, because making one costs as much as
    a statement. still: a transaction in which all statements see the same moment."""

    writing: Engine
    reading: Engine
    still: Engine
    signing_in: Engine
    replica: Engine | None
    replica_still: Engine | None
    router: Router | None
    patience: Patience
    switches_role: bool

    def dispose(self) -> None:
        if self.router is not None:
            self.router.close()
        self.writing.dispose()
        if self.replica is not None:
            self.replica.dispose()


_STILL = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def open_pools(settings: Any, patience: Patience) -> Pools:
    url = _url(settings.app_url)
    is_pooled = settings.database_pooled_url is not None
    primary = _engine(url, patience, is_pooled=is_pooled)
    replica = router = None
    if settings.has_replica:
        replica = _engine(_url(settings.replica_url), patience, is_pooled=is_pooled)
        router = Router(settings.app_url, settings.replica_url)
    return Pools(
        writing=primary,
        reading=primary.execution_options(postgresql_readonly=True),
        still=primary.execution_options(**_STILL),
        signing_in=primary.execution_options(isolation_level="AUTOCOMMIT"),
        replica=replica.execution_options(postgresql_readonly=True) if replica else None,
        replica_still=replica.execution_options(**_STILL) if replica else None,
        router=router,
        patience=patience,
        # Whoever else the operator's URL signs in with must not skip row security.
        switches_role=url.username != "turns_app",
    )


def _url(url: str) -> URL:
    return make_url(url.replace("postgresql://", "postgresql+psycopg://", 1))


def _engine(url: URL, patience: Patience, *, is_pooled: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=OVERFLOW,
        pool_timeout=patience.pool_s,
        pool_use_lifo=True,
        pool_reset_on_return="rollback",
        # An error's text goes into the log: never with the values, which may be somebody's secret or address.
        hide_parameters=True,
        connect_args={
            # Old PgBouncers hand one client's prepared statements to another.
            "prepare_threshold": None if is_pooled else 3,
            "connect_timeout": 5,
            "application_name": "turns",
            "cursor_factory": PlainCursor,
        },
    )
    event.listen(engine, "checkout", _refuse_ended)
    event.listen(engine, "before_cursor_execute", _start_clock)
    event.listen(engine, "after_cursor_execute", _stop_clock)
    return engine


def _refuse_ended(connection: Any, record: Any, fairy: Any) -> None:
    """A server that was restarted has ended what the pool kept: another connection is made, and nobody's request is
    lost to it. Nothing is asked: where nobody asked, the only thing to be read is the end."""
    try:
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        has_ended = bool(waiting.poll(0))
    except (OSError, psycopg.Error):
        has_ended = True
    if has_ended:
        raise DisconnectionError()


def _start_clock(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    if context is not None:
        context.turns_started = time.perf_counter()


def _stop_clock(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    counted = spent.get()
    if counted is not None and context is not None:
        counted.statements += 1
        counted.seconds += time.perf_counter() - context.turns_started
