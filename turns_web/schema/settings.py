from sqlalchemy import Column, String, Table

from turns_web.schema.base import base_columns, metadata, row_id

settings = Table(
    "settings",
    metadata,
    row_id(),
    Column("name", String(100), nullable=False),
    Column("market", String(100)),
    Column("value", String(500), nullable=False),
    *base_columns(),
)
