"""Whether a company may be given work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.schema import vendors

VENDOR_FIELDS = ("vendor_id", "flooring_vendor_id")
_ASKED = ("id", "company_name", "insurance_expiry", "is_active", "is_approved", "is_archived")


def why_not(vendor: Mapping[str, Any], today: date) -> str | None:
    """None where this vendor may be given work today, else what stands against it. Insurance counts on its last day."""
    name, expiry = vendor["company_name"], vendor["insurance_expiry"]
    if vendor["is_archived"] or not vendor["is_active"]:
        return f"{name} is no longer active. Choose another vendor."
    if not vendor["is_approved"]:
        return f"{name} is not approved yet. An administrator approves vendors."
    if expiry is None:
        return f"{name} has no insurance on record. Enter its date first."
    if expiry < today:
        return f"{_possessive(name)} insurance ended {expiry.day} {expiry:%b %Y}. Enter the new date first."
    return None


def _possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def refusals(session: Session, changes: Mapping[str, Any], today: date) -> dict[str, str]:
    """By field, why a vendor that is being set may not be given the work."""
    asked = {name: changes[name] for name in VENDOR_FIELDS if changes.get(name)}
    if not asked:
        return {}
    columns = (vendors.c[name] for name in _ASKED)
    found = {
        row["id"]: row for row in session.execute(select(*columns).where(vendors.c.id.in_(asked.values()))).mappings()
    }
    said = {
        name: why_not(found[id], today) if id in found else "Choose a vendor from the list."
        for name, id in asked.items()
    }
    return {name: sentence for name, sentence in said.items() if sentence}
