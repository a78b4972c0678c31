"""What somebody sent for approval is found without a look at every turn."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("CREATE INDEX idx_turns_submitted_by ON turns (submitted_by, is_active)")
