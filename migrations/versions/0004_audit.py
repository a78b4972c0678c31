"""The audit, partitioned by month."""

from alembic import op

revision = "0004"
down_revision = "0003"

AUDIT = """
CREATE TABLE audit_logs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    table_name varchar(100) NOT NULL,
    record_id uuid NOT NULL,
    action audit_action NOT NULL,
    record_version integer,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    user_id uuid NOT NULL CONSTRAINT audit_logs_user_id_fkey REFERENCES users,
    user_email varchar(255) NOT NULL,
    user_name varchar(255) NOT NULL,
    user_role varchar(50) NOT NULL,
    ip_address inet,
    user_agent text,
    session_id uuid,
    old_values jsonb,
    new_values jsonb,
    changed_fields text[],
    property_id uuid,
    turn_id uuid,
    vendor_id uuid,
    context varchar(255),
    metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_audit_table_record ON audit_logs (table_name, record_id);
CREATE INDEX idx_audit_user_id ON audit_logs (user_id);
CREATE INDEX idx_audit_created_at ON audit_logs (created_at DESC);
CREATE INDEX idx_audit_property_id ON audit_logs (property_id);
CREATE INDEX idx_audit_turn_id ON audit_logs (turn_id);
CREATE INDEX idx_audit_action ON audit_logs (action);
CREATE INDEX idx_audit_context ON audit_logs (context) WHERE context IS NOT NULL;

CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT;
"""


def upgrade() -> None:
    op.execute(AUDIT)
