"""What reports count is found, and read from an index alone where it is much."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("CREATE INDEX idx_turns_completed ON turns (turn_completion_date) WHERE NOT is_open AND NOT is_archived")
    # The days of a hundred thousand turns in their stages, without reading the log itself.
    op.execute("DROP INDEX idx_turn_stage_log_turn")
    op.execute(
        "CREATE INDEX idx_turn_stage_log_turn ON turn_stage_log (turn_id, entered_at) INCLUDE (left_at, stage_id, kind)"
    )
    # Made anew without archived turns, by those who own it.
    op.execute("SET LOCAL ROLE turns_reader")
    op.execute("DROP MATERIALIZED VIEW IF EXISTS property_summary")
    op.execute("SET LOCAL ROLE turns_owner")
