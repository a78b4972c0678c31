"""What is done to properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Session

from turns_web.core.errors import Invalid
from turns_web.core.identity import Identity
from turns_web.core.versioned import Saved, insert_row, load, merge_update, put, readable
from turns_web.properties import rules
from turns_web.properties.events import CONCERNS, property_changed, turns_changed_hands, turns_on_board
from turns_web.schema import properties


def create_property(
    session: Session, who: Identity, typed: Mapping[str, Any], today: date, id: UUID | None = None
) -> Saved:
    """id: one that the client made. Raises Invalid by field."""
    values = {**typed, **rules.managers_of_new(who, typed)}
    _refuse(rules.faults(values, today))
    row = insert_row(session, properties, values, id)
    property_changed(session, row, "created")
    return Saved(row)


def edit_property(session: Session, id: UUID, version: int, typed: Mapping[str, Any], today: date) -> Saved:
    """Set what the person changed since `version`. Raises Invalid, NotFound, Forbidden, Stale."""
    seen: dict[str, Any] = {}

    def check(server: Mapping[str, Any], changes: dict[str, Any]) -> None:
        faults = rules.faults({**server, **changes}, today)
        # What was wrong before and is left as it was keeps nobody from saving the rest.
        _refuse(faults if changes.keys() & {"timezone", "move_out_date", "move_in_date"} else {})
        moves = any(name in changes for name in CONCERNS)
        seen.update(before=server, turns=turns_on_board(session, [id]) if moves else [])

    saved = merge_update(session, properties, id, version, typed, check)
    if saved.row["version"] != seen["before"]["version"]:
        property_changed(session, saved.row, "updated", seen["before"])
        turns_changed_hands(session, seen["turns"], saved.row)
    return saved


def archive_property(session: Session, id: UUID, version: int) -> Saved:
    return _put(session, id, version, is_archived=True)


def restore_property(session: Session, id: UUID, version: int) -> Saved:
    return _put(session, id, version, is_archived=False)


def _put(session: Session, id: UUID, version: int, *, is_archived: bool) -> Saved:
    saved, before = put(session, properties, id, version, is_archived=is_archived)
    if saved.row["version"] != before["version"]:
        property_changed(session, saved.row, "archived" if is_archived else "updated")
    return saved


@dataclass(frozen=True, slots=True)
class Refused:
    """One property that was left as it is, and why."""

    id: UUID
    address: str
    why: str


def assign_managers(
    session: Session, chosen: Sequence[tuple[UUID, int]], manager: UUID | None, senior: UUID | None
) -> tuple[int, list[Refused]]:
    """Give properties to other managers; None leaves that one as it is. Each is changed on its own terms.

    chosen: (id, version that the person saw). Returns how many were changed, and those that were not.
    Raises Invalid where nobody was chosen, or somebody who is no active manager.
    """
    if manager is None and senior is None:
        raise Invalid({"property_manager_id": "Choose a manager, a senior manager, or both."})
    ids = [id for id, _ in chosen]
    before = {row["id"]: row for row in _rows(session, ids)}
    on_board = turns_on_board(session, ids)
    written = _assign(session, chosen, manager, senior)
    for id, version in written.items():
        if version == before[id]["version"]:
            continue  # had these managers already
        now = {
            **before[id],
            "version": version,
            "property_manager_id": manager or before[id]["property_manager_id"],
            "sr_property_manager_id": senior or before[id]["sr_property_manager_id"],
        }
        property_changed(session, now, "updated", before[id])
        turns_changed_hands(session, [turn for turn in on_board if turn["property_id"] == id], now)
    return len(written), [
        Refused(id, rules.address(before[id]), rules.why_left(before[id]["version"], version))
        for id, version in chosen
        if id in before and id not in written
    ]


def _rows(session: Session, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
    found = select(*readable(properties)).where(properties.c.id.in_(ids))
    return list(session.execute(found).mappings())


_ASSIGN = text("SELECT id, version FROM assign_managers(:ids, :versions, :manager, :senior)").bindparams(
    bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("versions", type_=ARRAY(INTEGER)),
    bindparam("manager", type_=PG_UUID(as_uuid=True)),
    bindparam("senior", type_=PG_UUID(as_uuid=True)),
)


def _assign(
    session: Session, chosen: Sequence[tuple[UUID, int]], manager: UUID | None, senior: UUID | None
) -> dict[UUID, int]:
    """By the definer function: a plain UPDATE cannot take a row out of its writer's sight."""
    rows = session.execute(
        _ASSIGN,
        {
            "ids": [id for id, _ in chosen],
            "versions": [version for _, version in chosen],
            "manager": manager,
            "senior": senior,
        },
    )
    return {row.id: row.version for row in rows}


def visible(session: Session, id: UUID) -> Mapping[str, Any]:
    """The row, where this person may see it. Raises NotFound."""
    return load(session, properties, id)


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise Invalid(faults)
