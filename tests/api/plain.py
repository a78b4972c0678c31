"""The figures of reports in plain SQL, each by itself, as the tables' owner: what the product is held against.

`{sight}` says in plain words which rows somebody sees; `{more}` what a filter leaves.
"""

from typing import Any

import psycopg
from psycopg.rows import dict_row

# By role: of turns t with their properties p. %(me)s, %(markets)s: the person's.
SIGHT = {
    "SUPER_ADMIN": "true",
    "ADMIN": "true",
    "DFO_APPROVER": "true",
    "HO_APPROVER": "true",
    "PROPERTY_MANAGER": "p.property_manager_id = %(me)s",
    "SR_PROPERTY_MANAGER": "p.sr_property_manager_id = %(me)s",
    "USER": "p.market = ANY (%(markets)s)",
    "INSPECTOR": "t.turns_superintendent_id = %(me)s",
}
# An inspector sees all homes of their markets, and of the turns there their own.
HOMES = {
    **SIGHT,
    "INSPECTOR": "(p.market = ANY (%(markets)s) OR EXISTS (SELECT FROM turns t WHERE t.property_id = p.id"
    " AND t.turns_superintendent_id = %(me)s))",
}

_TURNS = """FROM turns t JOIN properties p ON p.id = t.property_id JOIN turn_stages s ON s.id = t.stage_id
    LEFT JOIN vendors v ON v.id = t.vendor_id LEFT JOIN users m ON m.id = p.property_manager_id
    LEFT JOIN property_types y ON y.id = p.property_type_id
    WHERE NOT t.is_archived AND {sight} AND {more}"""
_OPEN = f"{_TURNS} AND NOT s.is_complete_stage AND t.is_active"
_DONE = f"{_TURNS} AND s.is_complete_stage AND t.turn_completion_date BETWEEN %(first)s AND %(last)s"
_DAYS = "t.turn_completion_date - t.move_out_date"
_COMMITTED = "t.approved_turn_amount + coalesce(t.change_order_amount, 0)"
_ON_TIME = """avg(CASE WHEN t.turn_completion_date <= t.first_expected_completion_date THEN 1
    WHEN t.turn_completion_date > t.first_expected_completion_date THEN 0 END)"""
_IN_STAGE = """%(today)s - t.stage_entered_on - t.stage_held_days - coalesce(%(today)s - t.held_on, 0)"""

SINGLE = {
    "active_turns": f"SELECT count(*) {_OPEN}",
    "on_hold_turns": f"SELECT count(*) {_OPEN} AND t.hold_reason IS NOT NULL",
    "late_turns": f"SELECT count(*) {_OPEN} AND t.expected_completion_date < %(today)s",
    "at_risk_turns": f"SELECT count(*) {_OPEN} AND t.expected_completion_date - %(today)s BETWEEN 0 AND 3",
    "stuck_turns": f"SELECT count(*) {_OPEN} AND {_IN_STAGE} > s.target_days",
    "vacancy_unknown": f"SELECT count(*) {_OPEN} AND p.monthly_rent IS NULL",
    "vacancy_cost": f"""SELECT coalesce(sum(round((%(today)s - t.move_out_date) * p.monthly_rent / 30, 2)), 0)
        {_OPEN} AND t.move_out_date < %(today)s""",
    "completed_turns": f"SELECT count(*) {_DONE}",
    "counted_turns": f"SELECT count(*) {_DONE} AND t.move_out_date IS NOT NULL",
    "mean_turn_days": f"SELECT avg({_DAYS}) {_DONE}",
    "median_turn_days": f"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY {_DAYS}) {_DONE}",
    "p90_turn_days": f"SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY {_DAYS}) {_DONE}",
    "on_time_share": f"SELECT {_ON_TIME} {_DONE}",
    "cost_per_turn": f"SELECT round(avg({_COMMITTED}), 2) {_DONE}",
    "budget_variance": f"""SELECT sum(coalesce(t.change_order_amount, 0)) / nullif(sum(t.approved_turn_amount), 0)
        {_DONE} AND t.approved_turn_amount IS NOT NULL""",
    "approval_hours": f"""SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM
            coalesce(t.ho_approval_datetime, t.dfo_approval_datetime) - t.submitted_at) / 3600)
        {_DONE} AND t.scope_approval_status IN ('DFO_APPROVED', 'HO_APPROVED')
            AND coalesce(t.ho_approval_user_id, t.dfo_approval_user_id) IS NOT NULL""",
}
_HOMES = "SELECT count(*) FROM properties p WHERE NOT p.is_archived AND {homes}"

_KEYS = {
    "by_month": ("to_char(t.turn_completion_date, 'YYYY-MM')", "to_char(t.turn_completion_date, 'FMMonth YYYY')"),
    "by_manager": ("p.property_manager_id::text", "m.first_name || ' ' || m.last_name"),
    "by_market": ("p.market", "p.market"),
    "by_vendor": ("t.vendor_id::text", "v.company_name"),
    "by_unit_type": (
        "coalesce(p.property_type_id::text, trim_scale(p.bedrooms)::text)",
        "coalesce(y.name, trim_scale(p.bedrooms) || ' bd')",
    ),
}
GROUPED = {
    name: f"""SELECT {key} AS key, coalesce({words}, 'None') AS name, count(*) AS completed_turns,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY {_DAYS}) AS median_turn_days,
        round(avg({_COMMITTED}), 2) AS cost_per_turn, {_ON_TIME} AS on_time_share
        {_DONE} GROUP BY 1, 2"""
    for name, (key, words) in _KEYS.items()
}

STAGES = f"""SELECT st.id::text AS stage_id, st.name, coalesce(o.count, 0) AS count,
    coalesce(o.turn_amount, 0) AS turn_amount, d.mean_days, d.median_days
FROM turn_stages st
LEFT JOIN (SELECT t.stage_id, count(*) AS count, sum(t.turn_amount) AS turn_amount {_OPEN} GROUP BY 1) o
    ON o.stage_id = st.id
LEFT JOIN (
    SELECT stage_id, avg(days) AS mean_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days
    FROM (
        SELECT l.stage_id, l.turn_id,
            sum(extract(epoch FROM l.left_at) - extract(epoch FROM l.entered_at)) / 86400 AS days
        FROM turn_stage_log l WHERE l.kind <> 'hold' AND l.left_at IS NOT NULL AND l.turn_id IN (SELECT t.id {_DONE})
        GROUP BY 1, 2
    ) AS spent GROUP BY 1
) d ON d.stage_id = st.id
WHERE st.is_active ORDER BY st.display_order"""


def figures(connection: psycopg.Connection, role: str, more: str = "true", **given: Any) -> dict[str, Any]:
    """Every figure as the dashboard has it. given: me, markets, first, last, today, and what `more` needs."""

    def ask(statement: str) -> list[dict[str, Any]]:
        with connection.cursor(row_factory=dict_row) as cursor:
            filled = statement.format(sight=SIGHT[role], homes=HOMES[role], more=more)
            return [{key: _plain(value) for key, value in row.items()} for row in cursor.execute(filled, given)]

    single = {name: next(iter(ask(statement)[0].values())) for name, statement in SINGLE.items()}
    homes = ask(_HOMES)[0]["count"] if more == "true" else None
    return {
        **single,
        "total_properties": homes,
        "by_stage": ask(STAGES),
        **{name: ask(statement) for name, statement in GROUPED.items()},
    }


def _plain(value: Any) -> Any:
    return float(value) if hasattr(value, "as_tuple") else value
