"""An amount is a number: what is none is neither below zero nor within a limit."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("ALTER TABLE turns ADD CONSTRAINT turns_amount_number CHECK (turn_amount < 'NaN')")
