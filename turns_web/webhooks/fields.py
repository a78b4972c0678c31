"""What is asked of a webhook, and the events that one can ask for."""

from turns_web.core.errors import constraint
from turns_web.core.fields import Fields, Link, Many

# Each command tells one of created, archived, updated; a turn tells in place of `updated` what became of it.
EVENTS: dict[str, dict[str, str]] = {
    "Turns": {
        "turn.created": "started",
        "turn.stage_changed": "moved to another stage",
        "turn.submitted": "sent for approval",
        "turn.approved": "approved, finally",
        "turn.rejected": "rejected",
        "turn.asked": "asked about by an approver",
        "turn.answered": "answered about to an approver",
        "turn.change_order": "changed in cost by a change order",
        "turn.completed": "completed",
        "turn.updated": "changed otherwise",
        "turn.archived": "put away",
    },
    "Properties": {
        "property.created": "made",
        "property.updated": "changed",
        "property.archived": "put away",
    },
    "Vendors": {
        "vendor.created": "made",
        "vendor.updated": "changed",
        "vendor.archived": "put away",
    },
}
NAMES = frozenset(name for names in EVENTS.values() for name in names)
# What the test button sends, whatever was asked for.
PING = "ping"

WEBHOOK: Fields = {
    "url": Link(
        label="Address", required=True, max=2000, hint="Where events are posted, like https://example.com/turns."
    ),
    "events": Many(label="Events"),
}

constraint("webhooks_events_some", "events", "Choose at least one event.")
