"""Transactions, each in somebody's name.

`write(identity)` and `read(identity)` open one transaction whose first statement says who asks, locally to that
transaction, so that it is safe behind a transaction pooler; row-level security does the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from turns_web.core.cursor import PlainCursor
from turns_web.core.errors import Unsure, refusal_of
from turns_web.core.identity import Identity
from turns_web.core.replica import MOST_LAG_S
from turns_web.core.routing import Router


@dataclass
class Spent:
    """What a request spent on statements: their number, and seconds waited for them."""

    statements: int = 0
    seconds: float = 0.0


spent: ContextVar[Spent | None] = ContextVar("spent", default=None)
# One act of a person, however many transactions it takes: a request, whose events then belong together.
act: ContextVar[str | None] = ContextVar("act", default=None)

# As many connections as a process has WSGI threads. More threads of one Python only take turns and get in each other's
# way: with 16 people moving cards, four do a tenth to a fifth more than six.
POOL_SIZE = 4


class _Engines(NamedTuple):
    """The primary's pool, asked in four ways, and the replica's, in two; made once, because making one costs as much as
    a statement."""

    writing: Engine
    reading: Engine
    still: Engine
    signing_in: Engine
    replica: Engine | None
    replica_still: Engine | None


_engines: _Engines | None = None
_router: Router | None = None
_switches_role = False

_SET = (
    "set_config('app.current_user_id', :user_id, true), set_config('app.session_id', :session_id, true), "
    "set_config('app.ip', :ip, true), set_config('app.user_agent', :user_agent, true), "
    "set_config('app.context', :context, true)"
)
_IDENTIFY = text(f"SELECT {_SET}")
_STILL = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_DATE = text(
    "SELECT set_config('statement_timeout', :longest_ms, true), transaction_timestamp() AS begun, "
    "pg_last_xact_replay_timestamp() AS replayed"
)
# As long as a job of the workers may take in all.
_LONGEST_S = 3600
_IDENTIFY_AS_APP = text(f"SELECT set_config('role', 'turns_app', true), {_SET}")


def configure(settings: Any) -> None:
    """Open the pools. Once a process, after any fork."""
    global _engines, _router, _switches_role
    dispose()
    url = _url(settings.app_url)
    # Whoever else the operator's URL signs in with must not skip row security.
    _switches_role = url.username != "turns_app"
    primary = _engine(url, is_pooled=settings.database_pooled_url is not None)
    replica = None
    if settings.has_replica:
        replica = _engine(_url(settings.replica_url), is_pooled=settings.database_pooled_url is not None)
        replica = replica.execution_options(postgresql_readonly=True)
        _router = Router(settings.app_url, settings.replica_url)
    _engines = _Engines(
        primary,
        primary.execution_options(postgresql_readonly=True),
        primary.execution_options(**_STILL),
        primary.execution_options(isolation_level="AUTOCOMMIT"),
        replica,
        replica.execution_options(**_STILL) if replica else None,
    )


def dispose() -> None:
    global _engines, _router
    if _router is not None:
        _router.close()
        _router = None
    if _engines is not None:
        _engines.writing.dispose()
        if _engines.replica is not None:
            _engines.replica.dispose()
        _engines = None


def _url(url: str) -> URL:
    return make_url(url.replace("postgresql://", "postgresql+psycopg://", 1))


def _engine(url: URL, *, is_pooled: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=4,
        pool_timeout=10,
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
    event.listen(engine, "before_cursor_execute", _start_clock)
    event.listen(engine, "after_cursor_execute", _stop_clock)
    return engine


def _start_clock(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    if context is not None:
        context.turns_started = time.perf_counter()


def _stop_clock(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    counted = spent.get()
    if counted is not None and context is not None:
        counted.statements += 1
        counted.seconds += time.perf_counter() - context.turns_started


@contextmanager
def write(identity: Identity | None, *, context: str = "") -> Iterator[Session]:
    """A transaction on the primary: commits at the end, leaves nothing behind on an error.

    context: where the write comes from (`import:<id>`), kept in the audit.
    Raises the Refusals of core/errors for what the database refuses.
    """
    with _opened("writing") as session:
        _identify(session, identity, context)
        session.info["done"] = _done(identity)
        yield session
        for due in session.info.pop("before_commit", ()):
            due()
        _commit(session)
    for due in session.info.pop("after_commit", ()):
        due()


def _done(identity: Identity | None) -> dict[str, str]:
    """Who does it, and as part of what, as the events of the transaction say it."""
    by = {"by": str(identity.user_id)} if identity else {}
    return by | ({"act": of} if (of := act.get()) else {})


def _commit(session: Session) -> None:
    """Raises Unsure where the answer to COMMIT was lost; what was sent before it is known not to stand."""
    try:
        session.commit()
    except DBAPIError as lost:
        if lost.connection_invalidated:
            raise Unsure() from lost
        raise


@contextmanager
def read(identity: Identity | None) -> Iterator[Session]:
    """A transaction that cannot write, on the primary: for pages that show what was written a moment ago."""
    with _opened("reading") as session:
        _identify(session, identity, "")
        yield session
        session.commit()  # a rollback has psycopg forget every statement it has prepared on the connection


@contextmanager
def read_replica(identity: Identity) -> Iterator[Session]:
    """As `read`, on the replica where it is well and at most a second behind, else on the primary; who wrote a moment
    ago reads what they wrote."""
    session = _on_replica(identity) if replica_in_use(has_all=identity.wrote_lately) else None
    if session is None:
        with read(identity) as session:
            yield session
        return
    try:
        with refusals():
            yield session
            session.commit()
    finally:
        session.close()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """as_of: what was committed until then is in it. source: where it is read."""

    session: Session
    as_of: datetime
    source: Literal["replica", "primary"]


@contextmanager
def snapshot(who: Identity, *, has_all: bool = True, longest_s: float = _LONGEST_S) -> Iterator[Snapshot]:
    """A transaction whose statements all see the same moment and cannot write: on the replica where it is well, else on
    the primary.

    has_all: everything that was committed until now is to be in it, and the replica is given a second for that; else,
    but for what this person wrote a moment ago, it may be as old as that. longest_s: a statement that takes longer is
    broken off.
    """
    if has_all:
        is_well = _router is not None and _router.is_well(has_all=True, patience_s=MOST_LAG_S)
    else:
        is_well = replica_in_use(has_all=who.wrote_lately)
    session = _on_replica(who, "replica_still") if is_well else None
    source = "replica" if session else "primary"
    if session is None:
        session = _session("still")
    try:
        with refusals():
            if source == "primary":
                _identify(session, who, "")
            dated = session.execute(_DATE, {"longest_ms": str(round(longest_s * 1000))}).one()
            yield Snapshot(session, _as_of(dated), source)
            session.commit()
    finally:
        session.close()


def _as_of(dated: Any) -> datetime:
    """Nothing is replayed out of order. Where nobody writes, the last transaction is long ago, and the replica has all
    that the router found it to have."""
    if dated.replayed is None or _router is None:
        return dated.begun
    found = datetime.now(UTC) - timedelta(seconds=min(_router.age_s(), 86400.0))
    return max(dated.replayed, found)


def replica_in_use(*, has_all: bool = False) -> bool:
    """Whether reads go to the replica now. has_all: those that must see everything committed until now."""
    return _router is not None and _router.is_well(has_all=has_all)


def _on_replica(identity: Identity, way: Literal["replica", "replica_still"] = "replica") -> Session | None:
    """None where it is gone after all."""
    session = _session(way)
    try:
        _identify(session, identity, "")
    except DBAPIError:
        session.close()
        if _router is not None:
            _router.lost()
        return None
    return session


@contextmanager
def sign_in() -> Iterator[Session]:
    """For the sign-in functions, before anybody is known: each statement is a transaction of its own."""
    with _opened("signing_in") as session:
        yield session


@contextmanager
def _opened(way: Literal["writing", "reading", "signing_in"]) -> Iterator[Session]:
    session = _session(way)
    try:
        with refusals():
            yield session
    finally:
        session.close()


def _session(way: str) -> Session:
    """way: a field of _Engines."""
    if _engines is None:
        raise RuntimeError("core.db.configure was not called")
    return Session(getattr(_engines, way), autoflush=False, expire_on_commit=False)


@contextmanager
def refusals() -> Iterator[None]:
    """What the database refuses inside is raised as the Refusal that it stands for; see core/errors."""
    try:
        yield
    except DBAPIError as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        raise refused from error


def _identify(session: Session, identity: Identity | None, context: str) -> None:
    session.execute(
        _IDENTIFY_AS_APP if _switches_role else _IDENTIFY,
        {
            "user_id": str(identity.user_id) if identity else "",
            "session_id": str(identity.session_id) if identity and identity.session_id else "",
            "ip": (identity.ip or "") if identity else "",
            "user_agent": (identity.user_agent or "")[:500] if identity else "",
            "context": context,
        },
    )


def before_commit(session: Session, due: Callable[[], None]) -> None:
    """Run `due` as the last thing of this transaction, once however many rows it is about."""
    session.info.setdefault("before_commit", []).append(due)


def after_commit(session: Session, due: Callable[[], None]) -> None:
    """Run `due` once this transaction has been committed, and only then."""
    session.info.setdefault("after_commit", []).append(due)
