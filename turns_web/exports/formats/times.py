"""How dates and moments are written, for the rest of the transaction."""

from __future__ import annotations

from typing import Any

import psycopg


def in_zone(cursor: psycopg.Cursor[Any], zone: str) -> None:
    cursor.execute("SELECT set_config('TimeZone', %s, true), set_config('DateStyle', 'ISO, YMD', true)", [zone])
