"""Whom a row concerns, as row security decides it, from what an event carries of the row.

The answer is None where the event does not tell (an unapproved vendor may be on one of my turns): then the database
is asked in the listener's own name. tests/web/test_live_sight.py holds these rules against row security.
"""

from __future__ import annotations

from collections.abc import Mapping

from turns_web.core.identity import ADMINS, Identity, Role

Concerns = Mapping[str, str | None]

# Kind of event -> the table whose row security is asked.
TABLES = {"turn": "turns", "property": "properties", "vendor": "vendors"}


def sees(who: Identity, kind: str, row: Concerns) -> bool | None:
    """Whether this person sees the row; None where only the database can tell."""
    return _KINDS[kind](who, row)


def _turn(who: Identity, row: Concerns) -> bool | None:
    if who.sees_all:
        return True
    if who.role is Role.INSPECTOR:
        return row.get("turns_superintendent_id") == str(who.user_id)
    if who.role is Role.VENDOR:
        return who.vendor_id is not None and str(who.vendor_id) in (row.get("vendor_id"), row.get("flooring_vendor_id"))
    return _by_manager_or_market(who, row)


def _property(who: Identity, row: Concerns) -> bool | None:
    if who.sees_all:
        return True
    if who.role is Role.VENDOR:
        return False
    if who.role is Role.INSPECTOR:
        # Also the homes of the turns they superintend, in any market.
        return True if row.get("market") in who.markets else None
    return _by_manager_or_market(who, row)


def _by_manager_or_market(who: Identity, row: Concerns) -> bool:
    if who.role is Role.PROPERTY_MANAGER:
        return row.get("property_manager_id") == str(who.user_id)
    if who.role is Role.SR_PROPERTY_MANAGER:
        return row.get("sr_property_manager_id") == str(who.user_id)
    return who.role is Role.USER and row.get("market") in who.markets


def _vendor(who: Identity, row: Concerns) -> bool | None:
    if who.role in ADMINS or who.role is Role.SR_PROPERTY_MANAGER:
        return True
    if who.role is Role.VENDOR:
        return who.vendor_id is not None and str(who.vendor_id) == row.get("id")
    return True if row.get("is_approved") else None


_KINDS = {"turn": _turn, "property": _property, "vendor": _vendor}
