"""Writing a text of one's own in place of the default, and going back to that."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.core.errors import Invalid, NotFound
from turns_web.core.versioned import delete_row, insert_row, merge_update
from turns_web.notifications.kinds import KINDS
from turns_web.notifications.wording import rules
from turns_web.schema import notification_texts


def write(session: Session, kind: str, id: UUID | None, version: int, typed: Mapping[str, str]) -> None:
    """id, version: of the text as the person saw it; no id where it was the default.

    Raises NotFound, Invalid, Stale (with conflicts).
    """
    check(kind, typed)
    if id is None:
        # What a form leaves out stays as it is: of a new text, as the default has it.
        default = {"subject": KINDS[kind].subject, "body": KINDS[kind].body}
        insert_row(session, notification_texts, {"kind": kind, **default, **typed}, None)
    else:
        merge_update(session, notification_texts, id, version, typed)


def check(kind: str, typed: Mapping[str, str]) -> None:
    """Raises NotFound, Invalid."""
    if kind not in KINDS:
        raise NotFound()
    faults = rules.faults(KINDS[kind], typed)
    if faults:
        raise Invalid(faults)


def take_back(session: Session, id: UUID, version: int) -> None:
    """From now on the default is said again. Raises NotFound, Stale."""
    delete_row(session, notification_texts, id, version)
