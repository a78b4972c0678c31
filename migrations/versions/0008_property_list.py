"""What the list of properties is sorted and counted by: a window is a walk of one index, on page 2,000 as on page 1."""

from alembic import op

revision = "0008"
down_revision = "0007"

SORTED_BY = (
    "street_address",
    "name",
    "city",
    "market",
    "bedrooms",
    "bathrooms",
    "area_sqft",
    "monthly_rent",
    "move_in_date",
    "move_out_date",
)


def upgrade() -> None:
    for column in SORTED_BY:
        op.execute(f"CREATE INDEX idx_properties_by_{column} ON properties ({column}, id)")
    # All that the policy asks of a row, so that counting what a person sees reads no row.
    op.execute(
        "CREATE INDEX idx_properties_sight ON properties (property_manager_id, sr_property_manager_id, market, id)"
        " WHERE NOT is_archived"
    )
