"""The audit of five million rows: the newest page, one of three years ago, and the filters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

from bench.client import Client
from bench.figures import Figure, medians
from bench.ground import Ground

ROUNDS = 30
WINDOW = 50

_ROWS = f"""
SELECT id, table_name, record_id, action, record_version, old_values, new_values, changed_fields, user_id, user_name,
    user_role, context, created_at
FROM audit_logs WHERE created_at < %s AND created_at >= %s::timestamptz - interval '62 days'
ORDER BY created_at DESC, id DESC LIMIT {WINDOW + 1}
"""


def run(ground: Ground) -> Iterator[Figure]:
    client, web = ground.client(ground.administrator), Client(ground.floors)
    bare = ground.as_person(ground.administrator)
    oldest = ground.one("SELECT min(created_at) FROM audit_logs") + timedelta(days=20)
    newest = ground.one("SELECT clock_timestamp()")
    # Somebody with a share of it, and a record with a few.
    user, record = ground.admin.execute(
        "SELECT user_id, record_id FROM audit_logs WHERE context = 'seed' ORDER BY created_at DESC LIMIT 1"
    ).fetchall()[0]
    before = f"before={quote(oldest.isoformat())}"
    taken = medians(
        ROUNDS,
        newest=lambda: client.must("/audit"),
        oldest=lambda: client.must(f"/audit?{before}"),
        person=lambda: client.must(f"/audit?user_id={user}&{before}"),
        record=lambda: client.must(f"/audit?record_id={record}"),
        newest_sql=lambda: bare.execute(_ROWS, [newest, newest]).fetchall(),
        oldest_sql=lambda: bare.execute(_ROWS, [oldest, oldest]).fetchall(),
        web=lambda: web.get("/hello"),
    )
    bare.rollback()
    rows = ground.one("SELECT count(*) FROM audit_logs")
    name = "SQL + answer"
    floor = taken["newest_sql"] + taken["web"]
    yield Figure(f"newest of {rows:,} rows", taken["newest"], 12, floor=floor, floor_name=name)
    floor = taken["oldest_sql"] + taken["web"]
    yield Figure(f"{(newest - oldest).days / 365.25:.1f} years back", taken["oldest"], 12, floor=floor, floor_name=name)
    yield Figure("oldest beside newest", taken["oldest"], 1.5, floor=taken["newest"], floor_name="newest")
    floor = taken["newest_sql"] + taken["web"]
    yield Figure("one person's, years back", taken["person"], 12, floor=floor, floor_name=name)
    yield Figure("one record's", taken["record"], 12, floor=floor, floor_name=name)
