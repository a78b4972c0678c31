from sqlalchemy import Column, FetchedValue, String, Table, Uuid

from turns_web.schema.base import base_columns, metadata, row_id
from turns_web.schema.kinds import USER_ROLE

saved_views = Table(
    "saved_views",
    metadata,
    row_id(),
    Column("owner_id", Uuid, nullable=False, server_default=FetchedValue()),
    Column("page", String(50), nullable=False),
    Column("name", String(100), nullable=False),
    Column("query", String(2000), nullable=False),
    Column("shared_with_role", USER_ROLE),
    *base_columns(),
)
