"""What was changed about a turn since it was last rejected: for whoever decides on it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Session

from turns_web.approvals.rules import WAITING
from turns_web.audit.saying import mentioned, words
from turns_web.core.names import names_of
from turns_web.turns.fields import SECRET, TURN

# One row a turn, as the audit has one a change: what each field was when it was rejected, and what it is now.
_CHANGES = text("""
    WITH rejected AS (
        SELECT DISTINCT ON (turn_id) turn_id, turn_version FROM approval_decisions
        WHERE turn_id = ANY(:ids) AND decision = 'REJECT' AND change_order_id IS NULL
        ORDER BY turn_id, number DESC
    ), changed AS (
        SELECT r.turn_id, f.name, (array_agg(h.old_values -> f.name ORDER BY h.record_version))[1] AS before,
            (array_agg(h.new_values -> f.name ORDER BY h.record_version DESC))[1] AS after
        FROM rejected r, LATERAL record_history('turns', r.turn_id, NULL, 500) AS h,
            LATERAL unnest(h.changed_fields) AS f (name)
        WHERE h.action = 'UPDATE' AND h.record_version > r.turn_version AND f.name = ANY(:fields)
        GROUP BY r.turn_id, f.name
    )
    SELECT turn_id, jsonb_object_agg(name, before) AS old_values, jsonb_object_agg(name, after) AS new_values
    FROM changed WHERE before IS DISTINCT FROM after GROUP BY turn_id
""").bindparams(bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))))
_FIELDS = {name: kind for name, kind in TURN.items() if name != SECRET}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, in words."""

    label: str
    before: str
    after: str


def since_rejection(session: Session, rows: Iterable[Mapping[str, Any]]) -> dict[UUID, list[Change]]:
    """{turn's id: what is different now}, of turns that were rejected and wait, or have to be sent, again.

    rows: of turns, with id, scope_approval_status and approved_turn_amount. Two statements at most, for all of them.
    """
    ids = [row["id"] for row in rows if _may_have_been_rejected(row)]
    found = session.execute(_CHANGES, {"ids": ids, "fields": list(_FIELDS)}).all() if ids else []
    names = names_of(session, mentioned(found, _FIELDS))
    return {row.turn_id: _changes(row.old_values, row.new_values, names) for row in found}


def _may_have_been_rejected(row: Mapping[str, Any]) -> bool:
    return row["approved_turn_amount"] is None and row["scope_approval_status"] in (*WAITING, "REJECTED")


def _changes(was: Mapping[str, Any], now: Mapping[str, Any], names: Mapping[UUID, str]) -> list[Change]:
    """In the order of the form."""
    return [
        Change(kind.label, words(kind, was[name], names), words(kind, now[name], names))
        for name, kind in _FIELDS.items()
        if name in was
    ]
