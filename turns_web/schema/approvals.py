from sqlalchemy import Column, DateTime, FetchedValue, Integer, Numeric, String, Table, Uuid

from turns_web.schema.base import metadata, row_id
from turns_web.schema.kinds import APPROVAL_ACT, APPROVAL_LEVEL

approval_decisions = Table(
    "approval_decisions",
    metadata,
    row_id(),
    Column("turn_id", Uuid, nullable=False),
    Column("turn_version", Integer, nullable=False),
    Column("level", APPROVAL_LEVEL),
    Column("decision", APPROVAL_ACT, nullable=False),
    Column("amount", Numeric(10, 2)),
    Column("approver_id", Uuid),
    Column("decided_for_id", Uuid),
    Column("reason", String(5000)),
    Column("decided_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
)
