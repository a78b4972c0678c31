"""What sums and boards reckon with are days that a calendar has and amounts that are numbers: one infinite day ended
every report and every file that met it."""

from alembic import op

revision = "0027"
down_revision = "0026"

_DAYS = ("move_out_date", "turn_completion_date", "stage_entered_on", "held_on")
_NUMBERS = {"turns": ("approved_turn_amount", "change_order_amount", "monthly_rent"), "properties": ("monthly_rent",)}


def upgrade() -> None:
    known = " AND ".join(f"{day} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'" for day in _DAYS)
    op.execute(f"ALTER TABLE turns ADD CONSTRAINT turns_days_known CHECK ({known})")
    for table, numbers in _NUMBERS.items():
        known = " AND ".join(f"{number} < 'NaN'" for number in numbers)
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_numbers_known CHECK ({known})")
