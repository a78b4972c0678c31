"""GET /api/reports/dashboard."""

from __future__ import annotations

from turns_web.api.openapi.fields import shape
from turns_web.api.openapi.filters import filter_of, parameter
from turns_web.api.openapi.refusals import refusals
from turns_web.api.openapi.shapes import Schema, answered, nullable, record
from turns_web.core.listing import SEARCH
from turns_web.reports.asking import FILTERS
from turns_web.reports.figures import GROUPINGS
from turns_web.reports.period import KINDS as PERIOD

_SAYS = {
    "from": "The first day; unless told the first of the month of `to`.",
    "to": "The last day; today unless told.",
    "q": "Contains, without case and accents.",
}
_ABOUT = """\
Counts of turns under way are live, all others at most five minutes old. Turns that were archived are in none of them. \
A filter narrows all figures; `total_properties` those that are about the home."""

_COUNT: Schema = {"type": "integer", "minimum": 0}
_MONEY: Schema = {"type": "string", "pattern": r"^-?\d+\.\d{2}$"}
_DAYS: Schema = {"type": "number", "minimum": 0}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


_GROUP = record(
    {
        "key": _said(nullable(_TEXT), "What a filter takes; null for turns without one."),
        "name": _TEXT,
        "completed_turns": _COUNT,
        "median_turn_days": nullable(_DAYS),
        "cost_per_turn": nullable(_MONEY),
        "on_time_share": nullable(_SHARE),
    }
)
_STAGE = record(
    {
        "stage_id": {"type": "string", "format": "uuid"},
        "name": _TEXT,
        "count": _said(_COUNT, "Open turns in it."),
        "turn_amount": _said(_MONEY, "What they come to."),
        "mean_days": _said(nullable(_DAYS), "Of completed turns: all their visits added, holds left out."),
        "median_days": nullable(_DAYS),
    }
)
_FIGURES: Schema = {
    "as_of": {"type": "string", "format": "date-time"},
    "source": {"type": "string", "enum": ["replica", "primary"]},
    "period": record({"from": _DAY, "to": _DAY}),
    "total_properties": _COUNT,
    "active_turns": _said(_COUNT, "Open ones, those on hold among them."),
    "on_hold_turns": _COUNT,
    "late_turns": _said(_COUNT, "Open, and past the ready date."),
    "at_risk_turns": _said(_COUNT, "Open, with three days left or fewer."),
    "stuck_turns": _said(_COUNT, "Open, and longer in the stage than its target, holds left out."),
    "completed_turns": _COUNT,
    "counted_turns": _said(_COUNT, "Completed ones with a move-out date: those whose days are known."),
    "mean_turn_days": _said(nullable(_DAYS), "From the move-out to completion."),
    "median_turn_days": nullable(_DAYS),
    "p90_turn_days": nullable(_COUNT),
    "on_time_share": _said(nullable(_SHARE), "Completed on the first ready date or before, over those that had one."),
    "cost_per_turn": _said(nullable(_MONEY), "The mean of what was committed, over those that were approved."),
    "budget_variance": _said(nullable({"type": "number"}), "Change orders over what was approved."),
    "vacancy_cost": _said(_MONEY, "Of open turns: days vacant by a thirtieth of the rent, rounded for each turn."),
    "vacancy_unknown": _said(_COUNT, "Open turns of homes whose rent is not known."),
    "approval_hours": _said(nullable({"type": "number"}), "Median hours from submission to the final decision."),
    "by_stage": {"type": "array", "items": _STAGE},
    **{name: {"type": "array", "items": _GROUP} for name in GROUPINGS},
}


def paths() -> dict[str, Schema]:
    beside = [parameter(name, _SAYS[name], shape(kind)) for name, kind in PERIOD.items()]
    search = parameter("q", _SAYS["q"], {"type": "string", "maxLength": SEARCH.max})
    filters = [filter_of(name, kind) for name, kind in FILTERS.items()]
    found = answered("The figures of the turns that you may see.", record({"data": record(_FIGURES)}))
    dashboard = {
        "operationId": "read_dashboard",
        "tags": ["reports"],
        "summary": "Read the figures of a period",
        "description": _ABOUT,
        "parameters": [*beside, search, *filters],
        "responses": {"200": found, **refusals(400, 401, 404, 422, 429)},
    }
    return {"/api/reports/dashboard": {"get": dashboard}}
