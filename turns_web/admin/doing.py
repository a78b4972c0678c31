"""How every form of administration is done: in one transaction, once however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g
from sqlalchemy.orm import Session

from turns_web.core import db
from turns_web.core.pools import LARGE_ACT_S
from turns_web.web.forms import once


def do(act: Callable[[Session], dict[str, Any] | None], said: str = "") -> dict[str, Any]:
    """What `act` answered, now or the first time that this form was sent. said: to whoever sent it."""
    with db.write(g.identity, longest_s=LARGE_ACT_S) as session:
        answer = once(session, lambda: act(session) or {})
    told = answer.get("note") or said
    if told:
        flash(told)
    return answer


def carry_out(act: Callable[[Session], object], said: str) -> None:
    """The same for an act whose answer nobody needs again."""

    def acted(session: Session) -> None:
        act(session)

    do(acted, said)
