"""What the board's order and sums ask of a turn's home, copied beside the turn: joined to 100,000 homes they took most
of the page's time."""

from alembic import op

revision = "0009"
down_revision = "0008"

HOME = """
ALTER TABLE turns
    ADD COLUMN next_move_in_date date,
    ADD COLUMN monthly_rent numeric(10,2);
COMMENT ON COLUMN turns.next_move_in_date IS 'kept by trigger, as monthly_rent: the property''s';
SELECT set_config('app.loading', 'on', true);
UPDATE turns SET next_move_in_date = p.move_in_date, monthly_rent = p.monthly_rent
    FROM properties p WHERE p.id = turns.property_id;
SELECT set_config('app.loading', '', true);
"""


def upgrade() -> None:
    op.execute(HOME)
