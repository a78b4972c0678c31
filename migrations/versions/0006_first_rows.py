"""The rows that Turns cannot do without: the system user, the stages, the settings, the types of homes."""

from alembic import op

revision = "0006"
down_revision = "0005"

ROWS = """
INSERT INTO users (id, email, first_name, role, email_verified, created_by, updated_by) VALUES
    ('00000000-0000-0000-0000-000000000001', 'system@turns.invalid', 'Turns', 'SUPER_ADMIN', true, NULL, NULL);

INSERT INTO turn_stages (id, name, display_order, color, target_days, is_amount_required, is_vendor_required,
    requires_approval, is_complete_stage) VALUES
    ('6f0e1c52-0b1a-4c53-9a3e-000000000001', 'Draft', 1, '#8a8577', 2, false, false, false, false),
    ('6f0e1c52-0b1a-4c53-9a3e-000000000002', 'Scope Approval', 2, '#8b5cc7', 2, true, false, true, false),
    ('6f0e1c52-0b1a-4c53-9a3e-000000000003', 'In Progress', 3, '#3b78d8', 7, false, true, false, false),
    ('6f0e1c52-0b1a-4c53-9a3e-000000000004', 'Final Walk', 4, '#1f8fa3', 1, false, false, false, false),
    ('6f0e1c52-0b1a-4c53-9a3e-000000000005', 'Complete', 5, '#2f9457', NULL, false, false, false, true);

INSERT INTO settings (name, value) VALUES
    ('dfo_limit', '0.00'),
    ('ho_limit', '7500.00'),
    ('change_order_tolerance', '10'),
    ('bulk_approval_limit', '1000.00'),
    ('timezone', 'America/Los_Angeles'),
    ('completed_days', '14');

INSERT INTO property_types (name) VALUES ('Single family'), ('Apartment'), ('Condo'), ('Townhouse'), ('Multi-family');
"""


def upgrade() -> None:
    op.execute(ROWS)
