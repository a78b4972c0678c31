from sqlalchemy import Boolean, Column, DateTime, FetchedValue, Integer, String, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB

from turns_web.schema.base import SECRET, base_columns, metadata, row_id
from turns_web.schema.kinds import USER_ROLE

users = Table(
    "users",
    metadata,
    row_id(),
    Column("email", String(255), nullable=False),
    Column("password_hash", String(255), info=SECRET),
    Column("first_name", String(100)),
    Column("last_name", String(100)),
    Column("phone", String(20)),
    Column("role", USER_ROLE, nullable=False, server_default=FetchedValue()),
    Column("is_active", Boolean, nullable=False, server_default=FetchedValue()),
    Column("email_verified", Boolean, nullable=False, server_default=FetchedValue()),
    Column("last_login", DateTime(timezone=True)),
    Column("markets", ARRAY(Text), nullable=False, server_default=FetchedValue()),
    Column("vendor_id", Uuid),
    Column("timezone", String(64)),
    Column("preferences", JSONB, nullable=False, server_default=FetchedValue()),
    *base_columns(),
)

sessions = Table(
    "sessions",
    metadata,
    row_id(),
    Column("user_id", Uuid, nullable=False),
    Column("token", String(255), nullable=False, info=SECRET),
    Column("ip_address", INET),
    Column("user_agent", Text),
    Column("last_seen_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("version", Integer, nullable=False, server_default=FetchedValue()),
)
