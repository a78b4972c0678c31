"""What must hold of a property's own dates and places, on plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from turns_web.core.clock import is_zone
from turns_web.core.identity import ADMINS, Identity, Role

Faults = dict[str, str]


def faults(values: Mapping[str, Any], today: date) -> Faults:
    """What is wrong with a property as it would be saved, {field: sentence}."""
    found: Faults = {}
    if values.get("timezone") and not is_zone(values["timezone"]):
        found["timezone"] = "Enter a time zone like America/Los_Angeles."
    # A move-in that has passed is the present resident's: only the next one must wait for the home to be empty.
    moves_out, moves_in = values.get("move_out_date"), values.get("move_in_date")
    if moves_out and moves_in and today < moves_in < moves_out:
        found["move_in_date"] = "The next resident cannot move in before the move-out. Enter a later day, or none."
    return found


def managers_of_new(who: Identity, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Who answers for a property that `who` makes: managers get their own id, administrators choose."""
    managers = {name: chosen.get(name) for name in ("property_manager_id", "sr_property_manager_id")}
    if who.role is Role.PROPERTY_MANAGER:
        managers["property_manager_id"] = who.user_id
    elif who.role is Role.SR_PROPERTY_MANAGER:
        managers["sr_property_manager_id"] = who.user_id
    return managers


def may_edit(who: Identity, row: Mapping[str, Any]) -> bool:
    """Whether the property is theirs to keep. Row security decides; this only avoids offering what it refuses."""
    return who.role in ADMINS or who.user_id in (
        row["property_manager_id"] if who.role is Role.PROPERTY_MANAGER else None,
        row["sr_property_manager_id"] if who.role is Role.SR_PROPERTY_MANAGER else None,
    )


def may_give_away(who: Identity, row: Mapping[str, Any]) -> bool:
    return may_assign(who) and may_edit(who, row)


def may_assign(who: Identity) -> bool:
    return who.role in ADMINS or who.role is Role.SR_PROPERTY_MANAGER


def address(row: Mapping[str, Any]) -> str:
    """`2251 Lamplight Ln, Unit B`."""
    return ", ".join(part for part in (row["street_address"], row["unit"]) if part)


def why_left(version_now: int, version_seen: int) -> str:
    """Why a property could not be given to somebody else."""
    if version_now != version_seen:
        return "Somebody changed it since you saw it."
    return "It is not yours to give away."
