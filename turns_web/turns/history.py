"""What happened to a turn, in words: its audit, its stages, its decisions and comments as one list, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.audit.saying import Change, changed, mentioned
from turns_web.core import money
from turns_web.core.names import names_of
from turns_web.turns.fields import AUDITED, SECRET, TURN

SIZE = 30

Kind = Literal["comment", "decision", "stage", "change"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. who: a name; sentence: what they did, after the name; note: in their own words."""

    at: datetime
    kind: Kind
    who: str
    sentence: str
    note: str = ""
    changes: list[Change] = field(default_factory=list)
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class History:
    """entries: newest first. earlier: the moment before which the next ones are, None at the end."""

    entries: list[Entry]
    earlier: datetime | None


_COMMENTS = text("""
    SELECT id, created_at AS at, created_by AS user_id, body FROM comments
    WHERE turn_id = :id AND (CAST(:before AS timestamptz) IS NULL OR created_at < :before)
    ORDER BY created_at DESC, id LIMIT :size
""")
# With the change orders that nobody was asked about: of the others the request itself is an act.
_DECISIONS = text("""
    SELECT * FROM (
        SELECT id, decided_at AS at, approver_id AS user_id, decided_for_id, level::text, NULL::integer AS order_number,
            decision::text, amount, reason
        FROM approval_decisions WHERE turn_id = :id
        UNION ALL
        SELECT id, created_at, created_by, NULL, NULL, number, 'CHANGE', amount, reason
        FROM change_orders WHERE turn_id = :id AND approval_before IS NULL
    ) AS acts
    WHERE CAST(:before AS timestamptz) IS NULL OR at < :before
    ORDER BY at DESC, id LIMIT :size
""")
_STAGES = text("""
    SELECT id, entered_at AS at, user_id, kind::text, from_stage_id, stage_id, note FROM turn_stage_log
    WHERE turn_id = :id AND (CAST(:before AS timestamptz) IS NULL OR entered_at < :before)
    ORDER BY entered_at DESC, id LIMIT :size
""")
_AUDIT = text("""
    SELECT id, created_at AS at, user_id, user_name, action::text, changed_fields, old_values, new_values
    FROM record_history('turns', :id, :before, :size)
""")

# Beside what stages, decisions and holds say themselves, only fields of the form are worth a line.
_FIELDS = {**TURN, SECRET: AUDITED[SECRET]}
_ARCHIVED = "is_archived"


def history(session: Session, turn_id: UUID, before: datetime | None = None) -> History:
    """A window of what happened. Raises NotFound."""
    asked = {"id": turn_id, "before": before, "size": SIZE + 1}
    sources = {
        "change": session.execute(_AUDIT, asked).all(),
        "comment": session.execute(_COMMENTS, asked).all(),
        "decision": session.execute(_DECISIONS, asked).all(),
        "stage": session.execute(_STAGES, asked).all(),
    }
    # A source that has more than it gave knows nothing of what lies before its last row: there the window ends.
    floor = max((rows[-1].at for rows in sources.values() if len(rows) > SIZE), default=None)
    found = sorted(
        ((row.at, kind, row) for kind, rows in sources.items() for row in rows if floor is None or row.at > floor),
        key=lambda one: (one[0], one[1], str(one[2].id)),
        reverse=True,
    )
    names = names_of(session, _wanted(row for _, _, row in found))
    told = [entry for at, kind, row in found if (entry := _SAY[kind](row, names))]
    shown = told[:SIZE]
    if len(told) > SIZE:
        return History(shown, shown[-1].at)
    return History(shown, floor and (found[-1][0] if found else floor))


def _wanted(rows: Iterable[Any]) -> dict[str, list[UUID | None]]:
    wanted: dict[str, list[UUID | None]] = {"people": [], "vendors": [], "turn_stages": []}
    for row in rows:
        wanted["people"].append(row.user_id)
        if hasattr(row, "decided_for_id"):
            wanted["people"].append(row.decided_for_id)
        if hasattr(row, "stage_id"):
            wanted["turn_stages"] += [row.stage_id, row.from_stage_id]
        if hasattr(row, "old_values"):
            for table, ids in mentioned([row], _FIELDS).items():
                wanted[table] += ids
    return wanted


def _comment(row: Any, names: Mapping[UUID, str]) -> Entry:
    return Entry(row.at, "comment", _who(row, names), "wrote", row.body, id=row.id)


_ACTS = {
    "SUBMIT": "sent {amount} for approval",
    "WITHDRAW": "took {amount} back from approval",
    "APPROVE": "approved {amount} as {level}",
    "REJECT": "rejected {amount} as {level}",
    "OVERRIDE": "approved {amount} by override",
    "ASK": "asked about {amount} as {level}",
    "ANSWER": "answered about {amount}",
    "CHANGE": "recorded change order {number}, {amount}",
}


def _decision(row: Any, names: Mapping[UUID, str]) -> Entry:
    amount = money.exact(row.amount) if row.amount is not None else "the scope"
    if row.decision == "RULE":
        return Entry(row.at, "decision", "", f"{amount} needs nobody’s approval: it is within the limit", id=row.id)
    level = f"{row.level} for {names.get(row.decided_for_id, 'somebody')}" if row.decided_for_id else row.level or ""
    sentence = _ACTS[row.decision].format(amount=amount, level=level, number=row.order_number)
    return Entry(row.at, "decision", _who(row, names), sentence, row.reason or "", id=row.id)


def _stage(row: Any, names: Mapping[UUID, str]) -> Entry:
    to = names.get(row.stage_id, "another stage")
    origin = names.get(row.from_stage_id, "another stage")
    sentence = {
        "create": f"started the turn in {to}",
        "move": f"moved it from {origin} to {to}",
        "back": f"moved it back from {origin} to {to}",
        "undo": f"took the move back: from {origin} to {to}",
        "hold": f"put it on hold in {to}",
        "release": f"took it off hold in {to}",
        "import": f"imported it into {to}",
    }[row.kind]
    return Entry(row.at, "stage", _who(row, names), sentence, row.note or "", id=row.id)


def _change(row: Any, names: Mapping[UUID, str]) -> Entry | None:
    who = row.user_name
    if row.action == "VIEW":
        return Entry(row.at, "change", who, "looked at the lock-box code", id=row.id)
    if row.action == "EXPORT":
        return Entry(row.at, "change", who, "took the turn’s sheet", id=row.id)
    if row.action != "UPDATE":
        return None
    if _ARCHIVED in (row.changed_fields or ()):
        said = "put the turn away" if (row.new_values or {}).get(_ARCHIVED) else "took the turn out of the archive"
        return Entry(row.at, "change", who, said, id=row.id)
    changes = changed(row, _FIELDS, names)
    if not changes:
        return None
    said = "changed " + _list(change.label for change in changes)
    return Entry(row.at, "change", who, said, changes=changes, id=row.id)


def _list(labels: Iterable[str]) -> str:
    named = list(labels)
    if len(named) > 3:
        return f"{', '.join(named[:2])} and {len(named) - 2} more"
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _who(row: Any, names: Mapping[UUID, str]) -> str:
    return names.get(row.user_id, "") or "Turns"


_SAY = {"comment": _comment, "decision": _decision, "stage": _stage, "change": _change}
