"""How many homes there are, without reading them: entries that are all the same fill few pages."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("CREATE INDEX idx_properties_kept ON properties (is_archived) WHERE NOT is_archived")
