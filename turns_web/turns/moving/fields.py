"""What a move sends, and what the database's own refusals of one are called."""

from turns_web.core.errors import constraint
from turns_web.core.fields import Fields, Money, Ref, Text

MOVE_FIELDS: Fields = {
    "stage_id": Ref(label="Stage", required=True, to="turn_stages"),
    "turn_amount": Money(label="Amount"),
    "vendor_id": Ref(label="Vendor", to="vendors"),
    "note": Text(label="Note", max=5000, multiline=True),
}

# What a move writes beside the note, and so what an older version is held against.
MERGED = ("stage_id", "turn_amount", "vendor_id")

constraint("turns_approval_needed", "scope_approval_status")
constraint("turns_amount_to_approve", "turn_amount")
constraint("turns_amount_waits", "turn_amount")
constraint("turns_amount_approved", "turn_amount")
