"""The mails with a link that opens an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from turns_web.accounts.links.actions import LIFETIME, Link, Purpose
from turns_web.core.identity import Role
from turns_web.notifications.letters import letter
from turns_web.notifications.mail import queue_mail

_SUBJECTS = {Purpose.INVITE: "You are invited to Turns", Purpose.RESET: "A new password for Turns"}
_PATHS = {Purpose.INVITE: "invite", Purpose.RESET: "reset"}


def send(
    session: Session, purpose: Purpose, made: Link, row: Mapping[str, Any], address: str, *, by: str | None = None
) -> None:
    """row: email, first_name and role of whose account it is. by: who had it sent, None where they asked themselves.

    What makes a super administrator of whoever opens it is read in the outbox by super administrators alone.
    """
    subject, lifetime = _SUBJECTS[purpose], LIFETIME[purpose]
    written = letter(
        "link",
        subject=subject,
        address=address,
        link=f"{address}/{_PATHS[purpose]}/{made.token}",
        is_invitation=purpose is Purpose.INVITE,
        first_name=row["first_name"],
        email=row["email"],
        role=Role(row["role"]).words,
        by=by,
        lasts=f"{lifetime.days} days" if lifetime.days else f"{lifetime.seconds // 3600} hours",
    )
    queue_mail(
        session,
        to=row["email"],
        subject=subject,
        key=f"link:{made.id}",
        only_super=row["role"] == Role.SUPER_ADMIN,
        **written,
    )
