"""The figures of the dashboard and of the page of reports. Money is Decimal, shares are from 0 to 1, None is unknown.

Turns that were archived are in none of them. Source of the definitions: docs/data.md, "Figures".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from turns_web.reports.period import Period

# Fewer completed turns say nothing of a vendor.
LEAST_JOBS = 3


@dataclass(frozen=True, slots=True)
class StageNow:
    """What is open in a stage. amount: the sum of their turn_amount."""

    stage_id: UUID
    name: str
    target_days: int | None
    is_complete_stage: bool
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What is open now. late, at_risk, stuck and on_hold are among the active ones, and may overlap.

    vacancy_cost: what the open turns' empty homes have cost until today. vacancy_unknown: open turns whose home's rent
    nobody knows.
    """

    total_properties: int
    active_turns: int
    on_hold_turns: int
    late_turns: int
    at_risk_turns: int
    stuck_turns: int
    vacancy_cost: Decimal
    vacancy_unknown: int
    by_stage: tuple[StageNow, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Completed turns of one month, manager, market, vendor or kind of home.

    key: what a filter takes: an id, a market, `2026-11` for a month; of a home without a type its bedrooms. None for
    turns without one.
    """

    key: str | None
    name: str
    completed_turns: int
    median_turn_days: float | None
    cost_per_turn: Decimal | None
    on_time_share: float | None


@dataclass(frozen=True, slots=True)
class StageDays:
    """Days that completed turns spent in a stage, all visits of a turn added, holds left out. turns: how many were
    there."""

    stage_id: UUID
    turns: int
    mean_days: float
    median_days: float
    p90_days: float


@dataclass(frozen=True, slots=True)
class Work:
    """A vendor's completed turns. over_approved: change orders as a share of what was approved. spent: committed."""

    vendor_id: UUID
    name: str
    jobs: int
    on_time_share: float | None
    over_approved: float | None
    spent: Decimal

    @property
    def has_score(self) -> bool:
        return self.jobs >= LEAST_JOBS


@dataclass(frozen=True, slots=True)
class Deciding:
    """Final decisions of one approver on completed turns. hours: the median from submission to decision."""

    user_id: UUID
    name: str
    decisions: int
    hours: float


@dataclass(frozen=True, slots=True)
class Completed:
    """Of the turns completed in a period. counted_turns: those with a move-out date, whose days are known;
    promised_turns: those with a first ready date; costed_turns: those approved; decided_turns: those that a person
    decided.

    change_order_turns: those with change orders that count. cost_per_sqft, cost_per_bedroom: committed over the size
    of those homes whose size and cost are known.
    """

    completed_turns: int
    counted_turns: int
    mean_turn_days: float | None
    median_turn_days: float | None
    p90_turn_days: int | None
    on_time_share: float | None
    promised_turns: int
    cost_per_turn: Decimal | None
    costed_turns: int
    committed: Decimal
    budget_variance: float | None
    change_order_turns: int
    cost_per_sqft: Decimal | None
    cost_per_bedroom: Decimal | None
    approval_hours: float | None
    decided_turns: int
    stage_days: tuple[StageDays, ...]
    by_month: tuple[Group, ...]
    by_manager: tuple[Group, ...]
    by_market: tuple[Group, ...]
    by_vendor: tuple[Group, ...]
    by_unit_type: tuple[Group, ...]
    vendors: tuple[Work, ...]
    approvers: tuple[Deciding, ...]

    @property
    def change_order_rate(self) -> float | None:
        return self.change_order_turns / self.completed_turns if self.completed_turns else None


@dataclass(frozen=True, slots=True)
class InStage:
    """A stage of the dashboard: what is in it now, and how long completed turns were."""

    now: StageNow
    days: StageDays | None

    @property
    def over_target(self) -> float:
        """The days by which the median passes the target; 0 or less where it is kept or there is none."""
        if self.days is None or self.now.target_days is None:
            return 0.0
        return self.days.median_days - self.now.target_days


@dataclass(frozen=True, slots=True)
class Dashboard:
    """as_of: all that was committed until then is counted; counts of turns under way are newer. source: which database
    answered. behind_s: how far the replica was behind, None on the primary and where unknown."""

    as_of: datetime
    source: Literal["replica", "primary"]
    behind_s: float | None
    period: Period
    now: UnderWay
    completed: Completed

    @property
    def by_stage(self) -> tuple[InStage, ...]:
        days = {one.stage_id: one for one in self.completed.stage_days}
        return tuple(InStage(stage, days.get(stage.stage_id)) for stage in self.now.by_stage)

    @property
    def bottleneck(self) -> InStage | None:
        """The stage that passes its target most, where one does."""
        worst = max(self.by_stage, key=lambda stage: stage.over_target, default=None)
        return worst if worst and worst.over_target > 0 else None

    def values(self) -> dict[str, Any]:
        """The single figures, by their keys."""
        return {name: getattr(self.now, name) for name in NOW} | {
            name: getattr(self.completed, name) for name in COMPLETED
        }


NOW = (
    "total_properties",
    "active_turns",
    "on_hold_turns",
    "late_turns",
    "at_risk_turns",
    "stuck_turns",
    "vacancy_cost",
    "vacancy_unknown",
)
COMPLETED = (
    "completed_turns",
    "counted_turns",
    "mean_turn_days",
    "median_turn_days",
    "p90_turn_days",
    "on_time_share",
    "cost_per_turn",
    "budget_variance",
    "approval_hours",
)
GROUPINGS = ("by_month", "by_manager", "by_market", "by_vendor", "by_unit_type")
