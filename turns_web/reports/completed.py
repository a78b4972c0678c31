"""What was completed in a period. See rules.py for how a median comes of turns that were counted by their days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from turns_web.core.names import names_of
from turns_web.reports import rules
from turns_web.reports.asking import Asked
from turns_web.reports.figures import Completed, Deciding, Group, StageDays, Work
from turns_web.reports.statements import ask

Names = Mapping[UUID, str]
_CENT = Decimal("0.01")
_UNNAMED = "Somebody without a name"

# A part's number says which columns it does not group by, a bit each: month, manager, market, vendor, type.
_ALL, _MONTH, _MANAGER, _MARKET, _VENDOR, _TYPE = 0b11111, 0b01111, 0b10111, 0b11011, 0b11101, 0b11110


# With less, counting a quarter of a million turns in six ways at once goes to disk and takes four times as long.
_MEMORY = text("SELECT set_config('work_mem', '64MB', true)")


def completed(session: Session, asked: Asked) -> Completed:
    session.execute(_MEMORY)
    rows = ask(session, "completed", asked).all()
    decided = ask(session, "approvals", asked).all()
    stages = tuple(StageDays(**row._mapping) for row in ask(session, "stage_days", asked))
    names = names_of(
        session,
        {
            "people": [row.manager_id for row in rows] + [row.approver_id for row in decided],
            "vendors": [row.vendor_id for row in rows],
            "property_types": [row.type_id for row in rows],
        },
    )
    parts: dict[int, list[Row[Any]]] = {}
    for row in rows:
        parts.setdefault(row.part, []).append(row)
    by_vendor = _grouped(parts.get(_VENDOR, []), lambda row: row.vendor_id)
    return Completed(
        **_totals(parts.get(_ALL, [])),
        approval_hours=next((row.hours for row in decided if row.approver_id is None), None),
        decided_turns=next((row.decisions for row in decided if row.approver_id is None), 0),
        stage_days=stages,
        by_month=_by_month(parts.get(_MONTH, [])),
        by_manager=_by_name(_grouped(parts.get(_MANAGER, []), lambda row: row.manager_id), names),
        by_market=_by_name(_grouped(parts.get(_MARKET, []), lambda row: row.market), {}),
        by_vendor=_by_name(by_vendor, names),
        by_unit_type=_by_type(parts.get(_TYPE, []), names),
        vendors=_work(by_vendor, names),
        approvers=_deciding(decided, names),
    )


def _totals(rows: Sequence[Row[Any]]) -> dict[str, Any]:
    counts = _days(rows)
    return {
        "completed_turns": _sum(rows, "turns"),
        "counted_turns": sum(counts.values()),
        "mean_turn_days": rules.mean(counts),
        "median_turn_days": rules.median(counts),
        "p90_turn_days": rules.percentile(counts, 0.9),
        "on_time_share": _share(rows),
        "promised_turns": _sum(rows, "told"),
        "cost_per_turn": _each(_sum(rows, "committed"), _sum(rows, "costed")),
        "costed_turns": _sum(rows, "costed"),
        "committed": _sum(rows, "committed") or Decimal(0),
        "budget_variance": _variance(rows),
        "change_order_turns": _sum(rows, "changed"),
        "cost_per_sqft": _each(_sum(rows, "sized"), _sum(rows, "area")),
        "cost_per_bedroom": _each(_sum(rows, "roomed"), _sum(rows, "rooms")),
    }


def _grouped(rows: Iterable[Row[Any]], key: Callable[[Row[Any]], Any]) -> dict[Any, list[Row[Any]]]:
    groups: dict[Any, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _by_month(rows: Iterable[Row[Any]]) -> tuple[Group, ...]:
    months = _grouped(rows, lambda row: row.month)
    return tuple(_group(f"{month:%Y-%m}", f"{month:%B %Y}", months[month]) for month in sorted(months))


def _by_name(groups: Mapping[Any, Sequence[Row[Any]]], names: Names) -> tuple[Group, ...]:
    """In the order of their names, those without one at the end."""
    return _ordered(_group(None if key is None else str(key), _name(key, names), rows) for key, rows in groups.items())


def _by_type(rows: Iterable[Row[Any]], names: Names) -> tuple[Group, ...]:
    """By the type of the home, or by its bedrooms where nobody said the type: then these are the key."""
    groups = _grouped(rows, lambda row: (row.type_id, row.bedrooms))
    return _ordered(_group(*_type(type_id, bedrooms, names), found) for (type_id, bedrooms), found in groups.items())


def _type(type_id: UUID | None, bedrooms: Decimal | None, names: Names) -> tuple[str | None, str]:
    if type_id is not None:
        return str(type_id), _name(type_id, names)
    if bedrooms is not None:
        number = f"{bedrooms.normalize():f}"
        return number, f"{number} bd"
    return None, _name(None, names)


def _ordered(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda group: (group.key is None, group.name.casefold(), group.key)))


def _name(key: Any, names: Names) -> str:
    if key is None:
        return "None"
    return names.get(key) or _UNNAMED if isinstance(key, UUID) else str(key)


def _group(key: str | None, name: str, rows: Sequence[Row[Any]]) -> Group:
    return Group(
        key=key,
        name=name,
        completed_turns=_sum(rows, "turns"),
        median_turn_days=rules.median(_days(rows)),
        cost_per_turn=_each(_sum(rows, "committed"), _sum(rows, "costed")),
        on_time_share=_share(rows),
    )


def _work(groups: Mapping[Any, Sequence[Row[Any]]], names: Names) -> tuple[Work, ...]:
    """Those with the most jobs first."""
    found = [
        Work(
            vendor_id=key,
            name=_name(key, names),
            jobs=_sum(rows, "turns"),
            on_time_share=_share(rows),
            over_approved=_variance(rows),
            spent=_sum(rows, "committed") or Decimal(0),
        )
        for key, rows in groups.items()
        if key is not None
    ]
    return tuple(sorted(found, key=lambda work: (-work.jobs, work.name.casefold(), work.vendor_id)))


def _deciding(rows: Iterable[Row[Any]], names: Names) -> tuple[Deciding, ...]:
    found = [
        Deciding(row.approver_id, _name(row.approver_id, names), row.decisions, row.hours)
        for row in rows
        if row.approver_id is not None
    ]
    return tuple(sorted(found, key=lambda one: (-one.decisions, one.name.casefold(), one.user_id)))


def _days(rows: Iterable[Row[Any]]) -> dict[int, int]:
    return rules.merged((row.days, row.turns) for row in rows)


def _sum(rows: Iterable[Row[Any]], column: str) -> Any:
    return sum(value for row in rows if (value := getattr(row, column)) is not None)


def _share(rows: Sequence[Row[Any]]) -> float | None:
    told = _sum(rows, "told")
    return _sum(rows, "on_time") / told if told else None


def _variance(rows: Sequence[Row[Any]]) -> float | None:
    approved = _sum(rows, "approved")
    return float(Decimal(_sum(rows, "change_orders")) / approved) if approved else None


def _each(amount: Decimal, by: Any) -> Decimal | None:
    return (Decimal(amount) / by).quantize(_CENT, ROUND_HALF_UP) if by else None
