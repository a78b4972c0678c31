from sqlalchemy import Column, DateTime, FetchedValue, Integer, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from turns_web.schema.base import metadata, row_id

write_receipts = Table(
    "write_receipts",
    metadata,
    row_id(),
    Column("user_id", Uuid, nullable=False),
    Column("write_id", String(100), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("status", Integer),
    Column("answer", JSONB),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
)
