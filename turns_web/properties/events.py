"""Telling that a property changed, and that its turns changed hands with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.core.outbox import concerning, emit
from turns_web.schema import turns

# What a listener's hub needs to know whom a row concerns; never sent on.
CONCERNS = ("property_manager_id", "sr_property_manager_id", "market")
# What a turn copies of its property, and its own.
TURN_CONCERNS = (*CONCERNS, "vendor_id", "flooring_vendor_id", "turns_superintendent_id")


def property_changed(
    session: Session, row: Mapping[str, Any], change: str, before: Mapping[str, Any] | None = None
) -> None:
    """Tell, after the commit, that this property has a new version, or that something that hangs on it has changed.

    row: as written. before: the row before the write, where its managers or market may have changed: whoever loses
    sight of it by that is told `gone`, of its turns too; the same as `row` where the property itself is as it was,
    which webhooks are not told. change: `created`, `updated`, `archived`.
    """
    is_new = before is None or row["version"] != before["version"]
    emit(
        session,
        "property",
        id=row["id"],
        version=row["version"],
        change=change,
        names=[f"property.{change}"] if is_new else [],
        **concerning(CONCERNS, row, before),
    )


def turns_on_board(session: Session, property_ids: Sequence[Any]) -> list[Mapping[str, Any]]:
    """The turns of these properties that stand on somebody's board; to be read before a write that takes them away."""
    names = ("id", "version", "stage_id", "property_id", *TURN_CONCERNS)
    found = select(*(turns.c[name] for name in names)).where(
        turns.c.property_id.in_(property_ids), turns.c.is_active, ~turns.c.is_archived
    )
    return list(session.execute(found.order_by(turns.c.id)).mappings())


def turns_changed_hands(session: Session, turns_before: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> None:
    """Tell of each turn, as read by `turns_on_board`, that its property now has the managers and market of `row`."""
    for before in turns_before:
        now = {**before, **{name: row[name] for name in CONCERNS}}
        emit(
            session,
            "turn",
            id=before["id"],
            version=before["version"],
            stage_id=before["stage_id"],
            change="updated",
            **concerning(TURN_CONCERNS, now, before),
        )
