"""The tiles: each a figure of the dashboard with what it was before, its definition, and the list that it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from turns_web.reports import words
from turns_web.reports.figures import Completed, Dashboard
from turns_web.reports.links import Lists
from turns_web.reports.words import Said


@dataclass(frozen=True, slots=True)
class Figure:
    """key: of the dashboard. value: as the dashboard says it. label: "{}" is where the words of the value stand."""

    key: str
    value: str
    said: Said
    href: str
    label: str = "{}"

    @property
    def words(self) -> str:
        return self.label.format(self.said)


@dataclass(frozen=True, slots=True)
class Tile:
    """how: name of its definition. note: beside the figure. told: what it was in the other period, and of how many."""

    label: str
    figure: Figure
    how: str
    note: str = ""
    told: tuple[str, ...] = ()
    further: tuple[Figure, ...] = ()


def tiles(found: Dashboard, other: Completed, other_name: str, lists: Lists) -> list[Tile]:
    figure = _Figures(found.values(), lists)
    return _under_way(found, figure) + _completed(found.completed, other, other_name, figure)


def _under_way(found: Dashboard, figure: _Figures) -> list[Tile]:
    now = found.now
    return [
        Tile(
            "Under way",
            figure.open("active_turns"),
            "under-way",
            further=(
                figure.open("on_hold_turns", "{} on hold", on_hold=True),
                figure.homes("total_properties", "of {} homes"),
            ),
        ),
        Tile(
            "Late",
            figure.open("late_turns", overdue=True),
            "late",
            note=str(words.share(now.late_turns / now.active_turns, 1)) if now.active_turns else "",
            further=(
                figure.open("at_risk_turns", "{} at risk", at_risk=True),
                figure.open("stuck_turns", "{} stuck", stuck=True),
            ),
        ),
        Tile(
            "Lost to vacancy",
            figure.vacancy(),
            "vacancy",
            note="so far",
            further=(figure.open("vacancy_unknown", "{} without a rent", no_rent=True),),
        ),
    ]


def _completed(done: Completed, other: Completed, name: str, figure: _Figures) -> list[Tile]:
    days: Mapping[str, Any] = {"say": words.days, "has_turn_days": True}

    def was(value: Said) -> str:
        return f"{'none' if value.figure == words.NONE else value} in {name}"

    return [
        Tile(
            "Completed",
            figure.completed("completed_turns", words.count),
            "completed",
            told=(was(words.count(other.completed_turns)),),
        ),
        Tile(
            "Median turn",
            figure.completed("median_turn_days", **days),
            "days",
            told=(was(words.days(other.median_turn_days)),),
            further=(
                figure.completed("mean_turn_days", label="mean {}", **days),
                figure.completed("p90_turn_days", label="p90 {}", **days),
                figure.completed(
                    "counted_turns", words.count, f"{{}} of {done.completed_turns:,} counted", has_turn_days=True
                ),
            ),
        ),
        Tile(
            "On time",
            figure.completed("on_time_share", words.share, on_time=True),
            "on-time",
            told=(was(words.share(other.on_time_share)), f"of {done.promised_turns:,} with a first date"),
        ),
        Tile(
            "Cost a turn",
            figure.completed("cost_per_turn", words.amount, has_cost=True),
            "cost",
            told=(was(words.amount(other.cost_per_turn)), f"of {done.costed_turns:,} approved"),
            further=(figure.completed("budget_variance", words.exact_share, "{} over approved", has_cost=True),),
        ),
        Tile(
            "Approval time",
            figure.completed("approval_hours", words.hours, has_decision=True),
            "approval",
            told=(was(words.hours(other.approval_hours)), f"of {done.decided_turns:,} decided"),
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Figures:
    values: Mapping[str, Any]
    lists: Lists

    def homes(self, key: str, label: str) -> Figure:
        return self._figure(key, words.count, label, self.lists.homes())

    def open(self, key: str, label: str = "{}", **also: Any) -> Figure:
        return self._figure(key, words.count, label, self.lists.open(**also))

    def completed(self, key: str, say: Callable[[Any], Said], label: str = "{}", **also: Any) -> Figure:
        return self._figure(key, say, label, self.lists.completed(**also))

    def vacancy(self) -> Figure:
        return self._figure("vacancy_cost", words.amount, "{}", self.lists.open(vacant=True, no_rent=False))

    def _figure(self, key: str, say: Callable[[Any], Said], label: str, href: str) -> Figure:
        value = self.values[key]
        return Figure(key, words.raw(value), say(value), href, label)
