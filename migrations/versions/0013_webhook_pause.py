"""Of a webhook: until when nothing is sent there, and why it was switched off by itself."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE webhooks ADD resume_at timestamptz NOT NULL DEFAULT now()")
    op.execute(
        "COMMENT ON COLUMN webhooks.resume_at IS"
        " 'after a failed attempt, and while one is under way, no other is made before; raises no version'"
    )
    op.execute("ALTER TABLE webhooks ADD disabled_because text")
    op.execute("COMMENT ON COLUMN webhooks.disabled_because IS 'where it was switched off by itself; else null'")
