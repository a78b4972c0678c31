"""The board in lanes: one for each manager, vendor or home."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.core.names import names_of
from turns_web.turns import order
from turns_web.turns.board.queries import NONE, Here, Window, cut, filled, prepared
from turns_web.turns.filters import Filters

LANES = 10
# Cards of a lane in one column: with ten lanes no more than a board without them has.
WINDOW = 3
# As many come with each further window.
MORE = 25

_NAMED = {"property_manager_id": "people", "vendor_id": "vendors", "property_id": "properties"}
_NOBODY = {"property_manager_id": "No manager yet", "vendor_id": "No vendor yet", "property_id": "No home"}


@dataclass(frozen=True, slots=True)
class Lane:
    """id: of the manager, vendor or home; None for turns without one. windows: {stage: its first cards}."""

    id: UUID | None
    name: str
    count: int
    amount: Decimal
    late: int
    windows: dict[UUID, Window]


def lanes(session: Session, group: str, filters: Filters, first: int, here: Here) -> tuple[list[Lane], int | None]:
    """Some lanes from the `first`, and where those after them begin. group: a name of shape.GROUPS."""
    statement, given = filled("lanes", filters, here)
    statement = statement.replace("/* group */", group)
    found = session.execute(prepared(statement), {**given, "lanes": LANES, "first": first}).all()
    shown = found[:LANES]
    names = names_of(session, {_NAMED[group]: [lane.id for lane in shown]})
    cards = _cards(session, group, filters, [lane.id for lane in shown], here)
    made = [
        Lane(
            lane.id,
            names.get(lane.id, "Somebody you may not see") if lane.id else _NOBODY[group],
            lane.count,
            lane.amount,
            lane.late,
            cards.get(lane.id, {}),
        )
        for lane in shown
    ]
    return made, first + LANES if len(found) > LANES else None


def _cards(
    session: Session, group: str, filters: Filters, ids: list[UUID | None], here: Here
) -> dict[UUID | None, dict[UUID, Window]]:
    statement, given = filled(
        "cards", filters, here, "(lane = ANY(:ids) OR lane IS NULL AND :has_nobody)", lane=f"t.{group}"
    )
    given |= {"ids": [id for id in ids if id], "has_nobody": None in ids, "size": WINDOW}
    rows: dict[UUID | None, dict[UUID, list[Any]]] = {}
    for row in session.execute(prepared(statement), given):
        rows.setdefault(row.lane, {}).setdefault(row.stage_id, []).append(row)
    return {lane: {stage: cut(found, WINDOW) for stage, found in columns.items()} for lane, columns in rows.items()}


def window(
    session: Session, group: str, lane: UUID | None, stage_id: UUID, filters: Filters, after: list[Any], here: Here
) -> Window:
    """The cards of a lane in one column after a cursor."""
    statement, given = filled(
        "cards",
        filters.at("stage_id", stage_id),
        here,
        f"lane IS NOT DISTINCT FROM CAST(:lane AS uuid) AND {order.AFTER}",
        lane=f"t.{group}",
    )
    given |= {f"after_{name}": value for name, value in zip(order.KEY, after, strict=True)}
    rows = session.execute(prepared(statement), {**given, "lane": lane, "size": MORE}).all()
    return cut(rows, MORE) if rows else NONE
