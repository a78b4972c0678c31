"""Moving a turn to another stage, and taking one's own last move back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.approvals.rules import amount_lock
from turns_web.core.errors import Invalid, Stale
from turns_web.core.identity import Identity
from turns_web.core.versioned import kept_words, load, merge_update, update_row
from turns_web.schema import turns
from turns_web.turns.events import turn_changed
from turns_web.turns.fields import DIFFERENCE
from turns_web.turns.moving import rules
from turns_web.turns.stages import Stage, Way, way

Row = Mapping[str, Any]

# What a move depends on beside the turn itself, and what the stage log will keep of it, in one round trip.
_AROUND = text(
    "SELECT set_config('app.stage_kind', :kind, true), set_config('app.stage_note', :note, true), "
    "concat_ws(', ', p.street_address, p.unit) AS address, "
    "setting('dfo_limit', p.market)::numeric AS dfo_limit, "
    "(SELECT o.turn_id FROM turns o WHERE o.property_id = p.id AND o.is_open AND o.id <> :id) AS open_elsewhere, "
    "v.company_name, v.is_active AND NOT v.is_archived AS is_active, v.is_approved, v.insurance_expiry "
    "FROM properties p LEFT JOIN vendors v ON v.id = :vendor_id WHERE p.id = :property_id"
)
_LAST = text(
    # Not simply the latest: who looks at the lock-box code leaves a row, too, and changes nothing.
    "SELECT h.old_values, l.kind::text FROM record_history('turns', :id, NULL, 50) h, "
    "LATERAL (SELECT kind FROM turn_stage_log WHERE turn_id = :id AND kind NOT IN ('hold', 'release') "
    "ORDER BY entered_at DESC, left_at DESC NULLS FIRST LIMIT 1) l "
    "WHERE h.record_version = :version AND 'stage_id' = ANY (h.changed_fields)"
)


@dataclass(frozen=True, slots=True)
class MoveTurn:
    """version: as the person saw it. typed: stage_id, and what came with the move (turn_amount, vendor_id).

    faults: of fields that could not be read, to be told together with the unmet demands.
    """

    id: UUID
    version: int
    typed: Mapping[str, Any]
    note: str | None = None
    faults: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """row: the turn as written. answer: {"id", "version", "stage_id", "was_in", "note"}; `note` says to a person what
    was done."""

    row: Row
    answer: dict[str, Any]


def move_turn(session: Session, command: MoveTurn, today: date) -> Moved:
    """Move a turn, writing the fields that came with the move in the same UPDATE.

    Raises NotFound, Forbidden, Stale (with conflicts), Invalid with every unmet demand at once.
    """
    stages = way(session)
    seen: dict[str, Any] = {}

    def check(server: Row, changes: dict[str, Any]) -> Row | None:
        seen.update(server=server, beside=around(session, server, changes, note=command.note))
        _refuse_unmet(stages, server, changes, seen["beside"], command, today)
        return _further(stages, server, changes)

    saved = merge_update(session, turns, command.id, command.version, command.typed, check)
    if saved.row["version"] != seen["server"]["version"]:
        change = "moved" if saved.row["stage_id"] != seen["server"]["stage_id"] else "updated"
        turn_changed(session, saved.row, change, seen["server"])
    return _moved(stages, seen["server"], saved.row, seen["beside"], kept_words(DIFFERENCE, saved.kept))


def around(session: Session, server: Row, changes: Row, kind: str = "", note: str | None = None) -> Row:
    """The address, the limits and the vendor of a turn as it would be after `changes`.

    kind, note: what the stage log keeps of a move that follows; the database forgets them after it.
    """
    moves = "stage_id" in changes
    return (
        session.execute(
            _AROUND,
            {
                "id": server["id"],
                "property_id": server["property_id"],
                "vendor_id": changes.get("vendor_id", server["vendor_id"]),
                "kind": kind if moves else "",
                "note": note or "" if moves else "",
            },
        )
        .mappings()
        .one()
    )


def _refuse_unmet(stages: Way, server: Row, changes: Row, beside: Row, command: MoveTurn, today: date) -> None:
    demands: dict[str, list[str]] = {}
    here, would_be = stages.get(server["stage_id"]), as_it_would_be(server, changes, beside)
    if "stage_id" in changes and here is not None:
        demands = rules.unmet_demands(stages, here, stages.get(changes["stage_id"]), would_be, command.note, today)
        if server["is_archived"]:
            demands["stage_id"] = ["It is archived: restore it first."]
    # What comes with the move is asked for whether the stage needs it or not.
    if "vendor_id" in changes:
        demands |= rules.vendor_demands(would_be.vendor, today)
    if "turn_amount" in changes and (
        locked := amount_lock(server["scope_approval_status"], server["approved_turn_amount"])
    ):
        demands["turn_amount"] = [locked]
    demands |= command.faults
    if demands:
        raise Invalid(demands)


def as_it_would_be(server: Row, changes: Row, beside: Row) -> rules.Turn:
    """The turn as the rules look at it, with the changes made."""
    vendor = None
    if beside["company_name"] is not None:
        vendor = rules.Vendor(
            beside["company_name"], beside["is_active"], beside["is_approved"], beside["insurance_expiry"]
        )
    return rules.Turn(
        status=server["scope_approval_status"],
        amount=changes.get("turn_amount", server["turn_amount"]),
        vendor=vendor,
        dfo_limit=beside["dfo_limit"],
        reject_reason=server["reject_reason"],
        open_elsewhere=beside["open_elsewhere"],
    )


def _further(stages: Way, server: Row, changes: Row) -> Row | None:
    """A completed turn that was filed is on the board again when it goes back to work."""
    to = stages.get(changes.get("stage_id"))
    return {"is_active": True} if to and not to.is_complete_stage and not server["is_active"] else None


def _moved(stages: Way, was: Row, now: Row, beside: Row, meanwhile: str = "", words: str = "Moved {} to {}.") -> Moved:
    to: Stage | None = stages.get(now["stage_id"])
    name = to.name if to else "its stage"
    moved = now["stage_id"] != was["stage_id"]
    said = words.format(beside["address"], name) if moved else f"{beside['address']} is in {name}."
    told = " ".join(part for part in (said, _approval_went(was, now), meanwhile) if part)
    answer = {
        "id": str(now["id"]),
        "version": now["version"],
        "stage_id": str(now["stage_id"]),
        "was_in": str(was["stage_id"]) if moved else None,
        "note": told,
    }
    return Moved(now, answer)


def _approval_went(was: Row, now: Row) -> str:
    before, after = was["scope_approval_status"], now["scope_approval_status"]
    if before == after:
        return ""
    return {
        "DFO_APPROVAL_NEEDED": "It was sent for approval.",
        "DFO_APPROVED": "It is approved: the amount is within the limit.",
        "PENDING": "Its request for approval was withdrawn.",
    }.get(after, "")


def undo_move(session: Session, who: Identity, id: UUID, version: int) -> Moved:
    """Take back one's own last move, while nobody changed the turn since: its stage, the completion date that came or
    went with it, and what it did to the approval. Fields that were typed with the move stay.

    Raises NotFound, Forbidden, Stale for anything else.
    """
    server = load(session, turns, id)
    last = own_last_move(session, who, server) if server["version"] == version else None
    if last is None:
        raise Stale(server=server, local_version=version, message=_cannot_undo(server, version))
    stages = way(session)
    old = last["old_values"]
    values: dict[str, Any] = {"stage_id": UUID(old["stage_id"])}
    if "turn_completion_date" in old:
        day = old["turn_completion_date"]
        values["turn_completion_date"] = date.fromisoformat(day) if day else None
    beside = around(session, server, values, kind="undo")
    row = update_row(session, turns, id, version, values)
    turn_changed(session, row, "moved", server)
    return _moved(stages, server, row, beside, words="Took {} back to {}.")


def own_last_move(session: Session, who: Identity, server: Row) -> Row | None:
    """The move that made the turn's present version, where it was this person's own; else None."""
    if server["updated_by"] != who.user_id:
        return None
    last = session.execute(_LAST, {"id": server["id"], "version": server["version"]}).mappings().first()
    return last if last is not None and last["kind"] in ("move", "back") else None


def _cannot_undo(server: Row, version: int) -> str:
    if server["version"] != version:
        return "Somebody changed this turn since: the move can no longer be undone."
    return "Only your own last move can be undone."
