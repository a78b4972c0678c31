"""The queue: what waits for a decision, at which level, since when. One statement a window, one for the figures."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.approvals import rules
from turns_web.approvals.card import asked_of
from turns_web.approvals.changes import Change as Changed
from turns_web.approvals.changes import since_rejection
from turns_web.approvals.queries import limit
from turns_web.approvals.queue import parts
from turns_web.approvals.queue.items import Item, Usual
from turns_web.approvals.queue.parts import PARTS, Order, Part, order_of
from turns_web.core.errors import NotFound
from turns_web.core.identity import Identity, Role
from turns_web.settings.queries import today
from turns_web.turns.filters import Filters

SIZE = 50
_SQL = Path(__file__).parent / "sql"
# What a list is sorted by may stand beside the turn.
_BESIDE = {
    "v.": "LEFT JOIN vendors v ON v.id = t.vendor_id",
    "pm.": "LEFT JOIN who pm ON pm.id = t.property_manager_id",
}


@dataclass(frozen=True, slots=True)
class Sum:
    """What a part of the queue comes to."""

    count: int
    amount: Decimal
    oldest: datetime | None


def queue(
    session: Session, identity: Identity, part: Part, filters: Filters, after: list[Any] | None = None
) -> list[Item]:
    """A window of a part of the queue and one more, in the part's own order or as `filters.sort` says."""
    where, given = (filters if part == "sent" else _past_too(filters)).where()
    order = order_of(part, filters, after)
    condition = f"({where}) AND ({PARTS[part]}) AND ({order.follows})"
    return _items(session, identity, condition, order, {**given, **order.given, "size": SIZE + 1})


def item_of(session: Session, identity: Identity, turn_id: UUID) -> Item:
    """One turn as the queue shows it, wherever it stands. Raises NotFound."""
    found = items_of(session, identity, [turn_id])
    if not found:
        raise NotFound()
    return found[turn_id]


def items_of(session: Session, identity: Identity, ids: list[UUID]) -> dict[UUID, Item]:
    """Those of the turns that this person sees, as the queue shows them, in its order."""
    order = order_of("mine", Filters({}), None)
    found = _items(session, identity, "t.id = ANY(:ids)", order, {"ids": ids, "size": len(ids)})
    return {item.turn_id: item for item in found}


def sums(session: Session, identity: Identity, filters: Filters) -> dict[Part, Sum]:
    """How much each part holds under the filter in force."""
    where, given = _past_too(filters).where()
    sent = "submitted_by = :me AND is_active" if filters.on_board else "submitted_by = :me"
    rows = session.execute(
        text(_filled("sums", {"where": f"({where})", "sent": sent})),
        {**given, "me": identity.user_id, "today": _today(session)},
    )
    found = {row.part: Sum(row.count, row.amount, row.oldest) for row in rows}
    return {part: found.get(part, _NOTHING) for part in PARTS}


def _past_too(filters: Filters) -> Filters:
    """A change order may wait long after its turn was filed."""
    return filters if "is_active" in filters.chosen else filters.at("is_active", None)


_NOTHING = Sum(0, Decimal(0), None)
_SAME_EVERYWHERE = {
    "rights": parts.RIGHTS, "amount": parts.AMOUNT, "since": parts.SINCE, "waiting": parts.IS_WAITING,
    "home": parts.HOME,
    "mine": parts.IS_MINE, "may decide": parts.MAY_DECIDE, "leased": parts.IS_LEASED, "change": parts.WAITING_CHANGE,
}  # fmt: skip


@cache
def _read(name: str) -> str:
    statement = (_SQL / f"{name}.sql").read_text()
    return _put(statement, _SAME_EVERYWHERE)


def _filled(name: str, own: Mapping[str, str]) -> str:
    return _put(_read(name), own)


def _put(statement: str, pieces: Mapping[str, str]) -> str:
    for name, sql in pieces.items():
        statement = statement.replace(f"/* {name} */", sql)
    return statement


def _items(session: Session, identity: Identity, where: str, order: Order, given: Mapping[str, Any]) -> list[Item]:
    own = {
        "first": order.first, "second": order.second, "value": order.value, "by": order.by, "where": where,
        "beside": "\n".join(join for name, join in _BESIDE.items() if name in order.value),
    }  # fmt: skip
    day = _today(session)
    given = {**given, "me": identity.user_id, "today": day}
    rows = session.execute(text(_filled("items", own)), given).mappings().all()
    changed = since_rejection(session, rows)
    return [_item(identity, row, day, changed.get(row["id"], ()), order.is_sorted) for row in rows]


def _today(session: Session) -> date:
    return today(session, time.monotonic())


def _item(identity: Identity, row: Mapping[str, Any], day: date, changed: Sequence[Changed], is_sorted: bool) -> Item:
    asked = asked_of(row)
    region = " ".join(part for part in (row["state"], row["zip_code"]) if part)
    limits = (limit("dfo_limit", row["dfo_limit"]), limit("ho_limit", row["ho_limit"]))
    return Item(
        turn_id=row["id"],
        code=row["turn_id"],
        address=", ".join(part for part in (row["street_address"], row["unit"]) if part),
        status=row["scope_approval_status"],
        total=row["amount"],
        why=_why(identity, asked, limits),
        place=", ".join(part for part in (row["city"], region) if part),
        home=_home(row),
        limits=limits,
        usual=_usual(row),
        change=asked.change,
        changed=changed,
        may_override=identity.role is Role.SUPER_ADMIN and asked.level is not None,
        today=day,
        key=[row["sorted"], row["turn_id"]] if is_sorted else [row["first_key"], row["second_key"], row["turn_id"]],
        **{name: row[name] for name in _SAME},
    )


def _why(identity: Identity, asked: rules.Asked, limits: tuple[Decimal, Decimal]) -> str:
    """What an approval would mean, or who is asked instead."""
    if asked.may_decide:
        return rules.what_follows(asked, limits[1])
    return rules.why_not_decide(identity, asked) or "" if asked.level else ""


def _home(row: Mapping[str, Any]) -> str:
    """`3 bd 2 ba, 1,240 sq ft`."""
    units = {"bedrooms": "bd", "bathrooms": "ba"}
    rooms = [f"{row[name].normalize():f} {unit}" for name, unit in units.items() if row[name]]
    area = f"{row['area_sqft']:,} sq ft" if row["area_sqft"] else ""
    return ", ".join(part for part in (" ".join(rooms), area) if part)


def _usual(row: Mapping[str, Any]) -> Usual | None:
    if row["usual_turns"] is None:
        return None
    home = f"{row['bedrooms'].normalize():f} bd in {row['market']}"
    return Usual(row["usual_turns"], row["usual_low"], row["usual_median"], row["usual_high"], home)


_SAME = (
    "version", "stage_id", "stage_name", "grade", "vendor", "move_in_date", "move_out_date", "monthly_rent",
    "expected_completion_date", "is_leased", "is_second", "is_open", "hold_reason", "asked_by", "submitted_at", "since",
    "held", "asked_at", "note", "question", "answer", "reject_reason", "rejected_before", "may_decide", "decides_for",
)  # fmt: skip
