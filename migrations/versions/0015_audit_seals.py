"""The audit's seals, and the ways in which its viewer looks into years of it.

A list of acts is ordered by (created_at, id) whatever it is narrowed by, so each of these indexes ends with that. The
one over xid is the sealer's: what came since it looked last.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

SEALS = """
CREATE TABLE audit_seals (
    number bigint PRIMARY KEY,
    part varchar(63) NOT NULL,
    from_xid xid8 NOT NULL,
    from_id uuid NOT NULL,
    to_xid xid8 NOT NULL,
    to_id uuid NOT NULL,
    below_xid xid8 NOT NULL,
    rows integer NOT NULL,
    marks bytea NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_audit_seals_part ON audit_seals (part, number);
-- Hashes: nothing there that could be made smaller.
ALTER TABLE audit_seals ALTER marks SET STORAGE EXTERNAL;
COMMENT ON COLUMN audit_seals.part IS 'the partition, by name: each seal is about one';
COMMENT ON COLUMN audit_seals.below_xid IS 'every row of the part with a smaller xid is in this seal or an earlier one';
COMMENT ON COLUMN audit_seals.marks IS '72 bytes a row: id, record_id, created_at in microseconds, sha256 of the row';
"""

INDEXES = """
DROP INDEX idx_audit_table_record, idx_audit_user_id, idx_audit_created_at, idx_audit_action;
CREATE INDEX idx_audit_record ON audit_logs (record_id, created_at DESC, id DESC);
CREATE INDEX idx_audit_table ON audit_logs (table_name, created_at DESC, id DESC);
CREATE INDEX idx_audit_user_id ON audit_logs (user_id, created_at DESC, id DESC);
CREATE INDEX idx_audit_action ON audit_logs (action, created_at DESC, id DESC);
CREATE INDEX idx_audit_created_at ON audit_logs (created_at DESC, id DESC);
CREATE INDEX idx_audit_xid ON audit_logs (xid);
"""


def upgrade() -> None:
    op.execute(SEALS)
    op.execute(INDEXES)
