"""The chain of seals by itself: each link fits the one before, and the last one known outside is still in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import psycopg

from turns_web.audit.proof.anchor import Anchor
from turns_web.audit.proof.faults import Fault, Misfit

# As add_audit_seal() has it.
_SEALS = """SELECT number, part, below_xid::text::bigint, rows, previous_hash, hash, marks,
    ROW(number, part, from_xid, from_id, to_xid, to_id, below_xid, rows, sealed_at)::text
    FROM audit_seals ORDER BY number"""


@dataclass(slots=True)
class Part:
    """What the chain says of a partition. below: every row with a smaller xid is sealed."""

    name: str
    rows: int = 0
    below: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    seals: int
    parts: dict[str, Part]


def walk(connection: psycopg.Connection[Any], anchor: Anchor | None) -> Chain:
    """Raises Misfit with the first seal that does not fit."""
    parts: dict[str, Part] = {}
    number, link = 0, hashlib.sha256(b"").digest()
    with connection.cursor(name="seals", binary=True) as seals:
        seals.itersize = 50
        for found, part, below, rows, previous, hash, marks, said in seals.execute(_SEALS):
            number += 1
            if found != number:
                raise _misfit(number, "is not there any more")
            if previous != link or hash != hashlib.sha256(previous + said.encode() + marks).digest():
                raise _misfit(number, "was changed")
            if anchor and anchor.number == number and anchor.hash != hash.hex():
                raise _misfit(number, "is another one than the anchor outside the database knows", "anchor")
            link = hash
            here = parts.setdefault(part, Part(part))
            here.rows += rows
            here.below = below
    _hold_against(anchor, number)
    return Chain(number, parts)


def _hold_against(anchor: Anchor | None, last: int) -> None:
    if anchor is None and last:
        raise Misfit(
            Fault("anchor", "The anchor is not in TURNS_HOME: whether newest seals are missing cannot be told.")
        )
    if anchor and anchor.number > last:
        says = (
            f"Seals {last + 1:,} to {anchor.number:,} are not there any more, nor what they sealed:"
            f" the anchor outside the database knows of seal {anchor.number:,}, of {anchor.sealed_at}."
        )
        raise Misfit(Fault("anchor", says, seal=last + 1))


def _misfit(number: int, says: str, kind: str = "seal") -> Misfit:
    return Misfit(Fault(kind, f"Seal {number:,} {says}.", seal=number))
