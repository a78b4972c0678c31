"""What may be done to a turn: the commands of its page and of the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from turns_web.api.writes.operations import Act, Command, Operation, Resource, Row, by_version
from turns_web.approvals import actions as approvals
from turns_web.approvals.change_orders import record
from turns_web.approvals.fields import CHANGE_ORDER, DECISION, NOTE
from turns_web.core.errors import Invalid
from turns_web.core.fields import Choice, Field, Ref
from turns_web.core.identity import Identity
from turns_web.schema import turns
from turns_web.turns import actions
from turns_web.turns.board.queries import frame
from turns_web.turns.fields import HOLD, NOT_INSPECTORS, TURN, fields_of
from turns_web.turns.moving.actions import MoveTurn, move_turn
from turns_web.turns.moving.fields import MERGED, MOVE_FIELDS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NEW: dict[str, Field] = {"property_id": Ref(label="Home", to="properties", required=True), **TURN}
LEVEL = Choice(label="Level", options={"DFO": "DFO", "HO": "HO"})


def _create(session: Session, who: Identity, command: Command) -> Row:
    values = dict(command.values)
    return actions.create_turn(session, values.pop("property_id"), values, command.id)


def _update(session: Session, who: Identity, command: Command) -> Row:
    return actions.edit_turn(session, command.id, command.version, command.values).row


def _move(session: Session, who: Identity, command: Command) -> Row:
    given = {name: command.values[name] for name in MERGED if name in command.values}
    move = MoveTurn(command.id, command.version, given, command.values.get("note"))
    return move_turn(session, move, frame(session).here.today).row


def _decide(session: Session, who: Identity, command: Command) -> Row:
    rejects = "rejectReason" in command.metadata
    reason = command.metadata.get("rejectReason")
    if rejects and not reason:
        raise Invalid({"rejectReason": "Enter why, so that they know what to change."})
    decision = "reject" if rejects else "approve"
    level = command.metadata.get("approvalLevel")
    return approvals.decide(session, who, command.id, command.version, decision, reason, level)


def _change(session: Session, who: Identity, command: Command) -> Row:
    return record(session, command.id, command.version, command.values["amount"], command.values["reason"])


def _hold(session: Session, who: Identity, command: Command) -> Row:
    return actions.hold_turn(session, command.id, command.version, command.values).row


def _with_note(act: Callable[..., Row]) -> Act:
    return lambda session, who, command: act(session, command.id, command.version, command.values.get("note"))


TURNS = Resource(
    turns,
    {
        "create": Operation("turns.create", _create, NEW, makes=True),
        "update": Operation("turns.edit", _update, TURN, settable=fields_of, beyond=NOT_INSPECTORS, partial=True),
        "delete": Operation("turns.archive", by_version(actions.archive_turn)),
        "restore": Operation("turns.archive", by_version(actions.restore_turn)),
        "stage-change": Operation("turns.move", _move, MOVE_FIELDS),
        "submit": Operation("turns.submit", _with_note(approvals.submit), NOTE),
        "withdraw": Operation("turns.submit", _with_note(approvals.withdraw), NOTE),
        "approve": Operation(
            "approvals.decide",
            _decide,
            lock=approvals.lock,
            metadata={"approvalLevel": LEVEL, "rejectReason": DECISION["reject_reason"]},
        ),
        "change-order": Operation("change_orders.record", _change, CHANGE_ORDER),
        "hold": Operation("turns.hold", _hold, HOLD),
        "release": Operation("turns.hold", by_version(actions.release_turn)),
    },
)
