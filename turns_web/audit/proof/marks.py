"""What a seal keeps of each row, and the same made anew from the row: 72 bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from psycopg import sql

SIZE = 72

# As seal_audit_part() has it. Said once more here and not asked of the database: whoever changes rows there could
# change a function as well. Needs the time zone UTC and ISO dates.
_OF_ROW = sql.SQL("""uuid_send(a.id) || uuid_send(a.record_id)
    || int8send((extract(epoch FROM a.created_at) * 1000000)::bigint)
    || sha256(convert_to(ROW(a.id, a.table_name, a.record_id, a.action, a.record_version, a.xid, a.user_id,
        a.user_email, a.user_name, a.user_role, a.ip_address, a.user_agent, a.session_id, a.old_values, a.new_values,
        a.changed_fields, a.property_id, a.turn_id, a.vendor_id, a.context, a.metadata,
        a.created_at)::text, 'UTF8'))""")


def rows(part: sql.Identifier) -> sql.Composed:
    """(mark, xid) of each row, in the order of the seals."""
    return sql.SQL("SELECT {}, a.xid::text::bigint FROM {} a ORDER BY a.xid, a.id").format(_OF_ROW, part)


def of_id(part: sql.Identifier) -> sql.Composed:
    """The marks of the rows with an id."""
    return sql.SQL("SELECT {} FROM {} a WHERE a.id = %s").format(_OF_ROW, part)


@dataclass(frozen=True, slots=True)
class Mark:
    id: UUID
    record_id: UUID
    created_at: datetime
    digest: bytes

    @classmethod
    def of(cls, raw: bytes) -> Mark:
        (microseconds,) = struct.unpack(">q", raw[32:40])
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
        return cls(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), at, raw[40:])
