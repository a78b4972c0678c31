"""The tables, as the migrations make them: imports nothing of ours, has no behaviour."""

from turns_web.schema.api_tokens import api_tokens
from turns_web.schema.approvals import approval_decisions, approval_delegations, change_orders
from turns_web.schema.audit import audit_logs, audit_seals
from turns_web.schema.base import metadata
from turns_web.schema.chores import chores
from turns_web.schema.comments import comments
from turns_web.schema.exports import exports
from turns_web.schema.imports import imports
from turns_web.schema.notifications import notification_texts, notifications
from turns_web.schema.outbox import outbox
from turns_web.schema.people import people
from turns_web.schema.properties import portal_properties, properties, property_turns
from turns_web.schema.property_types import property_types
from turns_web.schema.receipts import write_receipts
from turns_web.schema.saved_views import saved_views
from turns_web.schema.settings import settings
from turns_web.schema.stages import turn_stage_log, turn_stages
from turns_web.schema.turns import turns
from turns_web.schema.users import sessions, users
from turns_web.schema.utilities import property_utilities, utility_providers
from turns_web.schema.vendors import vendors
from turns_web.schema.verification_tokens import verification_tokens
from turns_web.schema.webhooks import webhooks

__all__ = [
    "api_tokens",
    "approval_decisions",
    "approval_delegations",
    "audit_logs",
    "audit_seals",
    "change_orders",
    "chores",
    "comments",
    "exports",
    "imports",
    "metadata",
    "notification_texts",
    "notifications",
    "outbox",
    "people",
    "portal_properties",
    "properties",
    "property_turns",
    "property_types",
    "property_utilities",
    "saved_views",
    "sessions",
    "settings",
    "turn_stage_log",
    "turn_stages",
    "turns",
    "users",
    "utility_providers",
    "vendors",
    "verification_tokens",
    "webhooks",
    "write_receipts",
]
