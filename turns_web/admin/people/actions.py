"""What administrators do to the accounts of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.accounts.links import actions as links
from turns_web.accounts.links.actions import Purpose
from turns_web.admin.people import listing, mails, rules
from turns_web.admin.people.fields import Taker
from turns_web.admin.people.handing_over import Held, hand_over, held
from turns_web.core.errors import ALL, Forbidden, Invalid
from turns_web.core.identity import Identity
from turns_web.core.outbox import SESSIONS, announce
from turns_web.core.versioned import Saved, insert_row, load, merge_update, update_row
from turns_web.schema import users

_WITHDRAW = text("SELECT withdraw_invitation(:person)")
_END_SESSIONS = text("SELECT end_sessions_of(:person, :one)")
_REVOKE = text("SELECT revoke_api_tokens_of(:person, :one)")


def invite(session: Session, who: Identity, typed: Mapping[str, Any], address: str) -> Mapping[str, Any]:
    """A closed account, and a mail with the link that opens it. address: where Turns is reached from outside.

    Returns the row of users. Raises Invalid by field, Forbidden.
    """
    _refuse(rules.faults(who, typed))
    row = insert_row(session, users, {**typed, "is_active": False}, None)
    _send(session, who, row, Purpose.INVITE, address)
    return row


def invite_again(session: Session, who: Identity, id: UUID, address: str) -> Mapping[str, Any]:
    """Another invitation, in place of the one before. Raises Invalid where they have an account already."""
    row = load(session, users, id)
    _send(session, who, row, Purpose.INVITE, address)
    return row


def withdraw_invitation(session: Session, id: UUID) -> None:
    """Raises Invalid where none waits."""
    session.execute(_WITHDRAW, {"person": id})


def send_password_link(session: Session, who: Identity, id: UUID, address: str) -> Mapping[str, Any]:
    """The present password stays good until the link is used. Raises Invalid where the account is closed."""
    row = load(session, users, id)
    _send(session, who, row, Purpose.RESET, address)
    return row


def _send(session: Session, who: Identity, row: Mapping[str, Any], purpose: Purpose, address: str) -> None:
    mails.send(session, purpose, links.make(session, row["id"], purpose), row, address, by=who.name)


@dataclass(frozen=True, slots=True)
class Edited:
    """is_invited_again: the invitation that waited was for another address or role, so another one is sent."""

    saved: Saved
    is_invited_again: bool


def edit(session: Session, who: Identity, id: UUID, version: int, typed: Mapping[str, Any], address: str) -> Edited:
    """Set what the person changed since `version`. Raises Invalid, NotFound, Forbidden, Stale."""
    seen: dict[str, Any] = {}

    def check(server: Mapping[str, Any], changes: dict[str, Any]) -> None:
        seen.update(waits=listing.state_of(session, id)[0] == "invited", before=server)
        refuse_stranger(who, server)
        faults = rules.faults(who, {**server, **changes}) if changes else {}
        if "role" in changes and (why := rules.homes_in_the_way(server["role"], held(session, id).homes)):
            faults["role"] = why
        _refuse(faults)

    saved = merge_update(session, users, id, version, typed, check)
    before = seen["before"]
    again = seen["waits"] and any(saved.row[name] != before[name] for name in ("email", "role"))
    if again:
        _send(session, who, saved.row, Purpose.INVITE, address)
    announce(session, SESSIONS)
    return Edited(saved, again)


def disable(session: Session, who: Identity, id: UUID, version: int, takers: Mapping[str, Taker]) -> Held:
    """Close an account, after what hangs on it went to others; nobody is signed in with it from then on.

    Returns what there was. Raises Invalid by field, NotFound, Forbidden, Stale.
    """
    if id == who.user_id:
        raise Invalid({ALL: "This is your own account: another administrator disables it."})
    refuse_stranger(who, load(session, users, id))
    handed = hand_over(session, id, takers)
    update_row(session, users, id, version, {"is_active": False})
    announce(session, SESSIONS)
    return handed


def enable(session: Session, who: Identity, id: UUID, version: int) -> None:
    """Open an account that was closed, with the password it had. Raises Invalid where it never had one."""
    refuse_stranger(who, load(session, users, id))
    if listing.state_of(session, id)[0] not in ("active", "disabled"):
        raise Invalid({ALL: "They have not accepted an invitation yet: send another one instead."})
    update_row(session, users, id, version, {"is_active": True})


def give_away(session: Session, who: Identity, id: UUID, takers: Mapping[str, Taker]) -> Held:
    """What hangs on somebody goes to others, and the account stays as it is. Raises Invalid by field, Forbidden."""
    refuse_stranger(who, load(session, users, id))
    return hand_over(session, id, takers)


def end_sessions(session: Session, id: UUID, one: UUID | None = None) -> int:
    """One session of theirs, or all. Returns how many there were."""
    ended = session.execute(_END_SESSIONS, {"person": id, "one": one}).scalar_one()
    announce(session, SESSIONS)
    return ended


def revoke_tokens(session: Session, id: UUID, one: UUID | None = None) -> int:
    """One token of their programs, or all. Returns how many worked until now."""
    ended = session.execute(_REVOKE, {"person": id, "one": one}).scalar_one()
    announce(session, SESSIONS)
    return ended


def refuse_stranger(who: Identity, row: Mapping[str, Any]) -> None:
    if not rules.may_keep(who, row):
        raise Forbidden("Only a super administrator changes a super administrator.")


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise Invalid(faults)
