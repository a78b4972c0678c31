"""What is open now, asked anew each time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from turns_web.core.identity import Identity
from turns_web.properties.filters import conditions
from turns_web.reports.asking import Asked
from turns_web.reports.figures import StageNow, UnderWay
from turns_web.reports.statements import ask
from turns_web.schema import properties


@dataclass(frozen=True, slots=True)
class Now:
    """behind_s: how far the replica is behind, None on the primary."""

    figures: UnderWay
    behind_s: float | None


def under_way(session: Session, asked: Asked, total_properties: int) -> Now:
    rows: list[Any] = list(ask(session, "now", asked))
    stages = tuple(
        StageNow(row.id, row.name, row.target_days, row.is_complete_stage, row.count, row.amount) for row in rows
    )
    figures = UnderWay(
        total_properties=total_properties,
        active_turns=sum(row.count for row in rows),
        on_hold_turns=sum(row.on_hold for row in rows),
        late_turns=sum(row.late for row in rows),
        at_risk_turns=sum(row.at_risk for row in rows),
        stuck_turns=sum(row.stuck for row in rows),
        vacancy_cost=sum((row.vacancy_cost for row in rows), Decimal(0)),
        vacancy_unknown=sum(row.vacancy_unknown for row in rows),
        by_stage=stages,
    )
    return Now(figures, rows[0].behind_s if rows else None)


def homes(session: Session, who: Identity, asked: Asked) -> int:
    """Properties under those filters that their own list knows too."""
    counted = select(func.count()).select_from(properties).where(*conditions(asked.homes, asked.today, who))
    return session.execute(counted).scalar_one()
