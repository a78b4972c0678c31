"""Exports: each is a row that says what was asked for and how far it is; the queue and the files follow it."""

from alembic import op

revision = "0024"
down_revision = "0023"

EXPORTS = """
CREATE TABLE exports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL DEFAULT app_actor() CONSTRAINT exports_user_id_fkey REFERENCES users,
    type varchar(20) NOT NULL,
    format varchar(10) NOT NULL,
    query varchar(8000) NOT NULL DEFAULT '',
    filters jsonb NOT NULL DEFAULT '[]',
    status varchar(10) NOT NULL DEFAULT 'queued' CONSTRAINT exports_status_known
        CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'expired')),
    done integer NOT NULL DEFAULT 0,
    total integer,
    as_of timestamptz,
    source varchar(10),
    file_name varchar(255),
    size_bytes bigint,
    attempt integer NOT NULL DEFAULT 0,
    worker varchar(255),
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    queued_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    expires_at timestamptz,
    error varchar(500),
    CONSTRAINT exports_done_whole CHECK (status <> 'done'
        OR (file_name IS NOT NULL AND size_bytes IS NOT NULL AND expires_at IS NOT NULL AND as_of IS NOT NULL))
);
COMMENT ON COLUMN exports.query IS 'what narrows and orders it, as the address of its list has it';
COMMENT ON COLUMN exports.filters IS 'the same in words, as pairs';
COMMENT ON COLUMN exports.attempt IS 'who works on it says which one theirs is: an older one changes nothing any more';
COMMENT ON COLUMN exports.worker IS 'the process of the last attempt, until that process has let go of it';
COMMENT ON COLUMN exports.queued_at IS 'when it was last handed to the queue';
-- The same asked for twice is one, as long as it is under way. A whole query is too long for an index.
CREATE UNIQUE INDEX idx_exports_under_way ON exports (user_id, type, format, md5(query))
    WHERE status IN ('queued', 'running');
CREATE INDEX idx_exports_recent ON exports (user_id, created_at DESC, id);
CREATE INDEX idx_exports_created_at ON exports (created_at DESC, id);
CREATE INDEX idx_exports_live ON exports (status) WHERE status IN ('queued', 'running');
CREATE INDEX idx_exports_expires_at ON exports (expires_at) WHERE status = 'done';
CREATE INDEX idx_exports_worker ON exports (worker) WHERE worker IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(EXPORTS)
