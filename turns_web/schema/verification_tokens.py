from sqlalchemy import Column, DateTime, FetchedValue, String, Table, Uuid

from turns_web.schema.base import SECRET, metadata, row_id

verification_tokens = Table(
    "verification_tokens",
    metadata,
    row_id(),
    Column("user_id", Uuid, nullable=False),
    Column("purpose", String(10), nullable=False),
    Column("token", String(64), nullable=False, info=SECRET),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("created_by", Uuid, nullable=False, server_default=FetchedValue()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
)
