from sqlalchemy import Column, DateTime, FetchedValue, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from turns_web.schema.base import SECRET, base_columns, metadata, row_id

webhooks = Table(
    "webhooks",
    metadata,
    row_id(),
    Column("url", String(2000), nullable=False),
    Column("secret", String(100), nullable=False, info=SECRET),
    Column("events", ARRAY(Text), nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
    Column("disabled_because", Text),
    Column("failures", Integer, nullable=False, server_default=FetchedValue()),
    Column("resume_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    *base_columns(),
)
