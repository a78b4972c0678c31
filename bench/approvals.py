"""The queue with 500 turns waiting: its first and its last page."""

from __future__ import annotations

from collections.abc import Iterator

from bench.client import Client
from bench.figures import Figure, medians
from bench.ground import Ground
from bench.windows import last_window

ROUNDS = 30
WAITING = 500
WINDOW = 50

# What an item shows, in the queue's order but for the leased ones in front.
_PAGE = f"""
SELECT t.id, t.version, t.turn_id, t.turn_amount, t.scope_approval_status, t.submitted_at, t.move_out_date,
    t.expected_completion_date, t.grade, p.street_address, p.unit, p.city, p.state, p.zip_code, p.bedrooms, p.market,
    p.move_in_date, s.name, v.company_name, u.first_name, u.last_name,
    (SELECT reason FROM approval_decisions d WHERE d.turn_id = t.id AND d.decision = 'SUBMIT'
        ORDER BY d.decided_at DESC LIMIT 1) AS note
FROM turns t
JOIN LATERAL (SELECT street_address, unit, city, state, zip_code, bedrooms, market, move_in_date FROM properties
    WHERE id = t.property_id OFFSET 0) p ON true
JOIN turn_stages s ON s.id = t.stage_id
LEFT JOIN vendors v ON v.id = t.vendor_id LEFT JOIN people u ON u.id = t.submitted_by
WHERE t.id IN (SELECT waiting_turn_ids()) AND NOT t.is_archived
ORDER BY t.submitted_at, t.id LIMIT {WINDOW + 1} OFFSET %s
"""
_WAIT = """
WITH more AS (
    SELECT id FROM turns WHERE is_open AND scope_approval_status = 'PENDING' ORDER BY id LIMIT %s
)
UPDATE turns SET scope_approval_status = 'DFO_APPROVAL_NEEDED', turn_amount = coalesce(turn_amount, 1800),
    submitted_by = (SELECT id FROM users WHERE role = 'ADMIN' ORDER BY created_at LIMIT 1),
    submitted_at = now() - interval '1 hour' * mod(abs(hashtext(turns.id::text)), 200)
FROM more WHERE turns.id = more.id
"""


def run(ground: Ground) -> Iterator[Figure]:
    _have_500_wait(ground)
    approver = ground.one("SELECT id FROM users WHERE email = 'dfo@demo.example'")
    client, web = ground.client(approver), Client(ground.floors)
    bare = ground.as_person(approver)
    last = last_window(client, "/approvals")
    taken = medians(
        ROUNDS,
        first=lambda: client.must("/approvals"),
        last=lambda: client.must(last),
        sql=lambda: bare.execute(_PAGE, [0]).fetchall(),
        last_sql=lambda: bare.execute(_PAGE, [WAITING - WINDOW]).fetchall(),
        web=lambda: web.get("/hello"),
    )
    bare.rollback()
    name = "SQL + answer"
    yield Figure(f"first page of {WAITING}", taken["first"], 12, floor=taken["sql"] + taken["web"], floor_name=name)
    yield Figure("last page", taken["last"], 12, floor=taken["last_sql"] + taken["web"], floor_name=name)
    yield Figure("last page beside the first", taken["last"], 1.5, floor=taken["first"], floor_name="first page")
    yield Figure("SQL statements", client.must("/approvals").statements, 10, unit="")


def _have_500_wait(ground: Ground) -> None:
    """As they were loaded: no trigger runs, nobody is told."""
    missing = WAITING - ground.one(
        "SELECT count(*) FROM turns WHERE scope_approval_status = 'DFO_APPROVAL_NEEDED' AND NOT is_archived"
    )
    if missing > 0:
        with ground.admin.transaction():
            ground.admin.execute("SET LOCAL ROLE turns_owner")
            ground.admin.execute("SET LOCAL app.loading = 'on'")
            ground.admin.execute(_WAIT, [missing])
