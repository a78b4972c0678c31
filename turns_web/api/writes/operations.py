"""What may be done to a table, as the registry describes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from turns_web.api.tables import ROW
from turns_web.core.errors import Invalid
from turns_web.core.fields import Fields
from turns_web.core.identity import Identity, Role
from turns_web.core.versioned import Saved

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """values: of the operation's fields, those that were sent. version: None where a row is made."""

    id: UUID | None
    version: int | None
    values: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Act(Protocol):
    """Does it and answers the row as written. Raises the Refusals of core/errors."""

    def __call__(self, session: Session, who: Identity, command: Command, /) -> Row: ...


def by_version(act: Callable[..., Saved]) -> Act:
    """An act that needs no more than the version."""
    return lambda session, who, command: act(session, command.id, command.version).row


@dataclass(frozen=True, slots=True)
class Operation:
    """access: the action in access.py. fields: what `data` may set; others are read only here.

    settable: of those, the ones that somebody of a role may set. beyond: what the others are told.
    partial: fields that are not sent stay as they are, also those that a row needs. makes: it makes a row, so that
    there is no version yet.
    lock: keeps the rows with these ids from other writers where who may do it cannot write them otherwise.
    metadata: what `metadata` may hold.
    """

    access: str
    act: Act
    fields: Fields = field(default_factory=dict)
    settable: Callable[[Role], Fields] | None = None
    beyond: str = "Your role does not set this."
    partial: bool = False
    makes: bool = False
    lock: Callable[[Session, Collection[UUID]], None] | None = None
    metadata: Fields = field(default_factory=dict)

    def settable_by(self, role: Role) -> Fields:
        return self.settable(role) if self.settable else self.fields


@dataclass(frozen=True, slots=True)
class Resource:
    """A table that programs write."""

    table: Table
    operations: Mapping[str, Operation]

    @property
    def row(self) -> str:
        """The key of its rows in answers."""
        return ROW[self.table.name]

    def operation(self, name: str) -> Operation:
        """Raises Invalid for one that there is not."""
        if name not in self.operations:
            raise Invalid({"operation": f"Choose one of: {', '.join(self.operations)}."})
        return self.operations[name]
