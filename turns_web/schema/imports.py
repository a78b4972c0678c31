from sqlalchemy import Column, DateTime, FetchedValue, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from turns_web.schema.base import metadata, row_id

imports = Table(
    "imports",
    metadata,
    row_id(),
    Column("user_id", Uuid, nullable=False, server_default=FetchedValue()),
    Column("table_name", String(100), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("counts", JSONB, nullable=False, server_default=FetchedValue()),
    Column("status", String(20), nullable=False, server_default=FetchedValue()),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("undone_at", DateTime(timezone=True)),
)
