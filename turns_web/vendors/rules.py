"""What a vendor's insurance is worth today, and whose vendor it is to keep, on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from turns_web.core.identity import ADMINS, Identity, Role

# From so many days before its end on, insurance is shown as ending: two reminders' time to renew it.
SOON_DAYS = 60

Insurance = Literal["ok", "soon", "expired", "none"]


def insurance(expiry: date | None, today: date) -> Insurance:
    """Good on its last day; without a date there is none.

    >>> insurance(date(2026, 11, 21), date(2026, 11, 21))
    'soon'
    """
    if expiry is None:
        return "none"
    if expiry < today:
        return "expired"
    return "soon" if (expiry - today).days <= SOON_DAYS else "ok"


def insurance_words(expiry: date | None, today: date) -> str:
    """`Insured`, `21 d left`, `Ends today`, `Expired`, `Not insured`."""
    state = insurance(expiry, today)
    if state == "soon" and expiry is not None:
        days = (expiry - today).days
        return f"{days} d left" if days else "Ends today"
    return {"ok": "Insured", "expired": "Expired", "none": "Not insured"}[state]


def may_edit(who: Identity, row: Mapping[str, Any]) -> bool:
    """Administrators keep every vendor, a senior manager those they entered."""
    return who.role in ADMINS or (who.role is Role.SR_PROPERTY_MANAGER and row["created_by"] == who.user_id)
