from sqlalchemy import Column, DateTime, FetchedValue, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from turns_web.schema.base import metadata, row_id

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    Column("kind", String(100), nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("available_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("attempts", Integer, nullable=False, server_default=FetchedValue()),
    Column("done_at", DateTime(timezone=True)),
    Column("error", Text),
)
