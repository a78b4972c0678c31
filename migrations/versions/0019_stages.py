"""Stages and types of homes that administrators keep: names told apart, and no approval asked of what is complete."""

from alembic import op

revision = "0019"
down_revision = "0018"

STAGES = """
ALTER TABLE turn_stages
    ADD CONSTRAINT turn_stages_name_not_blank CHECK (name <> ''),
    ADD CONSTRAINT turn_stages_complete_asks_no_approval CHECK (NOT (is_complete_stage AND requires_approval));
-- Retired ones too: an import and a history name a stage by its name alone.
CREATE UNIQUE INDEX turn_stages_name_key ON turn_stages (lower(name));
"""

TYPES = """
ALTER TABLE property_types
    DROP CONSTRAINT property_types_name_key,
    ADD CONSTRAINT property_types_name_not_blank CHECK (name <> '');
CREATE UNIQUE INDEX property_types_name_key ON property_types (lower(name));
"""


def upgrade() -> None:
    op.execute(STAGES)
    op.execute(TYPES)
