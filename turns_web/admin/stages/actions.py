"""Adding stages, changing them, putting them in another order, retiring one with its turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Session

from turns_web.admin.stages import queries, rules
from turns_web.core.errors import ALL, Invalid, Stale
from turns_web.core.outbox import EVERYTHING, emit
from turns_web.core.versioned import Saved, as_of, insert_row, load, lock, merge_update, put, readable
from turns_web.schema import turn_stages, turns
from turns_web.turns.bulk.queries import picked
from turns_web.turns.events import turn_changed
from turns_web.turns.stages import Stage, Way, way

_PLACE = text(
    "UPDATE turn_stages s SET display_order = wanted.place FROM unnest(:ids, :places) AS wanted (id, place) "
    "WHERE s.id = wanted.id AND s.display_order <> wanted.place"
).bindparams(bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))), bindparam("places", type_=ARRAY(INTEGER)))
# Against everybody who moves a turn there meanwhile: their foreign key waits for it (turns_enter_stage).
_HOLD_OFF = text("SELECT FROM turn_stages WHERE id = :id FOR UPDATE")
_TELL = text("SELECT set_config('app.stage_kind', '', true), set_config('app.stage_note', :note, true)")


def make(session: Session, typed: Mapping[str, Any], after: UUID | None) -> UUID:
    """after: the stage that it comes behind, None for the first. Raises Invalid."""
    stages = way(session)
    if after is not None and after not in [stage.id for stage in stages.active()]:
        raise Invalid({"after": "Choose a stage from the list."})
    last = max((stage.display_order for stage in stages), default=0)
    row = insert_row(session, turn_stages, {**typed, "display_order": last + 1}, None)
    before = [stage.id for stage in stages.active()]
    before.insert(before.index(after) + 1 if after else 0, row["id"])
    _put_in_order(session, _fresh(session), before, field="after")
    emit(session, EVERYTHING)
    return row["id"]


def change(session: Session, id: UUID, version: int, typed: Mapping[str, Any]) -> Saved:
    """Raises Invalid, NotFound, Stale (with conflicts)."""
    stages = way(session)

    def check(server: Mapping[str, Any], changes: dict[str, Any]) -> None:
        if "is_complete_stage" in changes and server["is_active"]:
            changed = [
                replace(one, is_complete_stage=changes["is_complete_stage"]) if one.id == id else one
                for one in stages.active()
            ]
            _refuse_order(changed, "is_complete_stage")

    saved = merge_update(session, turn_stages, id, version, typed, check)
    if saved.row["version"] != version:
        emit(session, EVERYTHING)
    return saved


def put_in_order(session: Session, ids: Sequence[UUID], versions: Mapping[UUID, int]) -> None:
    """ids: all active stages as they are to stand. versions: as the person saw them; what else changed of a stage since
    is left alone, another order is a conflict. Raises Invalid, Stale."""
    stages = way(session)
    active = [stage.id for stage in stages.active()]
    if sorted(ids, key=str) != sorted(active, key=str):
        raise Invalid({ALL: "Somebody added or retired a stage meanwhile: look at the order again."})
    for id in ids:
        _refuse_moved_since(session, id, versions[id])
    if list(ids) != active:
        _put_in_order(session, stages, ids, field=ALL)
        emit(session, EVERYTHING)


def _refuse_moved_since(session: Session, id: UUID, version: int) -> None:
    server = load(session, turn_stages, id)
    if server["version"] == version:
        return
    base = as_of(session, turn_stages, server, version)
    if base["display_order"] != server["display_order"]:
        said = "Somebody put the stages in another order meanwhile."
        raise Stale(server=server, local_version=version, base=base, message=said)


def _put_in_order(session: Session, stages: Way, active: Sequence[UUID], field: str) -> None:
    """All in one statement, in which no two may end at one place."""
    known = {stage.id: stage for stage in stages}
    _refuse_order([known[id] for id in active], field)
    order = rules.with_retired(stages, active)
    session.execute(_PLACE, {"ids": order, "places": list(range(1, len(order) + 1))})


def _refuse_order(stages: Sequence[Stage], field: str) -> None:
    if fault := rules.order_fault(stages):
        raise Invalid({field: fault})


def bring_back(session: Session, id: UUID, version: int) -> None:
    """A retired stage takes in turns again, where it stood. Raises Invalid, NotFound, Stale."""
    stages = way(session)
    _refuse_order([stage for stage in stages if stage.is_active or stage.id == id], ALL)
    put(session, turn_stages, id, version, is_active=True)
    emit(session, EVERYTHING)


def retire(session: Session, id: UUID, version: int, to: UUID | None, *, leave: bool, today: date) -> int:
    """Take a stage out of the way, and move the turns on the board that are in it; how many.

    leave: those that cannot be moved stay where they are; else one such refuses it all.
    Raises Invalid, NotFound, Stale.
    """
    load(session, turn_stages, id)
    session.execute(_HOLD_OFF, {"id": id})
    put(session, turn_stages, id, version, is_active=False)
    stages = _fresh(session)
    ids = [row["id"] for row in lock(session, turns, queries.turns_in(session, id)).values() if row["stage_id"] == id]
    moved = _move_out(session, stages, stages.get(id), to, ids, leave=leave, today=today) if ids else 0
    emit(session, EVERYTHING)
    return moved


def _move_out(
    session: Session, stages: Way, here: Stage | None, to: UUID | None, ids: list[UUID], *, leave: bool, today: date
) -> int:
    target = stages.get(to)
    if here is None or target is None or not rules.may_take_over(here, target):
        raise Invalid({"move_to_stage_id": f"Say where the turns go that are in it: there are {len(ids):,}."})
    found = queries.way_out(session, stages, here, target, picked(session, ids), today)
    if found.staying and not leave:
        raise Invalid({"move_to_stage_id": refusal(found)})
    session.execute(_TELL, {"note": queries.note_of(here)})
    going = {one.turn["id"]: one.turn for one in found.going}
    # One statement for all: each turn is one version and one audit row, as it would be by hand.
    statement = turns.update().where(turns.c.id.in_(list(going))).values(stage_id=target.id)
    for row in session.execute(statement.returning(*readable(turns))).mappings():
        turn_changed(session, row, "moved", going[row["id"]])
    return len(going)


def refusal(found: queries.WayOut) -> str:
    """Which turns hold it up, and why, in a sentence."""
    named = ", ".join(one.turn["turn_id"] for one in found.named)
    more = f" and {len(found.staying) - len(found.named):,} more" if len(found.staying) > len(found.named) else ""
    why = " ".join(f"{said} ({count:,})" for said, count in found.reasons[:5])
    return f"{named}{more} cannot go to {found.to.name}: {why}"


def _fresh(session: Session) -> Way:
    session.info.pop("way", None)
    return way(session)
