"""The turns that were picked, and what stands against changing them, all in a few statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from turns_web.core.versioned import readable
from turns_web.schema import turns
from turns_web.turns.assigning import refusals
from turns_web.turns.bulk.fields import MOST
from turns_web.turns.filters import Filters
from turns_web.turns.moving.actions import as_it_would_be
from turns_web.turns.moving.rules import unmet_demands
from turns_web.turns.stages import Way

_AROUND = text(
    "SELECT t.id, concat_ws(', ', p.street_address, p.unit) AS address, "
    "setting('dfo_limit', p.market)::numeric AS dfo_limit, "
    "(SELECT o.turn_id FROM turns o WHERE o.property_id = p.id AND o.is_open AND o.id <> t.id) AS open_elsewhere, "
    "v.company_name, v.is_active AND NOT v.is_archived AS is_active, v.is_approved, v.insurance_expiry "
    "FROM turns t JOIN properties p ON p.id = t.property_id "
    "LEFT JOIN vendors v ON v.id = coalesce(CAST(:vendor_id AS uuid), t.vendor_id) WHERE t.id = ANY(:ids)"
)


class Picked(NamedTuple):
    """turn: the row. beside: its address, limits and vendor, as a move needs them."""

    turn: Mapping[str, Any]
    beside: Mapping[str, Any]

    @property
    def address(self) -> str:
        return self.beside["address"]


def picked(session: Session, ids: list[UUID], vendor_id: UUID | None = None) -> list[Picked]:
    """Those of `ids` that this person sees, in that order. vendor_id: who would do the work, where one is set."""
    beside = {row["id"]: row for row in session.execute(_AROUND, {"ids": ids, "vendor_id": vendor_id}).mappings()}
    rows = {row["id"]: row for row in session.execute(select(*readable(turns)).where(turns.c.id.in_(ids))).mappings()}
    return [Picked(rows[id], beside[id]) for id in ids if id in rows and id in beside]


def matching(session: Session, filters: Filters, today: date) -> list[UUID]:
    """The turns of a view, one more than can be changed at once where there are so many."""
    where, given = filters.where()
    statement = (
        "SELECT t.id FROM turns t JOIN properties p ON p.id = t.property_id JOIN turn_stages s ON s.id = t.stage_id "  # noqa: S608
        f"WHERE {where} ORDER BY t.turn_id LIMIT :most + 1"
    )
    return list(session.scalars(text(statement), {**given, "today": today, "most": MOST}))


def refused(
    session: Session, stages: Way, chosen: list[Picked], values: Mapping[str, Any], note: str | None, today: date
) -> dict[UUID, list[str]]:
    """Why which of the picked turns could not be changed now; those that could are left out."""
    vendor = refusals(session, {"vendor_id": values["vendor_id"]}, today) if values.get("vendor_id") else {}
    found = {one.turn["id"]: [*vendor.values(), *_demands(stages, one, values, note, today)] for one in chosen}
    return {id: list(dict.fromkeys(said)) for id, said in found.items() if said}


def _demands(stages: Way, one: Picked, values: Mapping[str, Any], note: str | None, today: date) -> list[str]:
    to, here = stages.get(values.get("stage_id")), stages.get(one.turn["stage_id"])
    if to is None or here is None or to.id == here.id:
        return []
    if one.turn["is_archived"]:
        return ["It is archived: restore it first."]
    demands = unmet_demands(stages, here, to, as_it_would_be(one.turn, values, one.beside), note, today)
    return [sentence for said in demands.values() for sentence in said]
