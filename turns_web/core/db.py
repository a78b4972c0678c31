"""Transactions, each in somebody's name.

`write(identity)` and `read(identity)` open one transaction whose first statement says who asks and how long it may
take, locally to that transaction, so that it is safe behind a transaction pooler; row-level security does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from turns_web.core.errors import Busy, ReplicaLost, Unsure, is_lost, refusal_of
from turns_web.core.identity import Identity
from turns_web.core.pools import FOR_WORK, Patience, Pools, open_pools
from turns_web.core.replica import MOST_LAG_S

# One act of a person, however many transactions it takes: a request, whose events then belong together.
act: ContextVar[str | None] = ContextVar("act", default=None)
# What the replica broke off is asked once more, of the primary.
_leaves_replica: ContextVar[bool] = ContextVar("leaves_replica", default=False)

_pools: Pools | None = None

_SET = (
    "set_config('app.current_user_id', :user_id, true), set_config('app.session_id', :session_id, true), "
    "set_config('app.ip', :ip, true), set_config('app.user_agent', :user_agent, true), "
    "set_config('app.context', :context, true), set_config('statement_timeout', :statement_ms, true), "
    "set_config('lock_timeout', :lock_ms, true), set_config('idle_in_transaction_session_timeout', :idle_ms, true)"
)
_AS_APP = "set_config('role', 'turns_app', true)"
_DATE = "transaction_timestamp() AS begun, pg_last_xact_replay_timestamp() AS replayed"
# By whether the role is switched, and whether it is to be dated.
_FIRST = {
    (False, False): text(f"SELECT {_SET}"),
    (False, True): text(f"SELECT {_SET}, {_DATE}"),
    (True, False): text(f"SELECT {_AS_APP}, {_SET}"),
    (True, True): text(f"SELECT {_AS_APP}, {_SET}, {_DATE}"),
}


def configure(settings: Any, patience: Patience = FOR_WORK) -> None:
    """Open the pools. Once a process, after any fork."""
    global _pools
    dispose()
    _pools = open_pools(settings, patience)


def dispose() -> None:
    global _pools
    pools, _pools = _pools, None
    if pools is not None:
        pools.dispose()


@contextmanager
def write(identity: Identity | None, *, context: str = "", longest_s: float | None = None) -> Iterator[Session]:
    """A transaction on the primary: commits at the end, leaves nothing behind on an error.

    context: where the write comes from (`import:<id>`), kept in the audit. longest_s: for a statement, where those of a
    page are too short.
    Raises the Refusals of core/errors for what the database refuses.
    """
    with _opened("writing") as session:
        _begin(session, identity, context, longest_s)
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
        _begin(session, identity)
        yield session
        session.commit()  # a rollback has psycopg forget every statement it has prepared on the connection


@contextmanager
def read_replica(identity: Identity) -> Iterator[Session]:
    """As `read`, on the replica where it is well and at most a second behind, else on the primary; who wrote a moment
    ago reads what they wrote.

    Raises ReplicaLost where it breaks off what was begun.
    """
    begun = _begun_on_replica(identity, "replica") if replica_in_use(has_all=identity.wrote_lately) else None
    if begun is None:
        with read(identity) as session:
            yield session
        return
    session, _ = begun
    with _on_replica(session):
        yield session


@dataclass(frozen=True, slots=True)
class Snapshot:
    """as_of: what was committed until then is in it. source: where it is read."""

    session: Session
    as_of: datetime
    source: Literal["replica", "primary"]


@contextmanager
def snapshot(who: Identity, *, has_all: bool = True, longest_s: float | None = None) -> Iterator[Snapshot]:
    """A transaction whose statements all see the same moment and cannot write: on the replica where it is well, else on
    the primary.

    has_all: everything that was committed until now is to be in it, and the replica is given a second for that; else,
    but for what this person wrote a moment ago, it may be as old as that. longest_s: a statement that takes longer is
    broken off; by default half a minute for a page, an hour for a worker.

    Raises ReplicaLost where it breaks off what was begun.
    """
    longest_s = _open().patience.of_snapshot_s if longest_s is None else longest_s
    if has_all:
        is_well = replica_in_use(has_all=True, patience_s=MOST_LAG_S)
    else:
        is_well = replica_in_use(has_all=who.wrote_lately)
    # Asked first: what the replica is found to have once the transaction stands still is not in it.
    found = _all_until() if is_well else None
    begun = _begun_on_replica(who, "replica_still", longest_s) if found else None
    if begun is None or found is None:
        with _opened("still") as session:
            dated = _begin(session, who, longest_s=longest_s, is_dated=True)
            yield Snapshot(session, dated.begun, "primary")
            session.commit()
        return
    session, dated = begun
    with _on_replica(session):
        # Nothing is replayed out of order. Where nobody writes, the last transaction is long ago.
        yield Snapshot(session, max(dated.replayed or found, found), "replica")


def _all_until() -> datetime:
    """Everything that was committed until then is on the replica, as far as the router knows."""
    age_s = _open().router.age_s()  # pyright: ignore[reportOptionalMemberAccess] # who reads a replica has a router
    return datetime.now(UTC) - timedelta(seconds=min(age_s, 86400.0))


def replica_in_use(*, has_all: bool = False, patience_s: float | None = None) -> bool:
    """Whether reads go to the replica now. has_all: those that must see everything committed until now, for which it is
    given so long."""
    router = _open().router
    return router is not None and not _leaves_replica.get() and router.is_well(has_all=has_all, patience_s=patience_s)


@contextmanager
def leaving_replica() -> Iterator[None]:
    """Inside, everything is read from the primary."""
    token = _leaves_replica.set(True)
    try:
        yield
    finally:
        _leaves_replica.reset(token)


def _begun_on_replica(who: Identity, way: str, longest_s: float | None = None) -> tuple[Session, Row] | None:
    """None where it is gone after all."""
    session = _session(way)
    try:
        return session, _begin(session, who, longest_s=longest_s, is_dated=True)
    except DBAPIError:
        session.close()
        _lose_replica()
        return None
    except PoolTimeout as busy:
        raise Busy() from busy


@contextmanager
def _on_replica(session: Session) -> Iterator[None]:
    try:
        with refusals():
            try:
                yield
                session.commit()
            except DBAPIError as error:
                if not is_lost(error):
                    raise
                _lose_replica()
                raise ReplicaLost() from error
    finally:
        session.close()


def _lose_replica() -> None:
    if (router := _open().router) is not None:
        router.lost()


@contextmanager
def sign_in() -> Iterator[Session]:
    """For the sign-in functions, before anybody is known: each statement is a transaction of its own."""
    with _opened("signing_in") as session:
        yield session


@contextmanager
def _opened(way: str) -> Iterator[Session]:
    session = _session(way)
    try:
        with refusals():
            yield session
    finally:
        session.close()


def _session(way: str) -> Session:
    """way: a field of Pools."""
    return Session(getattr(_open(), way), autoflush=False, expire_on_commit=False)


def _open() -> Pools:
    if _pools is None:
        raise RuntimeError("core.db.configure was not called")
    return _pools


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
    except PoolTimeout as busy:
        raise Busy() from busy


def _begin(
    session: Session,
    who: Identity | None,
    context: str = "",
    longest_s: float | None = None,
    *,
    is_dated: bool = False,
) -> Row:
    """The first statement. is_dated: it tells when the transaction began, and what was replayed by then."""
    pools = _open()
    patience = pools.patience
    statement_s = patience.statement_s if longest_s is None else longest_s
    return session.execute(
        _FIRST[pools.switches_role, is_dated],
        {
            "user_id": str(who.user_id) if who else "",
            "session_id": str(who.session_id) if who and who.session_id else "",
            "ip": (who.ip or "") if who else "",
            "user_agent": (who.user_agent or "")[:500] if who else "",
            "context": context,
            "statement_ms": str(round(statement_s * 1000)),
            "lock_ms": str(round(patience.lock_s * 1000)),
            "idle_ms": str(round(patience.idle_s * 1000)),
        },
    ).one()


def before_commit(session: Session, due: Callable[[], None]) -> None:
    """Run `due` as the last thing of this transaction, once however many rows it is about."""
    session.info.setdefault("before_commit", []).append(due)


def after_commit(session: Session, due: Callable[[], None]) -> None:
    """Run `due` once this transaction has been committed, and only then."""
    session.info.setdefault("after_commit", []).append(due)
