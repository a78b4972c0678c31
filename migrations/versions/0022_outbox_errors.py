"""What failed is found without reading all that was told: the page of jobs asks every few seconds."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("CREATE INDEX idx_outbox_errors ON outbox (kind) WHERE error IS NOT NULL")
