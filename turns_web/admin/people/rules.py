"""Who may keep whose account, and what has to be settled before somebody leaves, on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from turns_web.accounts.rules import account_faults
from turns_web.core.identity import MANAGERS, Identity, Role

_ONLY_SUPER = "Only a super administrator makes or changes a super administrator."


def may_keep(who: Identity, row: Mapping[str, Any]) -> bool:
    return who.role is Role.SUPER_ADMIN or (who.is_admin and row["role"] != Role.SUPER_ADMIN)


def roles_to_give(who: Identity) -> list[tuple[str, str]]:
    """(value, words) of the roles that this person may give."""
    return [(role.value, role.words) for role in Role if role is not Role.SUPER_ADMIN or who.role is role]


def faults(who: Identity, account: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with an account as it would be saved."""
    found = account_faults(Role(account["role"]), account["vendor_id"])
    if account["role"] == Role.SUPER_ADMIN and who.role is not Role.SUPER_ADMIN:
        found["role"] = _ONLY_SUPER
    return found


def homes_in_the_way(was: str, homes: int) -> str:
    """Why a manager cannot get another role yet; empty where nothing is in the way.

    >>> homes_in_the_way("PROPERTY_MANAGER", 2)
    'They manage 2 homes: hand those over first.'
    """
    if Role(was) not in MANAGERS or not homes:
        return ""
    return f"They manage {_counted(homes, 'home')}: hand those over first."


def taker_fault(count: int, what: str, taker: UUID | None, leaver: UUID, *, is_left: bool) -> str:
    """What is wrong with who takes something over. is_left: it was said that it stays as it is."""
    if not count or is_left:
        return ""
    if taker is None:
        return f"Choose who takes {_counted(count, what)} over, or leave them as they are."
    return "Choose somebody else: this is who leaves." if taker == leaver else ""


def _counted(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"
