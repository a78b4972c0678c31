"""Which process works on which export, as the keeper of a machine's workers asks it."""

from __future__ import annotations

import os
import socket

from sqlalchemy import text

from turns_web.core import db
from turns_web.core.identity import system_identity
from turns_web.embedded import children

_IS_AT_WORK = text(
    "SELECT FROM exports WHERE worker = :name AND status = 'running' AND lease_until > clock_timestamp()"
)
_OURS = text("SELECT worker FROM exports WHERE status = 'running' AND starts_with(worker, :here)")
_END_LEASE = text(
    "UPDATE exports SET lease_until = clock_timestamp() WHERE status = 'running' AND worker = ANY(:names)"
)


def name_of(pid: int | None = None) -> str:
    """A process of this machine, or this one, as the rows name it."""
    return f"{_here()}{pid or os.getpid()}"


def is_at_work(pid: int) -> bool:
    """Whether it works on an export and has lately said so."""
    with db.read(system_identity()) as session:
        return session.execute(_IS_AT_WORK, {"name": name_of(pid)}).first() is not None


def give_up_dead() -> None:
    """What a process of this machine was at that is gone is nobody's at once, and not only when its lease is over."""
    with db.read(system_identity()) as session:
        names = session.execute(_OURS, {"here": _here()}).scalars().all()
    dead = [name for name in names if not children.alive(int(name.rpartition(":")[2]))]
    if dead:
        with db.write(system_identity(), context="exports") as session:
            session.execute(_END_LEASE, {"names": dead})


def _here() -> str:
    return f"{socket.gethostname()[:200]}:"
