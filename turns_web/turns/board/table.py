"""The same turns as a table: which columns there are, and a window of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.core.identity import Identity
from turns_web.turns import order
from turns_web.turns.board.cards import Face, Row, StageFacts, face
from turns_web.turns.board.queries import Here, filled, prepared
from turns_web.turns.filters import Filters
from turns_web.turns.order import Sorted, sorted_by

WINDOW = 50


@dataclass(frozen=True, slots=True)
class Column:
    """sort: the name that its head sorts by, empty where it cannot. figures: set to the right."""

    name: str
    label: str
    sort: str = ""
    figures: bool = False


COLUMNS = (
    Column("turn_id", "Turn", "turn_id"),
    Column("stage", "Stage", "stage_id"),
    Column("standing", "Standing", "expected_completion_date"),
    Column("here", "In stage", "days_in_stage"),
    Column("vacant", "Vacant", "move_out_date", figures=True),
    Column("holder", "Who has it"),
    Column("vendor", "Vendor", "vendor_id"),
    Column("amount", "Amount", "turn_amount", figures=True),
    Column("status", "Approval", "scope_approval_status"),
    Column("flags", "Flags"),
    Column("manager", "Manager", "property_manager_id"),
    Column("superintendent", "Superintendent"),
    Column("market", "Market", "market"),
    Column("city", "City", "city"),
    Column("code", "Home"),
    Column("grade", "Grade"),
    Column("wo_number", "Work order"),
    Column("move_in_date", "Move-in", "move_in_date"),
    Column("completed", "Completed", "turn_completion_date"),
    Column("final_walk_date", "Final walk", "final_walk_date"),
    Column("scope_approved_date", "Approved", "scope_approved_date"),
    Column("sent_to_leasing_date", "To leasing", "sent_to_leasing_date"),
)
DEFAULT = ("turn_id", "stage", "standing", "here", "vacant", "holder", "vendor", "amount", "status", "flags")


def chosen(who: Identity) -> list[Column]:
    """The columns that this person sees, in their order."""
    names = who.preferences.get("turn_columns")
    return [column for column in COLUMNS if column.name in (DEFAULT if names is None else names)]


def known(names: Iterable[str]) -> list[str]:
    """Of `names`, those that are columns."""
    asked = set(names)
    return [column.name for column in COLUMNS if column.name in asked]


class Line(NamedTuple):
    """row: what a card shows of the turn. more: the rest of the columns, by name."""

    row: Row
    more: dict[str, Any]


def lines(session: Session, filters: Filters, after: list[Any] | None, here: Here) -> tuple[list[Line], Any]:
    """A window of rows, and the cursor of what follows it (None at the end)."""
    by = _by(filters)
    statement, given = filled("table", filters, here, _after(by, after), _value(filters))
    statement = statement.replace("/* value */", _value(filters)).replace("/* by */", _order(by))
    found = session.execute(prepared(statement), {**given, **_given(by, after), "size": WINDOW}).all()
    shown = [Line(Row._make(row[: len(Row._fields)]), dict(row._mapping)) for row in found[:WINDOW]]
    if len(found) <= WINDOW:
        return shown, None
    last = shown[-1]
    return shown, [last.more["value"], last.row.turn_id] if by else order.key_of(last.row)


def face_of(row: Row, facts: Mapping[UUID, StageFacts], here: Here) -> Face:
    return face(row, facts[row.stage_id], here.today, here.zone)


def cursor_length(filters: Filters) -> int:
    return 2 if filters.sort else len(order.KEY)


def _by(filters: Filters) -> Sorted | None:
    if not filters.sort:
        return None
    return sorted_by(filters.sort)._replace(column="value", code="turn_id")


def _value(filters: Filters) -> str:
    return sorted_by(filters.sort).column if filters.sort else "NULL::text"


def _order(by: Sorted | None) -> str:
    return by.order_by if by else ", ".join(order.KEY)


def _after(by: Sorted | None, after: list[Any] | None) -> str:
    if not after:
        return "true"
    return f"({by.after(after[0])})" if by else order.AFTER


def _given(by: Sorted | None, after: list[Any] | None) -> dict[str, Any]:
    if not after:
        return {}
    if by is None:
        return {f"after_{name}": value for name, value in zip(order.KEY, after, strict=True)}
    given = {"after_turn_id": after[1]}
    return given if after[0] is None else given | {"after_value": after[0]}
