"""What administrators do to webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from turns_web.core.clock import now
from turns_web.core.errors import Invalid
from turns_web.core.versioned import Saved, delete_row, load, merge_update, update_row
from turns_web.schema import webhooks
from turns_web.webhooks import deliveries, fan_out, rules, signing

_FORGET = text("DELETE FROM outbox WHERE kind = 'webhook' AND payload ->> 'webhook_id' = CAST(:id AS text)")


def register(session: Session, typed: Mapping[str, Any], *, allow_private: bool) -> tuple[UUID, str]:
    """typed: url and events. Returns the id and the secret, which nothing tells later. Raises Invalid."""
    _refuse(typed, allow_private=allow_private)
    secret = signing.new_secret()
    made = webhooks.insert().values(secret=secret, **typed).returning(webhooks.c.id)
    return session.execute(made).scalar_one(), secret


def change(session: Session, id: UUID, version: int, typed: Mapping[str, Any], *, allow_private: bool) -> Saved:
    """Another address, or other events, under the same secret; what waits for another attempt is tried at once.

    Raises Invalid, NotFound, Stale (with conflicts).
    """

    def check(server: Mapping[str, Any], changes: dict[str, Any]) -> Mapping[str, Any]:
        _refuse({**server, **changes}, allow_private=allow_private)
        return {"resume_at": now()} if changes else {}

    saved = merge_update(session, webhooks, id, version, typed, check)
    if saved.row["version"] != version:
        deliveries.hurry(session, id)
    return saved


def switch_on(session: Session, id: UUID, version: int) -> None:
    """Tell it of what happens from now on; what happened meanwhile is not made up for. Raises NotFound, Stale."""
    on = {"disabled_at": None, "disabled_because": None, "failures": 0, "resume_at": now()}
    update_row(session, webhooks, id, version, on)


def switch_off(session: Session, id: UUID, version: int) -> None:
    """Raises NotFound, Stale."""
    update_row(session, webhooks, id, version, {"disabled_at": now(), "disabled_because": None})
    deliveries.drop(session, id)


def remove(session: Session, id: UUID, version: int) -> None:
    """With all that was or is to be sent there. Raises NotFound, Stale."""
    delete_row(session, webhooks, id, version)
    session.execute(_FORGET, {"id": id})


def send_test(session: Session, id: UUID) -> None:
    """Raises NotFound, Invalid where it is switched off."""
    if load(session, webhooks, id)["disabled_at"] is not None:
        raise Invalid({"__all__": "It is switched off: switch it on first."})
    fan_out.ping(session, id)


def _refuse(typed: Mapping[str, Any], *, allow_private: bool) -> None:
    faults = rules.faults(typed["url"], typed["events"], allow_private=allow_private)
    if faults:
        raise Invalid(faults)
