"""What a command can answer beside success. Raised inside, turned into a status in one place each for pages and JSON.

Messages are shown to people: what is wrong, and what to do or enter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg.errors as pg
from sqlalchemy.exc import DBAPIError

ALL = "__all__"


class Refusal(Exception):
    """Base of all answers that are a person's to mend; anything else is a fault of ours."""


class Invalid(Refusal):
    """Some fields cannot be taken: `fields` is {column name or "__all__": [sentence]}."""

    def __init__(self, fields: Mapping[str, Sequence[str] | str]):
        self.fields = {name: [said] if isinstance(said, str) else list(said) for name, said in fields.items()}
        super().__init__("; ".join(f"{name}: {' '.join(said)}" for name, said in self.fields.items()))


class Senseless(Refusal):
    """An address asks a list by a value that is none: `name` is the filter, `message` what would be right."""

    def __init__(self, name: str, message: str):
        self.name = name
        self.message = message
        super().__init__(f"{name}: {message}")


class NotFound(Refusal):
    """There is no such row, or this person may not know that there is."""


class Forbidden(Refusal):
    """The row may be seen, but not this done to it."""

    def __init__(self, message: str = "Your role does not do this."):
        self.message = message
        super().__init__(message)


class Unavailable(Refusal):
    """The database or another part is away for now; nothing was written."""


class Unsure(Unavailable):
    """The connection was lost while a transaction was being committed: it stands, or it does not."""


class Contended(Unavailable):
    """Two transactions were in each other's way and this one gave in: tried again, it may well succeed."""


class Busy(Unavailable):
    """Something was in the way for too long: a lock, a statement that took too long, connections all in use."""

    def __init__(self, message: str = "That took too long and was broken off. Nothing was saved; try again."):
        super().__init__(message)


class ReplicaLost(Unavailable):
    """The replica broke off what it was reading: asked once more, of the primary, it may well succeed."""


class WriteIdReused(Refusal):
    """A write_id that was used before came with another meaning."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people set to different values since `base`."""

    field: str
    base: Any
    server: Any
    local: Any


class Stale(Refusal):
    """The row has a newer version than the person saw.

    conflicts: fields that both sides changed to different values (may be empty: decisions never merge).
    merged: {field: value} for every submitted field, where only one side changed: that side's value.
    kept: fields that only the other side changed. server: the row as it is now, a mapping. base: as the person saw it.
    """

    def __init__(
        self,
        *,
        server: Mapping[str, Any],
        local_version: int,
        conflicts: Sequence[Conflict] = (),
        merged: Mapping[str, Any] | None = None,
        kept: Sequence[str] = (),
        base: Mapping[str, Any] | None = None,
        message: str = "Somebody saved this while you had it open.",
    ):
        self.server = server
        self.local_version = local_version
        self.conflicts = list(conflicts)
        self.merged = dict(merged or {})
        self.kept = list(kept)
        self.base = base
        self.message = message
        super().__init__(message)

    @property
    def server_version(self) -> int:
        return self.server["version"]

    @property
    def changed_at(self) -> datetime | None:
        return self.server.get("updated_at")


# Where a named constraint or a refusal raised by our own SQL belongs in a form. A sentence here replaces Postgres's own
# words; None keeps the message, which our triggers and functions write for people. Sorted by table.
CONSTRAINTS: dict[str, tuple[str, str | None]] = {}


def constraint(name: str, field: str, sentence: str | None = None) -> None:
    """Tell once, beside the table it guards, what a named constraint says to a person."""
    CONSTRAINTS[name] = (field, sentence)


_AWAY = "The database is away for a moment. Nothing was saved; try again."
_IN_THE_WAY = (pg.QueryCanceled, pg.LockNotAvailable)
# Classes of SQLSTATE: connection, rollback, resources, intervention, system, internal.
_OF_THE_SERVER = {"08", "40", "53", "57", "58", "XX"}
_CONTENDED = (pg.DeadlockDetected, pg.SerializationFailure)
_UNAVAILABLE = (
    pg.AdminShutdown,
    pg.CrashShutdown,
    pg.CannotConnectNow,
    pg.ConnectionException,
    pg.ConnectionFailure,
    pg.TooManyConnections,
    pg.ReadOnlySqlTransaction,
)


def refusal_of(error: DBAPIError) -> Refusal | None:
    """The refusal that a database error stands for, or None where it is a fault of ours."""
    cause = error.orig
    diag = getattr(cause, "diag", None)
    name = getattr(diag, "constraint_name", None) or ""
    said = getattr(diag, "message_primary", None) or ""
    if isinstance(cause, pg.NoDataFound):
        return NotFound()
    if isinstance(cause, pg.InsufficientPrivilege):
        # Our own functions speak to people, and name what refused; row security speaks of policies. A right that the
        # application lacks on a table or column is a fault of ours.
        if name:
            return Forbidden(said)
        return Forbidden() if "row-level security" in said else None
    if isinstance(cause, pg.IntegrityError) and name in CONSTRAINTS:
        field, sentence = CONSTRAINTS[name]
        return Invalid({field: sentence or said})
    if isinstance(cause, _CONTENDED):
        return Contended(_AWAY)
    if isinstance(cause, _IN_THE_WAY):
        return Busy()
    if error.connection_invalidated or isinstance(cause, _UNAVAILABLE) or isinstance(cause, pg.OperationalError):
        return Unavailable(_AWAY)
    return None


def is_lost(error: DBAPIError) -> bool:
    """Whether a server could not go on with what it was reading, though nothing is wrong with the question: it is gone,
    it lost its files, or what it had to replay was in the way."""
    if isinstance(error.orig, pg.QueryCanceled):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state[:2] in _OF_THE_SERVER
