from sqlalchemy import BigInteger, Column, Date, DateTime, FetchedValue, Integer, Numeric, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from turns_web.schema.base import base_columns, metadata, row_id
from turns_web.schema.kinds import APPROVAL_ACT, APPROVAL_LEVEL, CHANGE_ORDER_STATUS

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
    Column("number", BigInteger, nullable=False, server_default=FetchedValue()),
    Column("change_order_id", Uuid),
)

change_orders = Table(
    "change_orders",
    metadata,
    row_id(),
    Column("turn_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("amount", Numeric(10, 2), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("status", CHANGE_ORDER_STATUS, nullable=False),
    Column("approval_before", JSONB),
    *base_columns(),
)

approval_delegations = Table(
    "approval_delegations",
    metadata,
    row_id(),
    Column("approver_id", Uuid, nullable=False),
    Column("delegate_id", Uuid, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    *base_columns(),
)
