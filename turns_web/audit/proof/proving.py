"""The proof: every row that was sealed is there as it was, and no other; see docs/data.md, "The audit"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import psycopg
from psycopg import IsolationLevel, sql

from turns_web.audit.proof import chain, faults, marks
from turns_web.audit.proof.anchor import Anchor
from turns_web.audit.proof.chain import Part
from turns_web.audit.proof.faults import Fault, Misfit
from turns_web.audit.proof.marks import Mark
from turns_web.core.clock import now

_PATIENCE = timedelta(minutes=1)

_STANDING = """SELECT c.relname, n.nspname, i.inhparent IS NOT NULL
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhparent = 'public.audit_logs'::regclass
    WHERE c.relkind = 'r' AND (i.inhparent IS NOT NULL OR c.relname = ANY(%s))
    ORDER BY c.relname, i.inhparent IS NULL"""
_SEALED = "SELECT number, rows, marks FROM audit_seals WHERE part = %s ORDER BY number"
_IS_SEALED = "SELECT number FROM audit_seals WHERE part = %s AND position(uuid_send(%s) IN marks) > 0 LIMIT 1"
_SNAPSHOT = """SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint"""

Row = tuple[bytes, int]


@dataclass
class Proof:
    """rows: that fit their seals. unsealed: too new for one. notes: what is worth knowing and no fault."""

    rows: int = 0
    seals: int = 0
    unsealed: int = 0
    notes: list[str] = field(default_factory=list)
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """settled: transactions below it were all sealed by `looked_at`. below: those below it are over by now. beyond:
    none of these has begun."""

    settled: int
    looked_at: datetime | None
    below: int
    beyond: int


def prove(url: str, anchor: Anchor | None, put_away: Collection[str], tell: Callable[[str], None]) -> Proof:
    """Look at everything, in one snapshot and little memory. url: of a role that sees all rows.

    put_away: partitions (audit_logs_2024_03) that are known to be elsewhere. tell: is told of each part that fits.
    """
    proof = Proof()
    with psycopg.connect(url, options="-c timezone=UTC -c datestyle=ISO,MDY") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            _prove(connection, anchor, put_away, tell, proof)
        except Misfit as misfit:
            proof.fault = misfit.fault
    return proof


def _prove(
    connection: psycopg.Connection[Any],
    anchor: Anchor | None,
    put_away: Collection[str],
    tell: Callable[[str], None],
    proof: Proof,
) -> None:
    sealed = chain.walk(connection, anchor)
    proof.seals = sealed.seals
    below, beyond = connection.execute(_SNAPSHOT).fetchone() or (0, 0)
    looked = datetime.fromisoformat(anchor.looked_at) if anchor else None
    moment = Moment(anchor.settled if anchor else 0, looked, below, beyond)
    standing = _standing(connection, sealed.parts)
    for name in sorted(standing.keys() | sealed.parts.keys()):
        part = sealed.parts.get(name, Part(name))
        if name not in standing:
            _gone(part, put_away, proof)
            continue
        schema, attached = standing[name]
        table = sql.Identifier(schema, name)
        with connection.cursor(name="rows", binary=True) as cursor:
            cursor.itersize = 10_000
            rows = iter(cursor.execute(marks.rows(table)))
            _hold_to_seals(connection, part, table, rows, proof)
            _hold_rest(connection, part, table, rows, moment, proof)
        if not attached:
            proof.notes.append(f"{name} is detached; its {part.rows:,} rows fit their seals.")
        tell(f"{name}: {part.rows:,} rows fit")


def _standing(connection: psycopg.Connection[Any], parts: dict[str, Part]) -> dict[str, tuple[str, bool]]:
    """{partition: (its schema, whether it is attached)}; a detached one is found by its name."""
    found: dict[str, tuple[str, bool]] = {}
    for name, schema, attached in connection.execute(_STANDING, [list(parts)]):
        found.setdefault(name, (schema, attached))
    return found


def _gone(part: Part, put_away: Collection[str], proof: Proof) -> None:
    if part.name not in put_away:
        says = (
            f"{part.name} is not there any more, and with it {part.rows:,} sealed rows. Where it was put away on"
            f" purpose, say --without {part.name.removeprefix('audit_logs_').replace('_', '-')}."
        )
        raise Misfit(Fault("part", says, part=part.name))
    proof.notes.append(f"{part.name} is put away: {part.rows:,} sealed rows were not looked at.")


def _hold_to_seals(
    connection: psycopg.Connection[Any], part: Part, table: sql.Identifier, rows: Iterator[Row], proof: Proof
) -> None:
    """Every seal's rows, in its order; `rows` stands behind the last of them afterwards."""
    with connection.cursor(name="marks", binary=True) as cursor:
        cursor.itersize = 20
        for number, size, kept in cursor.execute(_SEALED, [part.name]):
            there = [mark for mark, _ in islice(rows, size)]
            if b"".join(there) != kept:
                raise _first_misfit(connection, part, table, number, kept, there)
            proof.rows += size


def _first_misfit(
    connection: psycopg.Connection[Any],
    part: Part,
    table: sql.Identifier,
    number: int,
    kept: bytes,
    there: list[bytes],
) -> Misfit:
    expected = [kept[at : at + marks.SIZE] for at in range(0, len(kept), marks.SIZE)]
    at = next((at for at, pair in enumerate(zip(expected, there, strict=False)) if pair[0] != pair[1]), len(there))
    was = Mark.of(expected[at])
    standing = [bytes(mark) for (mark,) in connection.cursor(binary=True).execute(marks.of_id(table), [was.id])]
    if not standing:
        return faults.of_row(connection, "missing", was, table, part.name, number)
    if expected[at] in standing and at < len(there):
        # What was sealed here stands further down: what took its place was sealed elsewhere, or never.
        took = Mark.of(there[at])
        kind = "changed" if connection.execute(_IS_SEALED, [part.name, took.id]).fetchone() else "added"
        return faults.of_row(connection, kind, took, table, part.name, number)
    return faults.of_row(connection, "changed", was, table, part.name, number)


def _hold_rest(
    connection: psycopg.Connection[Any],
    part: Part,
    table: sql.Identifier,
    rows: Iterator[Row],
    moment: Moment,
    proof: Proof,
) -> None:
    """Rows that no seal has: too new for one, or slipped in."""
    late = moment.looked_at is None or now() - moment.looked_at > _PATIENCE
    for raw, xid in rows:
        mark = Mark.of(raw)
        if xid < max(part.below, moment.settled) or xid >= moment.beyond:
            raise faults.of_row(connection, "added", mark, table, part.name)
        if late and xid < moment.below and now() - mark.created_at > _PATIENCE:
            raise faults.of_row(connection, "unsealed", mark, table, part.name)
        proof.unsealed += 1
