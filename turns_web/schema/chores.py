from sqlalchemy import BigInteger, Column, DateTime, FetchedValue, Integer, String, Table

from turns_web.schema.base import metadata

chores = Table(
    "chores",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("every_s", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("run", BigInteger, nullable=False, server_default=FetchedValue()),
    Column("lease_until", DateTime(timezone=True)),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("failures", Integer, nullable=False, server_default=FetchedValue()),
    Column("failed_at", DateTime(timezone=True)),
    Column("error", String(500)),
)
