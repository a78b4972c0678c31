"""GET /api/reports/dashboard."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from decimal import Decimal
from typing import Any

from flask import Response, current_app, g, request

from turns_web.api.address import faults
from turns_web.api.answers import answer
from turns_web.api.blueprint import bp
from turns_web.core import clock
from turns_web.core.errors import Invalid
from turns_web.reports import queries
from turns_web.reports.asking import FILTERS, Asked
from turns_web.reports.figures import GROUPINGS, Dashboard, Group, InStage
from turns_web.web.auth import allow
from turns_web.web.limits import limited

BESIDE = ("from", "to", "q")


@bp.get("/reports/dashboard")
@allow("reports.see")
def dashboard() -> Response:
    limited(current_app, g.identity, rule="reports")
    if wrong := faults(FILTERS, BESIDE):
        raise Invalid(wrong)
    asked = Asked.of(request.args, clock.today(g.identity.portfolio_zone))
    # A program keeps no cookie that would say whether it has just written.
    return answer({"data": _told(queries.dashboard(g.identity, asked, has_all=True))})


def _told(found: Dashboard) -> dict[str, Any]:
    period = {"from": found.period.first.isoformat(), "to": found.period.last.isoformat()}
    return {
        "as_of": found.as_of.astimezone(UTC).isoformat(),
        "source": found.source,
        "period": period,
        **{name: _value(value) for name, value in found.values().items()},
        "by_stage": [_stage(stage) for stage in found.by_stage],
        **{name: [_group(group) for group in getattr(found.completed, name)] for name in GROUPINGS},
    }


def _stage(stage: InStage) -> dict[str, Any]:
    return {
        "stage_id": str(stage.now.stage_id),
        "name": stage.now.name,
        "count": stage.now.count,
        "turn_amount": _value(stage.now.amount),
        "mean_days": stage.days and stage.days.mean_days,
        "median_days": stage.days and stage.days.median_days,
    }


def _group(group: Group) -> dict[str, Any]:
    return {name: _value(value) for name, value in asdict(group).items()}


def _value(value: Any) -> Any:
    """Money as a string of two decimals."""
    return f"{value:.2f}" if isinstance(value, Decimal) else value
