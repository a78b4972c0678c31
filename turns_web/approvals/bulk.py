"""Deciding on several turns at once: each alone, in a transaction and with a receipt of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from turns_web.approvals import actions
from turns_web.approvals.actions import Decision
from turns_web.approvals.queue.items import Item
from turns_web.approvals.queue.queries import item_of, items_of
from turns_web.core import money
from turns_web.core.errors import Forbidden
from turns_web.core.identity import Identity
from turns_web.settings.fields import SETTINGS
from turns_web.settings.queries import value

# More than anybody decides on with a look at each.
MOST = 100


@dataclass(frozen=True, slots=True)
class Picked:
    """What was ticked. refused: why which of them cannot be decided on in this way; the others can."""

    items: list[Item]
    refused: dict[UUID, str]

    @property
    def going(self) -> list[Item]:
        return [item for item in self.items if item.turn_id not in self.refused]

    @property
    def total(self) -> str:
        return money.exact(sum((item.total or Decimal(0) for item in self.going), Decimal(0)))


def limit(session: Session) -> Decimal:
    """The most that one decision of several may be about."""
    return SETTINGS["bulk_approval_limit"].value(value(session, "bulk_approval_limit"))


def picked(session: Session, who: Identity, ids: list[UUID], versions: dict[UUID, int | None]) -> Picked:
    """The ticked turns that this person sees. versions: the ones that they saw, None where none was said."""
    most = limit(session)
    items = list(items_of(session, who, ids).values())
    refused = {item.turn_id: _why_not(item, versions.get(item.turn_id), most) for item in items}
    return Picked(items, {id: why for id, why in refused.items() if why})


def _why_not(item: Item, version: int | None, most: Decimal) -> str | None:
    if not item.may_decide:
        return item.why or "It does not wait for your decision."
    if version is not None and version != item.version:
        return "Somebody changed it since you saw it: look at it again."
    return why_too_much(item, most)


def why_too_much(item: Item, most: Decimal) -> str | None:
    if (item.total or Decimal(0)) <= most:
        return None
    return f"{item.amount} is above {money.exact(most)}: decide on it by itself."


def decide_one(
    session: Session, who: Identity, turn_id: UUID, version: int, decision: Decision, reason: str | None
) -> dict[str, Any]:
    """One of several. Raises Forbidden above the limit, and as actions.decide."""
    item = item_of(session, who, turn_id)
    why = why_too_much(item, limit(session))
    if why:
        raise Forbidden(why)
    row = actions.decide(session, who, turn_id, version, decision, reason)
    return {"version": row["version"], "status": row["scope_approval_status"], "amount": item.amount}


def chosen(typed: Iterable[str]) -> list[UUID]:
    """The ticked turns, each once. Raises ValueError for what is no id."""
    return list(dict.fromkeys(UUID(one) for one in typed))
