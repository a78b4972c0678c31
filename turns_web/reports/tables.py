"""The tables of the page, and the shapes beside their figures: stages, groups of completed turns, and who decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from turns_web.reports import charts
from turns_web.reports.figures import Completed, Dashboard, Deciding, Group, InStage, Work
from turns_web.reports.homes import Home
from turns_web.reports.links import Lists

# Longer tables end with a word that opens the rest.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class StageRow:
    """href: the open turns in it."""

    stage: InStage
    bar: charts.StageBar
    href: str


def stages(found: Dashboard, lists: Lists) -> list[StageRow]:
    """Turns pass through these; what is complete waits for nothing."""
    passed = [stage for stage in found.by_stage if not stage.now.is_complete_stage]
    bars = charts.stage_bars(_marks(stage) for stage in passed)
    return [
        StageRow(stage, bar, lists.open(stage_id=stage.now.stage_id)) for stage, bar in zip(passed, bars, strict=True)
    ]


def _marks(stage: InStage) -> tuple[float | None, float | None, float | None]:
    if stage.days is None:
        return None, None, stage.now.target_days
    return stage.days.median_days, stage.days.p90_days, stage.now.target_days


@dataclass(frozen=True, slots=True)
class GroupRow:
    """bar: the median among those of the table, in thousandths. work: of a vendor."""

    group: Group
    bar: int
    href: str
    work: Work | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """key: of the dashboard. noun: what a row is. shown and more: the rows, parted where a table is long."""

    key: str
    title: str
    noun: str
    rows: tuple[GroupRow, ...]

    @property
    def shown(self) -> tuple[GroupRow, ...]:
        return self.rows[:SHOWN]

    @property
    def more(self) -> tuple[GroupRow, ...]:
        return self.rows[SHOWN:]


def groupings(done: Completed, lists: Lists) -> list[Table]:
    return [
        _table("by_manager", "Managers", "Manager", done.by_manager, lists, _manager),
        _table("by_market", "Markets", "Market", done.by_market, lists, _market),
        _table("by_unit_type", "Kinds of home", "Kind", done.by_unit_type, lists, _kind),
    ]


def vendors(done: Completed, lists: Lists) -> Table:
    work = {str(one.vendor_id): one for one in done.vendors}
    return _table("by_vendor", "Vendors", "Vendor", done.by_vendor, lists, _vendor, work.get)


Also = Callable[[Group], dict[str, Any]]


def _table(
    key: str,
    title: str,
    noun: str,
    groups: Iterable[Group],
    lists: Lists,
    also: Also,
    work: Callable[[Any], Work | None] = lambda _: None,
) -> Table:
    """Those with the most turns first; what nobody named is the last."""
    ordered = sorted(groups, key=lambda group: (group.key is None, -group.completed_turns, group.name.casefold()))
    most = max((group.median_turn_days or 0 for group in ordered), default=0)
    rows = (
        GroupRow(group, charts.share(group.median_turn_days, most), lists.completed(**also(group)), work(group.key))
        for group in ordered
    )
    return Table(key, title, noun, tuple(rows))


def _manager(group: Group) -> dict[str, Any]:
    return {"property_manager_id": UUID(group.key)} if group.key else {"no_manager": True}


def _market(group: Group) -> dict[str, Any]:
    return {"market": group.key} if group.key else {"no_market": True}


def _vendor(group: Group) -> dict[str, Any]:
    return {"vendor_id": UUID(group.key)} if group.key else {"no_vendor": True}


def _kind(group: Group) -> dict[str, Any]:
    """A type's key is its id; a home without one is known by its bedrooms."""
    if group.key is None:
        return {"no_property_type": True, "no_bedrooms": True}
    if len(group.key) == len(str(UUID(int=0))):
        return {"property_type_id": UUID(group.key)}
    return {"no_property_type": True, "bedrooms": group.key}


@dataclass(frozen=True, slots=True)
class HomeRow:
    """href: all its turns."""

    home: Home
    href: str


def homes(found: Iterable[Home], lists: Lists) -> list[HomeRow]:
    return [HomeRow(home, lists.of_home(home.turned.id)) for home in found]


@dataclass(frozen=True, slots=True)
class DecidingRow:
    deciding: Deciding
    href: str


def approvers(done: Completed, lists: Lists) -> list[DecidingRow]:
    return [DecidingRow(one, lists.completed(decided_by=one.user_id)) for one in done.approvers]
