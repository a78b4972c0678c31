from sqlalchemy import Boolean, Column, DateTime, FetchedValue, Integer, String, Table, Uuid

from turns_web.schema.base import base_columns, metadata, row_id

notifications = Table(
    "notifications",
    metadata,
    row_id(),
    Column("user_id", Uuid, nullable=False),
    Column("kind", String(50), nullable=False),
    Column("turn_id", Uuid),
    Column("title", String(500), nullable=False),
    Column("body", String(2000), nullable=False, server_default=FetchedValue()),
    Column("link", String(500), nullable=False),
    Column("key", String(200), nullable=False),
    Column("count", Integer, nullable=False, server_default=FetchedValue()),
    Column("is_shown", Boolean, nullable=False, server_default=FetchedValue()),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("read_at", DateTime(timezone=True)),
)

notification_texts = Table(
    "notification_texts",
    metadata,
    row_id(),
    Column("kind", String(50), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("body", String(1000), nullable=False),
    *base_columns(),
)
