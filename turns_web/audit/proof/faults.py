"""What does not fit, in words and by name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from turns_web.audit.proof.marks import Mark

# Where a record may still be, when no other row of the audit tells what it was.
_OF_RECORD = "SELECT table_name FROM audit_logs WHERE record_id = %s LIMIT 1"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that does not fit. kind: `changed`, `missing`, `added`, `unsealed` (a row); `seal`, `anchor`,
    `part`. says: a sentence. The others where they are known."""

    kind: str
    says: str
    seal: int | None = None
    part: str | None = None
    id: UUID | None = None
    table_name: str | None = None
    record_id: UUID | None = None
    created_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Misfit(Exception):
    def __init__(self, fault: Fault):
        self.fault = fault
        super().__init__(fault.says)


_SAYS = {
    "changed": "was changed after it was sealed",
    "missing": "was sealed, and is not there any more",
    "added": "was slipped in: no seal has it",
    "unsealed": "is in no seal, and is older than a minute: does the worker run?",
}


def of_row(
    connection: psycopg.Connection[Any], kind: str, mark: Mark, part: sql.Identifier, name: str, seal: int | None = None
) -> Misfit:
    """About one row, by its mark; its table is asked of what is there."""
    table = (
        connection.execute(sql.SQL("SELECT table_name FROM {} WHERE id = %s").format(part), [mark.id]).fetchone()
        or connection.execute(_OF_RECORD, [mark.record_id]).fetchone()
    )
    table_name = str(table[0]) if table else None
    at = f"{mark.created_at:%Y-%m-%d %H:%M:%S.%f} UTC"
    says = f"Row {mark.id} of {table_name or 'a record'} {mark.record_id}, {at}, {_SAYS[kind]}."
    return Misfit(Fault(kind, says, seal, name, mark.id, table_name, mark.record_id, mark.created_at))
