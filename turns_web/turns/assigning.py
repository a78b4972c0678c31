"""Giving work to a company: refused by the same rule as a move to a stage that asks for a vendor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.schema import vendors
from turns_web.turns.moving.rules import Vendor, vendor_faults

VENDOR_FIELDS = ("vendor_id", "flooring_vendor_id")
_ASKED = ("id", "company_name", "insurance_expiry", "is_active", "is_approved", "is_archived")


def refusals(session: Session, changes: Mapping[str, Any], today: date) -> dict[str, list[str]]:
    """By field, why a vendor that is being set may not be given the work."""
    asked = {name: changes[name] for name in VENDOR_FIELDS if changes.get(name)}
    if not asked:
        return {}
    rows = session.execute(select(*(vendors.c[name] for name in _ASKED)).where(vendors.c.id.in_(asked.values())))
    found = {
        row.id: Vendor(row.company_name, row.is_active and not row.is_archived, row.is_approved, row.insurance_expiry)
        for row in rows
    }
    said = {
        name: vendor_faults(found[id], today) if id in found else ["Choose a vendor from the list."]
        for name, id in asked.items()
    }
    return {name: faults for name, faults in said.items() if faults}
