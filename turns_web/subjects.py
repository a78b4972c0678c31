"""All that the audit speaks of, by the fields of each domain: handed to its viewer by create_app."""

from turns_web.accounts.fields import USER
from turns_web.audit.subjects import Subject
from turns_web.core.fields import Field, Flag, Many, Ref, Secret, Whole
from turns_web.properties.fields import ALL_FIELDS as PROPERTY
from turns_web.properties.fields import PROVIDER, UTILITY
from turns_web.turns.fields import AUDITED as TURN
from turns_web.turns.fields import COMMENT
from turns_web.vendors.fields import ALL_FIELDS as VENDOR
from turns_web.webhooks.fields import WEBHOOK

_PERSON = {
    **USER,
    "is_active": Flag(label="May sign in"),
    "markets": Many(label="Markets"),
    "timezone": Field(label="Time zone"),
    "password_hash": Secret(label="Password"),
    "preferences": Field(label="Preferences"),
}
_STAGE = {
    "name": Field(label="Name"),
    "display_order": Whole(label="Place in the order"),
    "color": Field(label="Colour"),
    "target_days": Whole(label="Target days"),
    "is_amount_required": Flag(label="Asks for an amount"),
    "is_vendor_required": Flag(label="Asks for a vendor"),
    "requires_approval": Flag(label="Asks for approval"),
    "send_email_to_users": Flag(label="Mail to managers"),
    "send_email_to_vendor": Flag(label="Mail to the vendor"),
    "is_complete_stage": Flag(label="Completes the turn"),
    "is_active": Flag(label="In use"),
}
_NAME = {"name": Field(label="Name"), "is_active": Flag(label="In use"), "is_archived": Flag(label="Archived")}

SUBJECTS = {
    "turns": Subject("turn", TURN, "/turns/{id}"),
    "properties": Subject("property", PROPERTY, "/properties/{id}"),
    "vendors": Subject("vendor", VENDOR, "/vendors/{id}"),
    "users": Subject("person", _PERSON),
    "comments": Subject("comment", COMMENT, "/turns/{turn_id}"),
    "change_orders": Subject("change order", page="/turns/{turn_id}", named="number"),
    "approval_delegations": Subject(
        "delegation",
        {"approver_id": Ref(label="Approver", to="people"), "delegate_id": Ref(label="Delegate", to="people")},
    ),
    "turn_stages": Subject("stage", _STAGE),
    "settings": Subject("setting", {"value": Field(label="Value"), "market": Field(label="Market")}, named="name"),
    "property_types": Subject("property type", _NAME),
    "utility_providers": Subject("utility provider", {**PROVIDER, **_NAME}),
    "property_utilities": Subject("utility of a property", UTILITY, "/properties/{property_id}"),
    "saved_views": Subject("saved view", _NAME, named="name"),
    "webhooks": Subject("webhook", WEBHOOK, "/admin/webhooks/{id}", named="url"),
    "notification_texts": Subject("text of a notice", named="kind"),
    "audit_logs": Subject("audit"),
    "exports": Subject("export"),
}
