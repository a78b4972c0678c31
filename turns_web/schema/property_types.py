from sqlalchemy import Boolean, Column, FetchedValue, String, Table

from turns_web.schema.base import base_columns, metadata, row_id

property_types = Table(
    "property_types",
    metadata,
    row_id(),
    Column("name", String(100), nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=FetchedValue()),
    *base_columns(),
)
