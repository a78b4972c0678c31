from sqlalchemy import Boolean, Column, DateTime, FetchedValue, Integer, String, Table, Uuid

from turns_web.schema.base import base_columns, metadata, row_id
from turns_web.schema.kinds import STAGE_CHANGE

turn_stages = Table(
    "turn_stages",
    metadata,
    row_id(),
    Column("name", String(100), nullable=False),
    Column("display_order", Integer, nullable=False),
    Column("color", String(7), server_default=FetchedValue()),
    Column("target_days", Integer),
    Column("send_email_to_users", Boolean, nullable=False, server_default=FetchedValue()),
    Column("send_email_to_vendor", Boolean, nullable=False, server_default=FetchedValue()),
    Column("is_amount_required", Boolean, nullable=False, server_default=FetchedValue()),
    Column("is_vendor_required", Boolean, nullable=False, server_default=FetchedValue()),
    Column("requires_approval", Boolean, nullable=False, server_default=FetchedValue()),
    Column("is_complete_stage", Boolean, nullable=False, server_default=FetchedValue()),
    Column("is_active", Boolean, nullable=False, server_default=FetchedValue()),
    *base_columns(),
)

turn_stage_log = Table(
    "turn_stage_log",
    metadata,
    row_id(),
    Column("turn_id", Uuid, nullable=False),
    Column("from_stage_id", Uuid),
    Column("stage_id", Uuid, nullable=False),
    Column("entered_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
    Column("left_at", DateTime(timezone=True)),
    Column("kind", STAGE_CHANGE, nullable=False),
    Column("note", String(5000)),
    Column("user_id", Uuid, nullable=False, server_default=FetchedValue()),
)
