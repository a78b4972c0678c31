"""What is asked when a turn is sent for approval, taken back, or decided on."""

from turns_web.core.errors import ALL, constraint
from turns_web.core.fields import Choice, Field, Text

NOTE: dict[str, Field] = {"note": Text(label="Note", max=5000, multiline=True)}

DECISION: dict[str, Field] = {
    "decision": Choice(label="Decision", required=True, options={"approve": "Approve", "reject": "Reject"}),
    "reject_reason": Text(label="Reason", max=500, multiline=True, hint="What has to change; up to 500 characters."),
}

constraint("approval_decision_known", "decision")
constraint("approval_reason", "reject_reason")
constraint("turns_submitted_already", ALL)
constraint("turns_nothing_to_withdraw", ALL)
