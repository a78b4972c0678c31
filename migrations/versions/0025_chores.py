"""What is done every so often: a row each, so that one keeper of several does it."""

from alembic import op

revision = "0025"
down_revision = "0024"

CHORES = """
CREATE TABLE chores (
    name varchar(50) PRIMARY KEY,
    every_s integer NOT NULL CONSTRAINT chores_every_s_positive CHECK (every_s > 0),
    due_at timestamptz NOT NULL DEFAULT now(),
    run bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    failed_at timestamptz,
    error varchar(500)
);
COMMENT ON COLUMN chores.run IS 'the number of the last one: whoever is at an older one changes nothing any more';
COMMENT ON COLUMN chores.lease_until IS 'none when nobody is at it; passed when whoever was at it is gone';
COMMENT ON COLUMN chores.failures IS 'in a row, until now; failed_at and error are of the last one, however long ago';
"""


def upgrade() -> None:
    op.execute(CHORES)
