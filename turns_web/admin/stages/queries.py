"""What the pages of stages show: how many turns are in each, what they lack, and where they could go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.admin.stages import rules
from turns_web.core.versioned import load
from turns_web.schema import turn_stages
from turns_web.turns.bulk.queries import Picked, picked, refused
from turns_web.turns.stages import Stage, Way, way

_IN_IT = "t.stage_id = s.id AND t.is_active AND NOT t.is_archived"
_LISTED = text(
    f"SELECT s.*, (SELECT count(*) FROM turns t WHERE {_IN_IT}) AS turns "  # noqa: S608
    "FROM turn_stages s ORDER BY s.display_order, s.id"
)
_LACKING = text(
    "SELECT count(*) AS turns, count(*) FILTER (WHERE turn_amount IS NULL) AS is_amount_required, "  # noqa: S608
    "count(*) FILTER (WHERE vendor_id IS NULL) AS is_vendor_required, "
    "count(*) FILTER (WHERE scope_approval_status NOT IN ('DFO_APPROVED', 'HO_APPROVED')) AS requires_approval "
    f"FROM turns t, turn_stages s WHERE s.id = :id AND {_IN_IT}"
)
_TURNS = text(
    f"SELECT t.id FROM turns t JOIN turn_stages s ON s.id = t.stage_id WHERE s.id = :id AND {_IN_IT} "  # noqa: S608
    "ORDER BY t.turn_id"
)
_LISTED_TURNS = 10


@dataclass(frozen=True, slots=True)
class WayOut:
    """What would become of a stage's turns, were they moved to `to`.

    going: those that would be moved. staying: those that could not, each with why not, and how many for each reason.
    withdrawn, sent: so many of the moved ones would no longer wait for approval, or be sent for it.
    """

    to: Stage
    going: list[Picked]
    staying: list[tuple[Picked, list[str]]]
    withdrawn: int = 0
    sent: int = 0

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return Counter(said for _, sentences in self.staying for said in sentences).most_common()

    @property
    def named(self) -> list[Picked]:
        return [one for one, _ in self.staying[:_LISTED_TURNS]]


def stages(session: Session) -> list[Mapping[str, Any]]:
    """All of them in their order, each with `turns`: how many on the board are in it."""
    return list(session.execute(_LISTED).mappings())


def stage(session: Session, id: UUID) -> Mapping[str, Any]:
    """Raises NotFound."""
    return load(session, turn_stages, id)


def lacking(session: Session, id: UUID) -> Mapping[str, int]:
    """Of the turns in a stage: how many there are, and how many lack what each demand asks for, by its column."""
    return session.execute(_LACKING, {"id": id}).mappings().one()


def turns_in(session: Session, id: UUID) -> list[UUID]:
    """Those on the board; what was filed or put away keeps the stage that it ended in."""
    return list(session.scalars(_TURNS, {"id": id}))


def ways_out(session: Session, id: UUID, today: date) -> list[WayOut]:
    """For each stage that could take the turns over, the nearest after it first."""
    # As it would be: a retired stage asks for nothing any more.
    stages = Way(tuple(replace(one, is_active=one.is_active and one.id != id) for one in way(session)))
    here = stages.get(id)
    chosen = picked(session, turns_in(session, id))
    if here is None or not chosen:
        return []
    others = [to for to in stages if rules.may_take_over(here, to)]
    nearest = sorted(others, key=lambda to: (to.display_order < here.display_order, abs(_apart(here, to))))
    return [way_out(session, stages, here, to, chosen, today) for to in nearest]


def _apart(one: Stage, other: Stage) -> int:
    return one.display_order - other.display_order


def way_out(session: Session, stages: Way, here: Stage, to: Stage, chosen: list[Picked], today: date) -> WayOut:
    """chosen: the turns in `here`. Asks of each what a move by hand would be asked, but the note."""
    found = refused(session, stages, chosen, {"stage_id": to.id}, note_of(here), today)
    if to.is_complete_stage:
        found |= {
            one.turn["id"]: [*found.get(one.turn["id"], []), "The move-out is still to come."]
            for one in chosen
            if _moves_out_later(one, today)
        }
    going = [one for one in chosen if one.turn["id"] not in found]
    staying = [(one, found[one.turn["id"]]) for one in chosen if one.turn["id"] in found]
    effects = Counter(_effect(stages, here, to, one.turn) for one in going)
    return WayOut(to, going, staying, effects["withdraws"], effects["sends"])


def _effect(stages: Way, here: Stage, to: Stage, turn: Mapping[str, Any]) -> str | None:
    has_base = turn["approved_turn_amount"] is not None
    return rules.approval_effect(stages, here, to, turn["scope_approval_status"], has_base=has_base)


def note_of(retired: Stage) -> str:
    """What the stage log keeps of each move."""
    return f"{retired.name} was retired."


def _moves_out_later(one: Picked, today: date) -> bool:
    """A turn is completed on the day of the move, which cannot be before its move-out."""
    out = one.turn["move_out_date"]
    return out is not None and (one.turn["turn_completion_date"] or today) < out
