"""What stands beside a turn's own columns where its approval is shown or decided on: in whose name this person would
decide, the change order that waits, and the question that is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_STANDING = text("""
    SELECT coalesce(o.decides AND o.barred IS NULL, false) AS may_decide, o.barred,
        coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.email) AS decides_for,
        c.number AS change_number, c.amount AS change_amount, c.reason AS change_reason, q.asked_at,
        (SELECT d.reason FROM approval_decisions d WHERE d.turn_id = :id AND d.decision::text = 'ASK'
            AND q.asked_at IS NOT NULL ORDER BY d.number DESC LIMIT 1) AS question
    FROM approval_held(:id, '-infinity') AS q
    LEFT JOIN (SELECT true AS decides, * FROM approval_offer(:id)) AS o ON true
    LEFT JOIN people p ON p.id = o.decided_for_id
    LEFT JOIN change_orders c ON c.turn_id = :id AND c.status = 'NEEDED'
""")


def with_standing(session: Session, row: Mapping[str, Any]) -> dict[str, Any]:
    """A turn's row, and what card.asked_of wants to know beside it."""
    return {**row, **session.execute(_STANDING, {"id": row["id"]}).mappings().one()}
