"""The columns of a turn that a person sets, described once: forms, conflicts and the history are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from turns_web.core.errors import ALL, constraint
from turns_web.core.fields import Choice, Day, Field, Fields, Flag, Link, Money, Ref, Secret, Text, Whole
from turns_web.core.identity import Role
from turns_web.schema.words import APPROVAL, GRADES, UTILITY


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the whole form. id: what `#…` in an address leads to."""

    id: str
    title: str
    fields: Fields


SECTIONS = (
    Section(
        "dates",
        "Dates",
        {
            "notice_date": Day(label="Notice given"),
            "move_out_date": Day(label="Move-out", hint="The first day of vacancy; it may lie ahead."),
            "occupancy_check_date": Day(label="Occupancy check"),
            "expected_completion_date": Day(
                label="Ready", hint="The promise to leasing. Left empty it follows from move-out and grade."
            ),
            "turn_assignment_date": Day(label="Vendor assigned"),
            "final_walk_date": Day(label="Final walk"),
            "turn_completion_date": Day(label="Completed", hint="Set by itself when the turn becomes complete."),
            "scan_360_date": Day(label="360 scan"),
            "sent_to_leasing_date": Day(label="Sent to leasing"),
        },
    ),
    Section(
        "work",
        "Work and money",
        {
            "grade": Choice(label="Grade", options=GRADES),
            "turn_amount": Money(label="Estimate"),
            "priority": Whole(label="Priority", most=99, hint="1 comes first; empty is ordinary."),
            "wo_number": Text(label="Work order", max=50),
            "trash_out_needed": Flag(label="Trash-out needed"),
            "appliances_needed": Flag(label="Appliances needed"),
            "appliances_ordered": Flag(label="Appliances ordered"),
            "order_inside_maps": Flag(label="Order inside maps"),
            "generate_wo_email": Flag(label="Mail the work order"),
            "scope_photos_link": Link(label="Scope photos"),
            "status": Text(label="Status", max=100),
            "sub_status": Text(label="Sub-status", max=100),
        },
    ),
    Section(
        "people",
        "Who does it",
        {
            "vendor_id": Ref(label="Vendor", to="vendors"),
            "flooring_vendor_id": Ref(label="Flooring vendor", to="vendors"),
            "turns_superintendent_id": Ref(label="Superintendent", to="people"),
        },
    ),
    Section(
        "utilities",
        "Utilities",
        {
            "power_status": Choice(label="Power", options=UTILITY),
            "water_status": Choice(label="Water", options=UTILITY),
            "gas_status": Choice(label="Gas", options=UTILITY),
        },
    ),
    Section(
        "lock-box",
        "Lock box",
        {
            "lock_box_location": Text(label="Where it hangs"),
            "lock_box_install_date": Day(label="Hung on"),
            "primary_lock_box_code": Secret(label="Code", max=50, hint="Left empty it stays as it is."),
        },
    ),
)

TURN: dict[str, Field] = {name: kind for section in SECTIONS for name, kind in section.fields.items()}

# The code is written only: it has no base to merge with, and an empty one says nothing.
SECRET = "primary_lock_box_code"  # noqa: S105
MERGED: dict[str, Field] = {name: kind for name, kind in TURN.items() if name != SECRET}

HOLD: dict[str, Field] = {
    "hold_reason": Text(label="Reason of the hold", required=True, max=500, multiline=True),
    "hold_until": Day(label="Hold until"),
}
COMMENT: dict[str, Field] = {"body": Text(label="Comment", required=True, max=5000, multiline=True)}

# All that a turn's versions may differ in, as the page of two versions names it.
DIFFERENCE: dict[str, Field] = {
    "stage_id": Ref(label="Stage", to="turn_stages"),
    **MERGED,
    "scope_approval_status": Choice(label="Approval", options=APPROVAL),
    "approved_turn_amount": Money(label="Approved"),
    "change_order_amount": Money(label="Change orders", negative=True),
    "reject_reason": Text(label="Reason of the rejection"),
    **HOLD,
    "is_archived": Flag(label="Put away"),
}

# All that the audit may tell of a turn.
AUDITED: dict[str, Field] = {
    **DIFFERENCE,
    SECRET: Secret(label="Lock-box code"),
    "turn_id": Text(label="Number"),
    "property_id": Ref(label="Home", to="properties"),
    "submitted_by": Ref(label="Sent by", to="people"),
    "amount_set_by": Ref(label="Amount set by", to="people"),
    "dfo_approval_user_id": Ref(label="DFO", to="people"),
    "ho_approval_user_id": Ref(label="HO", to="people"),
    "reject_user_id": Ref(label="Rejected by", to="people"),
    "scope_approved_date": Day(label="Scope approved"),
    "first_expected_completion_date": Day(label="First ready date"),
    "expected_completion_is_computed": Flag(label="Ready date computed"),
    "is_active": Flag(label="On the board"),
}

_BY_INSPECTOR = ("occupancy_check_date", "scan_360_date", "final_walk_date")


NOT_INSPECTORS = "Inspectors set the dates of their visits; the rest is the manager’s."


def fields_of(role: Role) -> dict[str, Field]:
    """What somebody of this role may set on a turn that they may write."""
    if role is Role.INSPECTOR:
        return {name: TURN[name] for name in _BY_INSPECTOR}
    return TURN


def sections_of(role: Role) -> list[Section]:
    """The form's sections with only the fields of this role, none empty."""
    mine = fields_of(role)
    parts = [
        Section(part.id, part.title, {name: kind for name, kind in part.fields.items() if name in mine})
        for part in SECTIONS
    ]
    return [part for part in parts if part.fields]


constraint("turns_pkey", "id", "There is a row with this id already: make another one.")
constraint("turns_one_open_a_property", "property_id", "This home has an open turn: finish it or put it away first.")
constraint("turns_completed_after_move_out", "turn_completion_date", "Enter a completion on or after the move-out.")
constraint("turns_hold_until_needs_reason", "hold_reason", "Enter why the turn waits.")
constraint("turns_amount_not_negative", "turn_amount", "Enter an amount of 0 or more.")
constraint("turns_amount_number", "turn_amount", "Enter an amount of 0 or more.")
constraint("turns_days_known", ALL, "Enter days from the year 1 to 9999.")
constraint("turns_numbers_known", ALL, "Enter amounts that are numbers.")
constraint("turns_turn_id_key", "turn_id", "Another turn has this number.")
constraint("turns_property_id_fkey", "property_id", "Choose a home from the list.")
constraint("turns_vendor_id_fkey", "vendor_id", "Choose a vendor from the list.")
constraint("turns_flooring_vendor_id_fkey", "flooring_vendor_id", "Choose a vendor from the list.")
constraint("turns_turns_superintendent_id_fkey", "turns_superintendent_id", "Choose a superintendent from the list.")
constraint("turns_stage_id_fkey", "stage_id", "Choose a stage from the list.")
constraint("comments_body_not_blank", "body", "Write something first.")
constraint("comments_turn_id_fkey", "body", "This turn is gone.")
