"""Files of 250,000 turns: CSV beside psql's own, Excel beside openpyxl's, and how much a process grows on the way."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psycopg
from openpyxl import Workbook
from psycopg import ClientCursor

from bench.figures import Figure
from bench.ground import Ground
from turns_web.config import load_settings
from turns_web.core import clock, db
from turns_web.core.identity import Identity, Role
from turns_web.embedded.binaries import postgres
from turns_web.exports.formats import FORMATS
from turns_web.exports.sheet import About, Source
from turns_web.exports.sources import source

ROUNDS = 5
ZONE = "America/Los_Angeles"
COLUMNS = (
    "turn_id", "property_id", "street_address", "unit", "city", "zip_code", "market", "stage_id", "property_manager_id",
    "vendor_id", "wo_number", "move_out_date", "expected_completion_date", "turn_completion_date", "days_vacant",
    "turn_amount", "approved_turn_amount", "scope_approval_status", "is_open", "created_at",
)  # fmt: skip


def run(ground: Ground) -> Iterator[Figure]:
    asker, today = ground.administrator, clock.today(ZONE)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "turns"
        rows = _alone(_make, "csv", asker, today, file, 250_000)[0]
        ours, bare = _in_turn(
            lambda: _alone(_make, "csv", asker, today, file, 250_000)[1],
            lambda: _psql(ground, asker, today, file),
        )
        yield Figure(f"CSV of {rows:,} turns × {len(COLUMNS)}", ours, 1.5, "s", floor=bare, floor_name="psql \\copy")
        for name, label in (("csv", "CSV"), ("excel", "Excel")):
            small, large = (_alone(_make, name, asker, today, file, many)[2] for many in (10_000, 250_000))
            yield Figure(f"{label}: memory more from 10,000 to 250,000 rows", (large - small) / 1024, 50, "MB")
        ours, bare = _in_turn(
            lambda: _alone(_make, "excel", asker, today, file, 100_000)[1],
            lambda: _alone(_openpyxl, asker, today, file, 100_000),
        )
        name = f"Excel of 100,000 turns × {len(COLUMNS)}"
        yield Figure(name, ours, 0.2, "s", floor=bare, floor_name="openpyxl write-only")


def _in_turn(one: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    """The median seconds of each; whatever else the machine does weighs on both."""
    taken = [(one(), other()) for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


def _alone(act: Callable[..., Any], *arguments: Any) -> Any:
    """In a process of its own, as a worker's is, so that nothing is warm and its memory is known."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(act, *arguments).result()


def _make(format: str, asker: UUID, today: date, file: Path, many: int) -> tuple[int, float, int]:
    """(rows, seconds with the count of the rows, the most memory in KB)."""
    write = FORMATS[format].write
    db.configure(load_settings())
    who = Identity(asker, Role.ADMIN)
    with db.snapshot(who) as still, file.open("wb") as out:
        rows = _source(still.session, who, today, many)
        connection: Any = still.session.connection().connection.driver_connection
        started = time.perf_counter()
        total = connection.execute(rows.counting, rows.given).fetchone()[0]
        write(out, rows, About(still.as_of, still.source, "bench", total, ZONE), connection, lambda done: None)
        taken = time.perf_counter() - started
    db.dispose()
    return min(total, many), taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _source(session: Any, who: Identity, today: date, many: int) -> Source:
    found = source(session, who, "turns", f"columns={','.join(COLUMNS)}", today)
    return replace(found, statement=f"{found.statement} LIMIT {many}")


def _plain(asker: UUID, today: date, many: int) -> str:
    """The same query as one text."""
    db.configure(load_settings())
    who = Identity(asker, Role.ADMIN)
    with db.snapshot(who) as still:
        found = _source(still.session, who, today, many)
        connection: Any = still.session.connection().connection.driver_connection
        query = " ".join(ClientCursor(connection).mogrify(found.statement, found.given).split())
    db.dispose()
    return query


def _psql(ground: Ground, asker: UUID, today: date, file: Path) -> float:
    query = _plain(asker, today, 250_000)
    script = (
        f"BEGIN;\nSELECT set_config('app.current_user_id', '{asker}', true);\n\\copy ({query}) TO '{file}' CSV HEADER\n"
    )
    psql = [str(postgres("psql")), "-q", "-v", "ON_ERROR_STOP=1", ground.addresses.replica_app]
    started = time.perf_counter()
    subprocess.run(psql, input=script, text=True, check=True, capture_output=True)
    return time.perf_counter() - started


def _openpyxl(asker: UUID, today: date, file: Path, many: int) -> float:
    query = _plain(asker, today, many)
    with psycopg.connect(load_settings().replica_url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(asker)])
        started = time.perf_counter()
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        with connection.cursor(name="rows") as cursor:
            cursor.itersize = 2_000
            for row in cursor.execute(query):
                # An aware time it refuses.
                sheet.append([*row[:-1], row[-1].replace(tzinfo=None)])
        book.save(file)
        return time.perf_counter() - started
