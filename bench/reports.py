"""The dashboard over all 250,000 turns: asked for the first time and again, against the plain SQL of its figures."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

import psycopg

from bench.figures import Figure
from bench.ground import Ground

ROUNDS = 3
AGAIN = 20
# Long before the first turn.
_FIRST = date(1950, 1, 1).toordinal()

_DONE = """FROM turns t JOIN properties p ON p.id = t.property_id
WHERE t.turn_completion_date BETWEEN '2000-01-01' AND '2099-12-31' AND NOT t.is_open AND NOT t.is_archived"""
_GROUP = """count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY t.turn_completion_date - t.move_out_date),
    avg(t.approved_turn_amount + coalesce(t.change_order_amount, 0)),
    count(*) FILTER (WHERE t.turn_completion_date <= t.first_expected_completion_date)::float8
        / nullif(count(t.first_expected_completion_date), 0)"""
_KEYS = (
    "date_trunc('month', t.turn_completion_date)",
    "t.property_manager_id",
    "t.market",
    "t.vendor_id",
    "p.property_type_id",
)
# What is open and all homes; what was completed; days in stages.
_PLAIN = (
    "SELECT count(*) FROM properties WHERE NOT is_archived",
    """SELECT t.stage_id, count(*), sum(t.turn_amount), count(t.hold_reason),
        count(*) FILTER (WHERE t.expected_completion_date < current_date),
        count(*) FILTER (WHERE t.expected_completion_date BETWEEN current_date AND current_date + 3),
        sum(round(greatest(0, current_date - t.move_out_date) * t.monthly_rent / 30, 2))
    FROM turns t WHERE t.is_open GROUP BY 1""",
    f"""SELECT {_GROUP}, count(t.move_out_date), avg(t.turn_completion_date - t.move_out_date),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY t.turn_completion_date - t.move_out_date),
        sum(t.change_order_amount) / sum(t.approved_turn_amount),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM
            coalesce(t.ho_approval_datetime, t.dfo_approval_datetime) - t.submitted_at)) {_DONE}""",
    *(f"SELECT {key}, {_GROUP} {_DONE} GROUP BY 1" for key in _KEYS),
    f"""SELECT stage_id, avg(days), percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FROM (
        SELECT l.turn_id, l.stage_id, sum(extract(epoch FROM l.left_at - l.entered_at)) / 86400 AS days
        FROM turn_stage_log l
        WHERE l.kind <> 'hold' AND l.left_at IS NOT NULL AND l.turn_id IN (SELECT t.id {_DONE})
        GROUP BY 1, 2) AS spent GROUP BY 1""",
)


def run(ground: Ground) -> Iterator[Figure]:
    client = ground.client(ground.administrator)
    with psycopg.connect(ground.addresses.replica_owner, autocommit=True) as replica:
        taken: dict[str, list[float]] = {"plain": [], "first": [], "again": []}
        for _ in range(ROUNDS):
            taken["plain"].append(_ms(lambda: [replica.execute(one).fetchall() for one in _PLAIN]))
            # Each round another period, which nobody has asked for yet; the same turns are in it.
            path = f"/api/reports/dashboard?from={date.fromordinal(_FIRST + time.time_ns() % 10_000)}&to=2099-12-31"
            ask = partial(client.must, path)
            taken["first"].append(_ms(ask))
            taken["again"] += [_ms(ask) for _ in range(AGAIN)]
        ms = {name: statistics.median(times) for name, times in taken.items()}
        yield Figure(
            "dashboard of all turns: the first time", ms["first"], 1.2, floor=ms["plain"], floor_name="plain SQL"
        )
        yield Figure("again", ms["again"], 0.06, floor=ms["plain"], floor_name="plain SQL")
        yield Figure("figures that differ", _differing(json.loads(client.must(path).text)["data"], replica), 0, unit="")


def _differing(told: dict[str, Any], replica: psycopg.Connection[Any]) -> int:
    """Of what was answered again; the rest is held against plain SQL by the tests."""
    (homes,) = replica.execute(_PLAIN[0]).fetchall()[0]
    open_turns = sum(row[1] for row in replica.execute(_PLAIN[1]))
    done, median, _, on_time, counted, mean, *_ = replica.execute(_PLAIN[2]).fetchall()[0]
    found = {
        "total_properties": homes,
        "active_turns": open_turns,
        "completed_turns": done,
        "counted_turns": counted,
        "median_turn_days": median,
        "mean_turn_days": float(mean),
        "on_time_share": on_time,
    }
    return sum(abs(told[name] - value) > 1e-9 for name, value in found.items())


def _ms(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
