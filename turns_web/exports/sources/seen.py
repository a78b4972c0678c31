"""What a person sees of a list: the columns of their table as the columns of an export."""

from __future__ import annotations

from turns_web.core.identity import Identity
from turns_web.properties import columns as of_properties
from turns_web.turns.board import table as of_turns

# {column of the table: what stands in it}. The home always stands there.
_TURNS = {
    "turn_id": ("turn_id",),
    "stage": ("stage_id",),
    "standing": ("expected_completion_date", "overdue", "hold_reason"),
    "here": ("days_in_stage", "target_days"),
    "vacant": ("move_out_date", "days_vacant"),
    "holder": ("holder",),
    "vendor": ("vendor_id",),
    "amount": ("turn_amount",),
    "status": ("scope_approval_status",),
    "flags": (
        "priority",
        "next_move_in_date",
        "has_squatters",
        "is_section_8",
        "in_disposition",
        "trash_out_needed",
        "appliances_needed",
        "appliances_ordered",
    ),
    "manager": ("property_manager_id",),
    "superintendent": ("turns_superintendent_id",),
    "market": ("market",),
    "city": ("city",),
    "code": ("property_id",),
    "grade": ("grade",),
    "wo_number": ("wo_number",),
    "move_in_date": ("next_move_in_date",),
    "completed": ("turn_completion_date",),
    "final_walk_date": ("final_walk_date",),
    "scope_approved_date": ("scope_approved_date",),
    "sent_to_leasing_date": ("sent_to_leasing_date",),
}
_PROPERTIES = {
    "manager": ("property_manager_id",),
    "sr_manager": ("sr_property_manager_id",),
    "turn": ("open_turn",),
    "flags": ("is_section_8", "in_disposition", "has_insurance", "has_squatters"),
}
_VENDORS = (
    "company_name", "is_active", "trades", "service_area", "is_approved", "insurance_expiry", "insurance", "open_jobs",
    "average_rating", "contact_name", "email", "phone", "city",
)  # fmt: skip
_HOME = ("street_address", "unit")


def columns_seen(who: Identity, type: str) -> list[str]:
    """The columns that this person's table of this type shows; of the audit, what is told of an act."""
    if type == "turns":
        shown = [name for column in of_turns.chosen(who) for name in _TURNS[column.name]]
    elif type == "properties":
        shown = [name for column in of_properties.chosen(who) for name in _PROPERTIES.get(column.name, (column.name,))]
    elif type == "vendors":
        return list(_VENDORS)
    else:
        return ["created_at", "user_name", "user_role", "description", "record", "table_name", "record_version"]
    return list(dict.fromkeys([*_HOME, *shown]))
