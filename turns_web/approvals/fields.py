"""What is asked when a turn is sent for approval, taken back, decided on or costs more, and of a delegation."""

from turns_web.core.errors import ALL, constraint
from turns_web.core.fields import Choice, Day, Field, Money, Ref, Text

NOTE: dict[str, Field] = {"note": Text(label="Note", max=5000, multiline=True)}

DECISION: dict[str, Field] = {
    "decision": Choice(label="Decision", required=True, options={"approve": "Approve", "reject": "Reject"}),
    "reject_reason": Text(label="Reason", max=500, multiline=True, hint="What has to change; up to 500 characters."),
}

CHANGE_ORDER: dict[str, Field] = {
    "amount": Money(
        label="Difference", required=True, negative=True, hint="What it costs more; with a minus what it costs less."
    ),
    "reason": Text(label="Reason", required=True, max=500, multiline=True, hint="Up to 500 characters."),
}
QUESTION: dict[str, Field] = {
    "question": Text(label="What do you need to know?", required=True, max=5000, multiline=True)
}
ANSWER: dict[str, Field] = {"answer": Text(label="Answer", required=True, max=5000, multiline=True)}

DELEGATION: dict[str, Field] = {
    "delegate_id": Ref(label="Person", to="people", required=True),
    "starts_on": Day(label="First day", required=True),
    "ends_on": Day(label="Last day", required=True, hint="That day included, at most 366 days."),
}

constraint("approval_decision_known", "decision")
constraint("approval_reason", "reject_reason")
constraint("turns_submitted_already", ALL)
constraint("turns_nothing_to_withdraw", ALL)
constraint("turns_archived", ALL)
constraint("change_orders_after_approval", ALL)
constraint("change_orders_reason", "reason")
constraint("change_orders_amount_not_zero", "amount")
constraint("change_orders_amount_form", "amount")
constraint("change_orders_committed_not_negative", "amount")
constraint("approval_question", "question")
constraint("approval_answer", "answer")
constraint("approval_not_asked", ALL)
constraint("approval_delegations_to_another", "delegate_id")
constraint("approval_delegations_delegate", "delegate_id")
constraint("approval_delegations_in_order", "ends_on")
constraint("approval_delegations_past", "ends_on")
constraint("approval_delegations_a_year", "ends_on")
constraint("approval_delegations_over", ALL)
