from sqlalchemy import Column, String, Table, Uuid

from turns_web.schema.base import base_columns, metadata, row_id

comments = Table(
    "comments",
    metadata,
    row_id(),
    Column("turn_id", Uuid, nullable=False),
    Column("body", String(5000), nullable=False),
    *base_columns(),
)
