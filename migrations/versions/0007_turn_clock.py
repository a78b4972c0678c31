"""The clock of each turn, beside it: the board asks for it for thousands of turns at once."""

from alembic import op

revision = "0007"
down_revision = "0006"

CLOCK = """
ALTER TABLE turns
    ADD COLUMN stage_entered_on date NOT NULL DEFAULT CURRENT_DATE,
    ADD COLUMN stage_held_days integer NOT NULL DEFAULT 0,
    ADD COLUMN held_on date,
    ADD COLUMN ball_since timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN turns.stage_entered_on IS 'kept by trigger: since when in its stage, by the home''s own day';
COMMENT ON COLUMN turns.stage_held_days IS 'kept by trigger: days of that on hold, the present hold not counted';
COMMENT ON COLUMN turns.held_on IS 'kept by trigger: since when on hold';
COMMENT ON COLUMN turns.ball_since IS 'kept by trigger: since when somebody has to act';
"""


def upgrade() -> None:
    op.execute(CLOCK)
