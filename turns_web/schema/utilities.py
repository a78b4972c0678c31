from sqlalchemy import Column, String, Table, Uuid

from turns_web.schema.base import archive_columns, base_columns, metadata, row_id
from turns_web.schema.kinds import UTILITY_KIND

utility_providers = Table(
    "utility_providers",
    metadata,
    row_id(),
    Column("name", String(255), nullable=False),
    Column("kind", UTILITY_KIND, nullable=False),
    Column("phone", String(20)),
    Column("website", String(500)),
    *archive_columns(),
    *base_columns(),
)

property_utilities = Table(
    "property_utilities",
    metadata,
    row_id(),
    Column("property_id", Uuid, nullable=False),
    Column("utility_provider_id", Uuid, nullable=False),
    Column("account_number", String(100)),
    *base_columns(),
)
