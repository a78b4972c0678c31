from sqlalchemy import Boolean, Column, String, Table, Uuid

from turns_web.schema.base import metadata
from turns_web.schema.kinds import USER_ROLE

people = Table(
    "people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("first_name", String(100)),
    Column("last_name", String(100)),
    Column("role", USER_ROLE),
    Column("email", String(255)),
    Column("is_active", Boolean),
)
