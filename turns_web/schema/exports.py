from sqlalchemy import BigInteger, Column, DateTime, FetchedValue, Integer, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from turns_web.schema.base import metadata, row_id

exports = Table(
    "exports",
    metadata,
    row_id(),
    Column("user_id", Uuid, nullable=False, server_default=FetchedValue()),
    Column("type", String(20), nullable=False),
    Column("format", String(10), nullable=False),
    Column("query", String(8000), nullable=False, server_default=FetchedValue()),
    Column("filters", JSONB, nullable=False, server_default=FetchedValue()),
    Column("status", String(10), nullable=False, server_default=FetchedValue()),
    Column("done", Integer, nullable=False, server_default=FetchedValue()),
    Column("total", Integer),
    Column("as_of", DateTime(timezone=True)),
    Column("source", String(10)),
    Column("file_name", String(255)),
    Column("size_bytes", BigInteger),
    Column("attempt", Integer, nullable=False, server_default=FetchedValue()),
    Column("worker", String(255)),
    Column("lease_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("queued_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True)),
    Column("error", String(500)),
)
