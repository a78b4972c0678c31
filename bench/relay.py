"""The relay: rows of the outbox marked and told, webhooks looked for, and the people told whom they concern."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.figures import Figure
from bench.ground import Ground

ROWS = 5_000
PATIENCE_S = 60

# As a web process leaves them that died before it could tell: acts of as many people at as many turns, every tenth of
# them sending one for approval, so that its approvers are told.
_LEAVE = """
WITH ranked AS (
    SELECT *, scope_approval_status = 'DFO_APPROVAL_NEEDED' AS waits,
        row_number() OVER (PARTITION BY scope_approval_status = 'DFO_APPROVAL_NEEDED' ORDER BY id) - 1 AS place,
        count(*) OVER (PARTITION BY scope_approval_status = 'DFO_APPROVAL_NEEDED') AS turns
    FROM turns WHERE is_open
)
INSERT INTO outbox (id, kind, payload, created_at)
SELECT made.id, 'turn', jsonb_build_object('outbox_id', made.id, 'kind', 'turn', 'id', t.id, 'version', t.version,
        'stage_id', t.stage_id, 'by', t.property_manager_id, 'act', made.id,
        'concerns', jsonb_build_object('property_manager_id', t.property_manager_id,
            'sr_property_manager_id', t.sr_property_manager_id, 'market', t.market, 'vendor_id', t.vendor_id,
            'flooring_vendor_id', t.flooring_vendor_id, 'turns_superintendent_id', t.turns_superintendent_id))
    || CASE WHEN waits
        THEN jsonb_build_object('change', 'updated', 'names', '["turn.submitted"]'::jsonb,
            'approval', t.scope_approval_status)
        ELSE jsonb_build_object('change', 'moved', 'names', '["turn.stage_changed"]'::jsonb) END,
    clock_timestamp() - interval '1 minute'
FROM (SELECT gen_random_uuid() AS id, number FROM generate_series(1, %s) AS number) AS made
JOIN ranked AS t ON t.waits = (mod(made.number, 10) = 0) AND t.place = mod(made.number / 2, t.turns)
"""
_LEFT = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND kind = 'turn'"


def run(ground: Ground) -> Iterator[Figure]:
    began = ground.one("SELECT clock_timestamp()")
    ground.admin.execute(_LEAVE, [ROWS])
    started = time.perf_counter()
    while ground.one(_LEFT):
        if time.perf_counter() - started > PATIENCE_S:
            raise RuntimeError("the relay does not come to an end")
        time.sleep(0.02)
    taken = time.perf_counter() - started
    told = ground.one("SELECT count(*) FROM notifications WHERE created_at >= %s", began)
    ground.admin.execute("DELETE FROM notifications WHERE created_at >= %s", [began])
    ground.admin.execute("DELETE FROM outbox WHERE kind = 'mail' AND created_at >= %s", [began])
    yield Figure("outbox rows moved", ROWS / taken, 1_000, unit="/s", at_least=True)
    yield Figure("notices they made", told, ROWS / 10, unit="", at_least=True)
