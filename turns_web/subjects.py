"""All that the audit speaks of, by the fields of each domain: handed to its viewer by create_app."""

from turns_web.accounts.fields import ACCOUNT
from turns_web.admin.property_types.fields import TYPE
from turns_web.admin.stages.fields import STAGE
from turns_web.approvals.fields import CHANGE_ORDER, DELEGATION
from turns_web.audit.subjects import Subject
from turns_web.core.fields import Field, Flag, Ref, Whole
from turns_web.notifications.wording.fields import TEXT
from turns_web.properties.fields import ALL_FIELDS as PROPERTY
from turns_web.properties.fields import PROVIDER, UTILITY
from turns_web.turns.fields import AUDITED as TURN
from turns_web.turns.fields import COMMENT
from turns_web.vendors.fields import ALL_FIELDS as VENDOR
from turns_web.webhooks.fields import WEBHOOK

_PERSON = {**ACCOUNT, "preferences": Field(label="Preferences")}
# What a form does not set, but an act of its own.
_STAGE = {**STAGE, "display_order": Whole(label="Place in the order"), "is_active": Flag(label="In use")}
_CHANGE_ORDER = {**CHANGE_ORDER, "number": Whole(label="Number"), "status": Field(label="Status")}
_DELEGATION = {"approver_id": Ref(label="Approver", to="people"), **DELEGATION}
_SETTING = {"value": Field(label="Value"), "market": Field(label="Market")}
_VIEW = {"name": Field(label="Name"), "query": Field(label="Filters"), "shared_with_role": Field(label="Shared with")}

SUBJECTS = {
    "turns": Subject("turn", TURN, "/turns/{id}"),
    "properties": Subject("property", PROPERTY, "/properties/{id}"),
    "vendors": Subject("vendor", VENDOR, "/vendors/{id}"),
    "users": Subject("person", _PERSON, "/admin/users/{id}"),
    "comments": Subject("comment", COMMENT, "/turns/{turn_id}"),
    "change_orders": Subject("change order", _CHANGE_ORDER, "/turns/{turn_id}"),
    "approval_delegations": Subject("delegation", _DELEGATION, "/approvals/delegations"),
    "turn_stages": Subject("stage", _STAGE, "/admin/stages/{id}"),
    "settings": Subject("setting", _SETTING, "/admin/settings", named="name"),
    "property_types": Subject("property type", TYPE, "/admin/property-types"),
    "utility_providers": Subject("utility provider", {**PROVIDER, "is_archived": Flag(label="Archived")}),
    "property_utilities": Subject("utility of a property", UTILITY, "/properties/{property_id}"),
    "saved_views": Subject("saved view", _VIEW, named="name"),
    "webhooks": Subject("webhook", WEBHOOK, "/admin/webhooks/{id}", named="url"),
    "notification_texts": Subject("text of a notice", TEXT, "/admin/texts", named="kind"),
    "exports": Subject("export"),
}
