"""What is asked of a stage, and what the database's own refusals of one are called."""

from __future__ import annotations

from dataclasses import dataclass

from turns_web.core.errors import ALL, constraint
from turns_web.core.fields import Fields, Flag, Ref, Text, Whole


@dataclass(frozen=True, kw_only=True)
class Colour(Text):
    """`#rrggbb`. Hue and chroma are taken from it; see web/stage_colours."""

    max: int = 7
    pattern: str | None = "#[0-9a-fA-F]{6}"
    pattern_says: str = "Enter a colour like #3b78d8."


STAGE: Fields = {
    "name": Text(label="Name", required=True, max=100),
    "color": Colour(label="Colour", required=True, hint="Its hue: how light it is, the theme says."),
    "target_days": Whole(
        label="Days that a turn should be in it",
        most=999,
        hint="A turn that is longer in it, holds not counted, is stuck. Left empty none is.",
    ),
    "is_amount_required": Flag(label="Asks for the amount"),
    "is_vendor_required": Flag(label="Asks for a vendor"),
    "requires_approval": Flag(label="Asks for approval before a turn goes on"),
    "is_complete_stage": Flag(label="Completes a turn"),
    "send_email_to_users": Flag(label="Mail to manager, senior manager and superintendent"),
    "send_email_to_vendor": Flag(label="Mail to the vendor"),
}
# Of a new one also where it stands.
NEW_STAGE: Fields = {**STAGE, "after": Ref(label="Comes after", to="turn_stages")}

constraint("turn_stages_name_key", "name", "Another stage has this name, perhaps a retired one.")
constraint("turn_stages_name_not_blank", "name", "Enter a name.")
constraint("turn_stages_color_form", "color", "Enter a colour like #3b78d8.")
constraint("turn_stages_target_not_negative", "target_days", "Enter a whole number, not below 0.")
constraint("turn_stages_complete_in_use", "is_complete_stage")
constraint(
    "turn_stages_complete_asks_no_approval",
    "requires_approval",
    "What is complete waits for nobody: ask for approval in a stage before.",
)
constraint("turn_stages_one_completes", ALL)
constraint("turn_stages_one_under_way", ALL)
constraint("turn_stages_retired", "stage_id")
constraint("turn_stages_display_order_key", ALL, "Somebody else changed the order at this moment: try it again.")
