"""Settings, and what the application keeps of its own work: receipts, outbox, imports, saved views."""

from alembic import op

revision = "0005"
down_revision = "0004"

BASE = """
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid DEFAULT app_actor() REFERENCES users,
    updated_by uuid DEFAULT app_actor() REFERENCES users"""

SETTINGS = f"""
CREATE TABLE settings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(100) NOT NULL,
    market varchar(100),
    value varchar(500) NOT NULL,
    {BASE},
    CONSTRAINT settings_name_market_key UNIQUE NULLS NOT DISTINCT (name, market)
);
"""

WORK = f"""
CREATE TABLE write_receipts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT write_receipts_user_id_fkey REFERENCES users ON DELETE CASCADE,
    write_id varchar(100) NOT NULL CONSTRAINT write_receipts_write_id_not_blank CHECK (write_id <> ''),
    body_hash varchar(64) NOT NULL,
    status integer,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT write_receipts_user_id_write_id_key UNIQUE (user_id, write_id)
);
CREATE INDEX idx_write_receipts_created_at ON write_receipts (created_at);

CREATE TABLE outbox (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind varchar(100) NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    available_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    done_at timestamptz,
    error text
);
CREATE INDEX idx_outbox_waiting ON outbox (available_at, created_at) WHERE done_at IS NULL;
CREATE INDEX idx_outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE imports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL DEFAULT app_actor() CONSTRAINT imports_user_id_fkey REFERENCES users,
    table_name varchar(100) NOT NULL,
    file_name varchar(255) NOT NULL,
    counts jsonb NOT NULL DEFAULT '{{}}',
    status varchar(20) NOT NULL DEFAULT 'queued',
    created_at timestamptz NOT NULL DEFAULT now(),
    undone_at timestamptz
);
CREATE INDEX idx_imports_created_at ON imports (created_at DESC);

CREATE TABLE saved_views (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL DEFAULT app_actor() CONSTRAINT saved_views_owner_id_fkey REFERENCES users ON DELETE CASCADE,
    page varchar(50) NOT NULL,
    name varchar(100) NOT NULL,
    query varchar(2000) NOT NULL,
    shared_with_role user_role,
    {BASE},
    CONSTRAINT saved_views_owner_page_name_key UNIQUE (owner_id, page, name)
);
CREATE INDEX idx_saved_views_shared ON saved_views (shared_with_role, page) WHERE shared_with_role IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(SETTINGS)
    op.execute(WORK)
