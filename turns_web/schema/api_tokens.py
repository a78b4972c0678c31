from sqlalchemy import Column, DateTime, FetchedValue, String, Table, Uuid

from turns_web.schema.base import SECRET, metadata, row_id

api_tokens = Table(
    "api_tokens",
    metadata,
    row_id(),
    Column("user_id", Uuid, nullable=False, server_default=FetchedValue()),
    Column("name", String(100), nullable=False),
    Column("token", String(64), nullable=False, info=SECRET),
    Column("scope", String(10), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
)
