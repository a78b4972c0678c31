"""The words of each kind: the administrators' own where they wrote some, with what they stand for put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.core.errors import constraint
from turns_web.notifications.kinds import KINDS
from turns_web.schema import notification_texts

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Wording(NamedTuple):
    subject: str
    body: str


def wordings(session: Session) -> dict[str, Wording]:
    """The text in force of every kind."""
    own = select(notification_texts.c.kind, notification_texts.c.subject, notification_texts.c.body)
    found = {row.kind: Wording(row.subject, row.body) for row in session.execute(own)}
    return {name: found.get(name, Wording(kind.subject, kind.body)) for name, kind in KINDS.items()}


def filled(text: str, values: Mapping[str, str]) -> str:
    """What is not known is left out, and the space before it."""
    said = PLACEHOLDER.sub(lambda found: values.get(found[1], found[0] if found[1] == "count" else ""), text)
    return " ".join(said.split())


constraint("notification_texts_kind_key", "__all__", "Somebody wrote this text meanwhile: reload the page.")
