"""What the filters can be set to: the managers, vendors and markets of the turns that a person sees."""

from __future__ import annotations

from typing import cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.core.fields import Choice
from turns_web.turns.filters import FILTERS
from turns_web.turns.stages import way

Options = list[tuple[str, str]]

_PEOPLE = text(
    "SELECT id::text, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name, role::text "
    "FROM people WHERE role IN ('PROPERTY_MANAGER', 'SR_PROPERTY_MANAGER', 'INSPECTOR') AND is_active "
    "ORDER BY name, id LIMIT 2000"
)
_VENDORS = text("SELECT id::text, company_name FROM vendors WHERE NOT is_archived ORDER BY company_name, id LIMIT 2000")
_MARKETS = text("SELECT DISTINCT market FROM turns WHERE is_active AND market IS NOT NULL ORDER BY market LIMIT 500")

# The filters that the panel offers, in its order; the others are set by an address.
OFFERED = (
    "stage_id", "scope_approval_status", "property_manager_id", "sr_property_manager_id", "vendor_id",
    "turns_superintendent_id", "market", "grade",
)  # fmt: skip
FLAGS = (
    "overdue", "at_risk", "stuck", "on_hold", "leased", "undated", "is_section_8", "has_squatters", "trash_out_needed",
    "in_disposition",
)  # fmt: skip
DAYS = ("move_out_date", "expected_completion_date", "move_in_date", "turn_completion_date")


def options(session: Session) -> dict[str, Options]:
    """By filter, (value, words)."""
    people = session.execute(_PEOPLE).all()
    found: dict[str, Options] = {
        "stage_id": [(str(stage.id), stage.name) for stage in way(session)],
        "vendor_id": [(row[0], row[1]) for row in session.execute(_VENDORS)],
        "market": [(name, name) for name in session.scalars(_MARKETS)],
    }
    for name, role in (
        ("property_manager_id", "PROPERTY_MANAGER"),
        ("sr_property_manager_id", "SR_PROPERTY_MANAGER"),
        ("turns_superintendent_id", "INSPECTOR"),
    ):
        found[name] = [(row.id, row.name) for row in people if row.role == role]
    for name in ("scope_approval_status", "grade"):
        found[name] = list(cast(Choice, FILTERS[name].kind).options.items())
    return found
