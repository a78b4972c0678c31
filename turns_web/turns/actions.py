"""What people do to a turn, beside moving it: create, edit, hold, put away, comment. Nothing here commits."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from turns_web.approvals.rules import amount_lock
from turns_web.core import clock, versioned
from turns_web.core.errors import Forbidden, Invalid
from turns_web.core.versioned import Saved
from turns_web.schema import comments, properties, turn_stages, turns
from turns_web.settings.queries import zone
from turns_web.turns import assigning, dates
from turns_web.turns.events import Change, turn_changed
from turns_web.turns.fields import SECRET


def create_turn(
    session: Session, property_id: UUID, values: Mapping[str, Any], id: UUID | None = None
) -> Mapping[str, Any]:
    """Start a turn on a home, in the first stage. values: parsed fields of TURN. id: one that the client made.

    Returns the row. Raises Invalid (also on `property_id`, where another turn is open), NotFound, Forbidden.
    """
    home = _home(session, property_id)
    if home["is_archived"]:
        raise Invalid({"property_id": "This home is archived: restore it first."})
    given = {name: value for name, value in values.items() if value is not None}
    _refuse(
        dates.refusals(given, given, _today(session, home["timezone"]), home["move_in_date"])
        | assigning.refusals(session, given, _today(session, home["timezone"]))
    )
    begun = {"property_id": property_id, "stage_id": _first_stage(session), **given}
    row = versioned.insert_row(session, turns, begun, id)
    turn_changed(session, row, "created")
    return row


def edit_turn(session: Session, turn_id: UUID, version: int, typed: Mapping[str, Any]) -> Saved:
    """Save what a person changed since `version`, beside what others changed meanwhile.

    typed: parsed fields of TURN, all or some. Raises Invalid, NotFound, Forbidden, Stale (with conflicts).
    """
    secret = {SECRET: typed[SECRET]} if typed.get(SECRET) else {}
    merged = {name: value for name, value in typed.items() if name != SECRET}

    def check(server: Mapping[str, Any], changes: dict[str, Any]) -> Mapping[str, Any]:
        _refuse_changes(session, server, changes)
        return secret

    return _merge(session, turn_id, version, merged, "updated", check)


def _refuse_changes(session: Session, server: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    faults: dict[str, str | list[str]] = {}
    if "turn_amount" in changes:
        locked = amount_lock(server["scope_approval_status"], server["approved_turn_amount"])
        if locked:
            faults["turn_amount"] = locked
    if any(name.endswith("_date") or name in assigning.VENDOR_FIELDS for name in changes):
        home = _home(session, server["property_id"])
        today = _today(session, home["timezone"])
        faults |= dates.refusals({**server, **changes}, changes, today, home["move_in_date"])
        faults |= assigning.refusals(session, changes, today)
    _refuse(faults)


def hold_turn(session: Session, turn_id: UUID, version: int, typed: Mapping[str, Any]) -> Saved:
    """Put a turn on hold, or change the hold. It keeps its stage; the time is told apart.

    typed: hold_reason and hold_until, or one of them. Raises as edit_turn.
    """

    def check(server: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        if changes and not server["is_open"]:
            raise Invalid({"hold_reason": "This turn is no longer under way, so nothing is held up."})
        until = changes.get("hold_until")
        if until and until < _today_at(session, server["property_id"]):
            raise Invalid({"hold_until": "Enter today or a later day, or leave it empty."})

    return _merge(session, turn_id, version, typed, "updated", check)


# In place of a reason: leave the hold as it is.
AS_IT_IS = "\0"


def release_turn(session: Session, turn_id: UUID, version: int, reason: str | None = None) -> Saved:
    """End the hold. A turn that is not on hold stays as it is; with a `reason` the hold goes on with that one."""
    if reason == AS_IT_IS:
        return Saved(versioned.load(session, turns, turn_id))

    def check(server: Mapping[str, Any], changes: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"hold_until": None} if changes and reason is None else {}

    return _merge(session, turn_id, version, {"hold_reason": reason}, "updated", check)


def archive_turn(session: Session, turn_id: UUID, version: int) -> Saved:
    """Put a turn away: a mistake, or cancelled. Out of lists and averages, and never lost."""
    return _merge(session, turn_id, version, {"is_archived": True}, "archived")


def restore_turn(session: Session, turn_id: UUID, version: int) -> Saved:
    """Take a turn out of the archive. Raises Invalid on `property_id` where the home has another open turn."""
    return _merge(session, turn_id, version, {"is_archived": False}, "updated")


def comment(session: Session, turn_id: UUID, body: str) -> UUID:
    """Say something on a turn; returns the comment's id. Raises NotFound, Forbidden."""
    row = versioned.load(session, turns, turn_id)
    made = session.execute(insert(comments).values(turn_id=turn_id, body=body).returning(comments.c.id)).scalar_one()
    turn_changed(session, row, "updated", row)
    return made


def show_lock_box(session: Session, turn_id: UUID) -> tuple[Mapping[str, Any], str | None]:
    """(the turn's row, the code), for those who may know it; the database notes who looked.

    Raises NotFound, Forbidden.
    """
    code = session.execute(text("SELECT lock_box_code(:id)"), {"id": turn_id}).scalar_one()
    return versioned.load(session, turns, turn_id), code


def _merge(
    session: Session, turn_id: UUID, version: int, typed: Mapping[str, Any], change: Change, check: Any = None
) -> Saved:
    """merge_update, and the event of it where a version was raised."""
    before: dict[str, Any] = {}

    def checked(server: Mapping[str, Any], changes: dict[str, Any]) -> Any:
        before.update(server)
        return check(server, changes) if check else None

    saved = versioned.merge_update(session, turns, turn_id, version, typed, checked)
    if saved.row["version"] != before["version"]:
        turn_changed(session, saved.row, change, before)
    return saved


def _home(session: Session, property_id: UUID) -> Mapping[str, Any]:
    row = (
        session.execute(
            select(properties.c.timezone, properties.c.move_in_date, properties.c.is_archived).where(
                properties.c.id == property_id
            )
        )
        .mappings()
        .first()
    )
    if row is None:
        raise Invalid({"property_id": "Choose a home from the list."})
    return row


def _first_stage(session: Session) -> UUID:
    found = session.execute(
        select(turn_stages.c.id)
        .where(turn_stages.c.is_active, ~turn_stages.c.is_complete_stage)
        .order_by(turn_stages.c.display_order, turn_stages.c.id)
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise Forbidden("There is no stage to begin in. An administrator adds one.")
    return found


def _today(session: Session, own_zone: str | None) -> date:
    return clock.today(own_zone or zone.name(session, time.monotonic()))


def _today_at(session: Session, property_id: UUID) -> date:
    return _today(session, _home(session, property_id)["timezone"])


def _refuse(faults: Mapping[str, str | list[str]]) -> None:
    if faults:
        raise Invalid(faults)
