"""Mail in the outbox: found by when it is due, by its key, and by an administrator who reads it."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    # The relay looks twice a second: never through mail that waits for somebody to say where it is sent by.
    op.execute("DROP INDEX idx_outbox_waiting")
    op.execute(
        "CREATE INDEX idx_outbox_waiting ON outbox (available_at, created_at)"
        " WHERE done_at IS NULL AND kind NOT IN ('webhook', 'mail')"
    )
    op.execute(
        "CREATE INDEX idx_outbox_mail_waiting ON outbox (available_at, created_at)"
        " WHERE kind = 'mail' AND done_at IS NULL"
    )
    op.execute("CREATE INDEX idx_outbox_mail ON outbox (created_at DESC, id DESC) WHERE kind = 'mail'")
    op.execute("CREATE UNIQUE INDEX idx_outbox_mail_key ON outbox ((payload ->> 'key')) WHERE kind = 'mail'")
