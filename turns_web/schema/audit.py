from sqlalchemy import BigInteger, Column, DateTime, FetchedValue, Integer, LargeBinary, String, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB

from turns_web.schema.base import SECRET, metadata
from turns_web.schema.kinds import AUDIT_ACTION, XID8

audit_logs = Table(
    "audit_logs",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=FetchedValue()),
    Column("table_name", String(100), nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("action", AUDIT_ACTION, nullable=False),
    Column("record_version", Integer),
    Column("xid", XID8, nullable=False, server_default=FetchedValue()),
    Column("user_id", Uuid, nullable=False),
    Column("user_email", String(255), nullable=False),
    Column("user_name", String(255), nullable=False),
    Column("user_role", String(50), nullable=False),
    Column("ip_address", INET),
    Column("user_agent", Text),
    Column("session_id", Uuid),
    Column("old_values", JSONB),
    Column("new_values", JSONB),
    Column("changed_fields", ARRAY(Text)),
    Column("property_id", Uuid),
    Column("turn_id", Uuid),
    Column("vendor_id", Uuid),
    Column("context", String(255)),
    Column("metadata", JSONB),
    Column("created_at", DateTime(timezone=True), primary_key=True, server_default=FetchedValue()),
)

# Written by seal_audit() alone; who may read it sees the chain, not what hashes of rows are kept.
audit_seals = Table(
    "audit_seals",
    metadata,
    Column("number", BigInteger, primary_key=True),
    Column("part", String(63), nullable=False),
    Column("from_xid", XID8, nullable=False),
    Column("from_id", Uuid, nullable=False),
    Column("to_xid", XID8, nullable=False),
    Column("to_id", Uuid, nullable=False),
    Column("below_xid", XID8, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("marks", LargeBinary, nullable=False, info=SECRET),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sealed_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
)
