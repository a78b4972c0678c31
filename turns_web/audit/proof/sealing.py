"""Sealing what was committed since, a bounded number of rows a transaction; nobody who writes waits for it."""

from __future__ import annotations

from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.audit.proof import anchor
from turns_web.audit.proof.anchor import Anchor
from turns_web.core.clock import now
from turns_web.core.db import write
from turns_web.core.identity import system_identity

log = structlog.get_logger(__name__)

_AT_ONCE = 50_000

_SETTLED = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")
_SEAL = text("SELECT seal_audit(CAST(:most AS integer))")
_NEWEST = text("SELECT number, encode(hash, 'hex') AS hash, sealed_at FROM audit_seals ORDER BY number DESC LIMIT 1")
_AT = text("SELECT encode(hash, 'hex') FROM audit_seals WHERE number = :number")


def seal(home: Path) -> int:
    """Seal all that can be, and keep the newest seal in TURNS_HOME; how many rows it were.

    Several may try: one seals, the others leave it to it.
    """
    with write(system_identity()) as session:
        settled: int = session.execute(_SETTLED).scalar_one()
    known = _known(home)
    rows, sealed = 0, _AT_ONCE
    while sealed == _AT_ONCE:
        with write(system_identity(), context="sealing") as session:
            found: int | None = session.execute(_SEAL, {"most": _AT_ONCE}).scalar_one()
        if found is None:
            return rows
        rows, sealed = rows + found, found
        with write(system_identity()) as session:
            # Only where nothing is left is everything below `settled` sealed.
            _keep(session, home, settled if sealed < _AT_ONCE else known)
    return rows


def _known(home: Path) -> int:
    try:
        kept = anchor.read(home)
    except anchor.Unreadable:
        return 0
    return kept.settled if kept else 0


def _keep(session: Session, home: Path, settled: int) -> None:
    """Move the anchor to the newest seal; one that the seals do not fit stays, for the proof to say so."""
    newest = session.execute(_NEWEST).one_or_none()
    try:
        kept = anchor.read(home)
    except anchor.Unreadable as problem:
        log.error("the audit's anchor stays as it is", problem=str(problem))
        return
    if kept and session.execute(_AT, {"number": kept.number}).scalar_one_or_none() != kept.hash:
        log.error("the audit's seals do not fit their anchor: see bin/turns audit verify", number=kept.number)
        return
    if newest:
        looked = now().isoformat()
        anchor.write(home, Anchor(newest.number, newest.hash, newest.sealed_at.isoformat(), settled, looked))
