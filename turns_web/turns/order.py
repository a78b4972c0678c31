"""The order of turns on the board: what a person put first, then leased, late, stuck, dear, old. Total, so that it
never flickers.

Completed turns are by their completion, the latest first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from turns_web.turns.filters import LATE, LEASED, SORTS, STUCK
from turns_web.turns.rules import LEASED_SOON_DAYS

_IS_LEASED = f"coalesce({LEASED}, false)"

# The columns that a row is ordered by, each ascending, with turn_id behind them.
URGENCY = f"""CASE
        WHEN NOT t.is_open THEN 6
        WHEN t.priority IS NOT NULL THEN 0
        WHEN {_IS_LEASED} AND t.next_move_in_date <= :today + {LEASED_SOON_DAYS} THEN 1
        WHEN {_IS_LEASED} THEN 2
        WHEN {LATE} THEN 3
        WHEN {STUCK} THEN 4
        ELSE 5 END AS urgency,
    CASE
        WHEN NOT t.is_open THEN coalesce(:today - t.turn_completion_date, 0)
        WHEN t.priority IS NOT NULL THEN t.priority
        WHEN {_IS_LEASED} THEN t.next_move_in_date - :today
        ELSE 0 END AS nearness,
    CASE
        WHEN t.is_open THEN -round(greatest(0, :today - t.move_out_date) * coalesce(t.monthly_rent, 0) / 30)::bigint
        ELSE 0 END AS cost,
    coalesce(t.move_out_date, DATE '9999-12-31') AS left_on"""
KEY = ("urgency", "nearness", "cost", "left_on", "turn_id")
AFTER = (
    "(urgency, nearness, cost, left_on, turn_id) > (CAST(:after_urgency AS integer), CAST(:after_nearness AS integer), "
    "CAST(:after_cost AS bigint), CAST(:after_left_on AS date), CAST(:after_turn_id AS text))"
)


def key_of(row: Any) -> list[Any]:
    """Where a row stands, as a cursor holds it."""
    return [getattr(row, name) for name in KEY]


class Sorted(NamedTuple):
    """How a table is sorted: its ORDER BY, and the condition of what follows a cursor."""

    column: str
    type: str
    is_down: bool
    code: str = "t.turn_id"

    @property
    def order_by(self) -> str:
        return f"({self.column}) IS NULL, {self.column} {'DESC' if self.is_down else 'ASC'}, {self.code}"

    def after(self, value: Any) -> str:
        """What follows the row with `value` (None: it had none) and :after_turn_id; nulls are last both ways."""
        later = f"{self.code} > :after_turn_id"
        if value is None:
            return f"({self.column}) IS NULL AND {later}"
        at = f"CAST(:after_value AS {self.type})"
        sign = "<" if self.is_down else ">"
        return f"({self.column}) IS NULL OR {self.column} {sign} {at} OR ({self.column} = {at} AND {later})"


def sorted_by(sort: str) -> Sorted:
    """sort: a name of filters.SORTS, with a leading - for descending."""
    column, type_ = SORTS[sort.removeprefix("-")]
    return Sorted(column, type_, sort.startswith("-"))
