"""What sums and boards reckon with are days that a calendar has and amounts that are numbers: one infinite day ended
every report and every file that met it."""

from alembic import op

revision = "0027"
down_revision = "0026"

_DAYS = {
    "turns": (
        "move_out_date", "expected_completion_date", "turn_completion_date", "hold_until", "next_move_in_date",
        "stage_entered_on", "held_on",
    ),
    "properties": ("move_out_date", "move_in_date"),
    "vendors": ("insurance_expiry",),
}  # fmt: skip
_NUMBERS = {"turns": ("approved_turn_amount", "change_order_amount", "monthly_rent"), "properties": ("monthly_rent",)}


def upgrade() -> None:
    for table, days in _DAYS.items():
        known = " AND ".join(f"{day} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'" for day in days)
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_days_known CHECK ({known})")
    for table, numbers in _NUMBERS.items():
        known = " AND ".join(f"{number} < 'NaN'" for number in numbers)
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_numbers_known CHECK ({known})")
