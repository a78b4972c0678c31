"""What is due for a webhook, found without a look at the days of what was sent there."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX idx_outbox_webhook_waiting ON outbox ((payload ->> 'webhook_id'), created_at)"
        " WHERE kind = 'webhook' AND done_at IS NULL"
    )
